// What becomes of a new candidate and of the challenger that was open before it, decided together: at most one of them
// enters Production, and at most one stays open.
import type { Challenge, Comparison, Settled } from '@weir/formats/artifacts'
import type { Version } from '@weir/registry/fold'
import type { Registry } from '@weir/registry/registry'
import { close, type Entering, putForward, settledOf, type Verdict } from './put-forward.ts'
import { isChallenger, settleChallenger, verdictOf } from './settle-challenger.ts'

/** What the decision rests on, and what goes with a promotion. */
export interface Grounds {
  readonly comparison: Comparison
  readonly challenge: Challenge
  readonly entering: Entering
}

export interface Together {
  readonly candidate: Settled
  /** Null where none was open. */
  readonly challenger: Settled | null
}

/**
 * Decides about a registered candidate and the open challenger.
 *
 * Where both would be promoted, the one with the higher gain on the same rows is. Where a version enters
 * Production, the other is superseded, unless it gains more on the same rows: then it stays open, and its looks
 * begin anew. Of two that are undecided the one with the higher gain stays open. Throws what the registry throws.
 */
export async function decideTogether(
  registry: Registry,
  candidate: Version,
  { comparison, challenge, entering }: Grounds,
): Promise<Together> {
  const model = (await registry.state()).get(candidate.name)
  const newest = model?.processed ?? ''
  if (newest > comparison.as_of) {
    const reason = `${newest} has been processed: a candidate of ${comparison.as_of} goes into Production by name only (weir registry promote ${candidate.version})`
    return { candidate: await reject(registry, candidate, reason, entering), challenger: null }
  }
  const open = openBeside(comparison, challenge, model?.versions)
  if (open !== null && winsOver(open, comparison)) {
    const challenger = await settleChallenger(registry, candidate.name, challenge, entering)
    return { candidate: await afterWinner(registry, candidate, comparison, entering), challenger }
  }
  const decided = await putForward(registry, candidate, verdictIn(comparison), entering)
  await closeWaiting(registry, candidate, decided)
  if (open === null) return { candidate: decided, challenger: null }
  const grounds = { comparison, challenge, entering }
  const challenger = await besideCandidate(registry, open, decided, grounds)
  // Beside the challenger it may have been superseded.
  const after = (await registry.state()).get(candidate.name)?.versions.get(candidate.version)
  return { candidate: settledOf({ version: after ?? candidate }), challenger }
}

/** The open challenger, with what its own look came to; null where none is open. */
interface Open {
  readonly version: Version
  readonly verdict: Verdict | null
}

function openBeside(
  { join }: Comparison,
  challenge: Challenge,
  versions: ReadonlyMap<number, Version> | undefined,
): Open | null {
  const number = challenge.version ?? join?.version ?? 0
  const version = versions?.get(number)
  return isChallenger(version) ? { version, verdict: verdictOf(challenge) } : null
}

/** Whether the challenger enters Production: by its own look, and not behind a candidate that would too. */
function winsOver({ verdict }: Open, { promote, join }: Comparison): boolean {
  return verdict?.answer === 'promote' && (!promote || join?.stays === 'open')
}

/** The candidate beside a challenger that has just been promoted, or waits for a person. */
async function afterWinner(
  registry: Registry,
  candidate: Version,
  comparison: Comparison,
  entering: Entering,
): Promise<Settled> {
  const { answer, join, reason } = comparison
  if (answer === 'reject') return putForward(registry, candidate, verdictIn(comparison), entering)
  if (answer === 'undecided' && join?.stays === 'joining') {
    return putForward(registry, candidate, verdictIn(comparison), entering)
  }
  return close(
    registry,
    candidate,
    'superseded',
    `${reason}; the challenger gains more and is promoted`,
  )
}

/** The challenger beside a candidate that is decided. */
async function besideCandidate(
  registry: Registry,
  { version, verdict }: Open,
  candidate: Settled,
  { comparison, challenge, entering }: Grounds,
): Promise<Settled> {
  const { join } = comparison
  const entered = candidate.decision === 'promoted' || candidate.decision === 'awaiting_approval'
  if (verdict?.answer === 'reject' || verdict?.answer === 'not_shown') {
    if (!entered) return settled(registry, challenge, entering, version)
  }
  if (entered) {
    return close(registry, version, 'superseded', `version ${candidate.version} is put forward`)
  }
  if (candidate.decision !== 'open') return settled(registry, challenge, entering, version)
  if (join === null || join.stays === 'joining') {
    const why = join?.reason ?? 'it cannot score the period of the new candidate'
    return close(registry, version, 'superseded', why)
  }
  await close(
    registry,
    { name: version.name, version: candidate.version },
    'superseded',
    join.reason,
  )
  return settled(registry, challenge, entering, version)
}

async function settled(
  registry: Registry,
  challenge: Challenge,
  entering: Entering,
  { name, version, decided }: Version,
): Promise<Settled> {
  const stays = { version, decision: 'open', reason: decided?.reason ?? '' } as const
  return (await settleChallenger(registry, name, challenge, entering)) ?? stays
}

/** Versions that wait give way to one that enters Production, or that waits from now on. */
async function closeWaiting(
  registry: Registry,
  { name }: Version,
  decided: Settled,
): Promise<void> {
  if (decided.decision !== 'promoted' && decided.decision !== 'awaiting_approval') return
  const versions = (await registry.state()).get(name)?.versions.values() ?? []
  for (const other of versions) {
    if (other.stage !== 'Staging' || other.version === decided.version) continue
    await close(registry, other, 'superseded', `version ${decided.version} is put forward`)
  }
}

function reject(
  registry: Registry,
  candidate: Version,
  reason: string,
  entering: Entering,
): Promise<Settled> {
  return putForward(registry, candidate, { answer: 'reject', reason, look: null }, entering)
}

function verdictIn({
  answer,
  promote,
  reason,
  period,
  production_version,
  gain,
  se,
}: Comparison): Verdict {
  const look =
    production_version === null
      ? null
      : { labelled: period, against: production_version, gain: gain ?? 0, se }
  const put = promote ? 'promote' : answer === 'promote' ? 'undecided' : answer
  return { answer: put, reason, look }
}
