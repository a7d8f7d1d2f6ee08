// Whether the stored periods are plausible, each beside those before it, and which of their findings a person accepted.
import type { PeriodProfile } from '@weir/formats/period-profile'
import { type Finding, isComplete, judgePeriod } from '@weir/ml/plausibility'
import { profilePeriods, type Stored } from '@weir/tables/period-profile'
import { listPeriods } from '@weir/tables/snapshot-files'
import { type Acceptance, acceptanceOf, type PeriodDigests } from './acceptances.ts'

/** A finding, and the entry that lets it pass. */
export interface JudgedFinding extends Finding {
  readonly accepted: Acceptance | null
}

/** A period beside those before it. */
export interface JudgedPeriod {
  readonly asOf: string
  readonly profile: PeriodProfile
  readonly digests: PeriodDigests
  readonly outcome: 'fine' | 'accepted' | 'suspicious'
  readonly findings: readonly JudgedFinding[]
}

/**
 * Judges every stored period up to `asOf`, since labels come late and an older period may have been exported again. A
 * suspicious period that nobody accepted is no measure for later ones.
 * @returns the periods, earliest first
 */
export async function judgePeriods(
  stored: Stored,
  asOf: string,
  accepted: readonly Acceptance[],
): Promise<JudgedPeriod[]> {
  const { definition, folder } = stored
  const periods = await listPeriods(`${folder}/${definition.entity.table}`)
  const known = periods.filter((period) => period <= asOf)
  const judged: JudgedPeriod[] = []
  for (const profile of await profilePeriods(stored, known)) {
    const sound = judged.filter(({ outcome }) => outcome !== 'suspicious')
    const earlier = sound.map((one) => one.profile)
    const digests = digestsOf(profile, definition.label.complete)
    const findings = judgePeriod(profile, earlier, definition).map((finding) => ({
      ...finding,
      accepted: acceptanceOf(accepted, profile.asOf, digests, finding) ?? null,
    }))
    judged.push({ asOf: profile.asOf, profile, digests, findings, outcome: outcomeOf(findings) })
  }
  return judged
}

function outcomeOf(findings: readonly JudgedFinding[]): JudgedPeriod['outcome'] {
  if (findings.length === 0) return 'fine'
  return findings.every(({ accepted }) => accepted !== null) ? 'accepted' : 'suspicious'
}

function digestsOf({ tables, label }: PeriodProfile, complete: number): PeriodDigests {
  return {
    tables: Object.fromEntries(tables.map(({ table, digest }) => [table, digest])),
    labels: isComplete(label, complete) ? label.digest : null,
  }
}
