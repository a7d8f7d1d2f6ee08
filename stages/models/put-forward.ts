// What the registry does with a model that was looked at: into Production, before a person, open, or closed.
import type { Settled } from '@weir/formats/artifacts'
import type { Closing, Request, TableRef } from '@weir/registry/event'
import type { Version } from '@weir/registry/fold'
import type { Change, Registry } from '@weir/registry/registry'

/** With what a version enters Production. */
export interface Entering {
  readonly table: TableRef
  readonly requireApproval: boolean
  readonly request: Request
}

/** The gate's answer as the registry records it. */
export interface Verdict {
  readonly answer: 'promote' | 'reject' | 'undecided' | 'not_shown'
  readonly reason: string
  /** The look, where it was compared with a version in Production. */
  readonly look: {
    readonly labelled: string
    readonly against: number
    readonly gain: number
    readonly se: number | null
  } | null
}

/** Carries out an answer. Throws what the registry throws. */
export async function putForward(
  registry: Registry,
  { name, version }: Version,
  { answer, reason, look }: Verdict,
  entering: Entering,
): Promise<Settled> {
  if (answer === 'promote') {
    return settledOf(await registry.promote(name, version, { reason, ...entering }))
  }
  if (answer === 'undecided' && look !== null) {
    return settledOf(await registry.challenge(name, version, look, reason))
  }
  if (answer === 'not_shown') return close(registry, { name, version }, 'not_shown', reason)
  return settledOf(await registry.reject(name, version, reason))
}

/** Closes a version that is open or waits. */
export async function close(
  registry: Registry,
  { name, version }: Pick<Version, 'name' | 'version'>,
  outcome: Closing,
  reason: string,
): Promise<Settled> {
  return settledOf(await registry.close(name, version, outcome, reason))
}

/** What became of a version. */
export function settledOf({ version }: Pick<Change, 'version'>): Settled {
  const { decided, version: number, stage } = version
  if (decided === null) throw new Error(`v${number} is in ${stage} without a decision`)
  return { version: number, decision: decided.decision, reason: decided.reason }
}

/** How people read a decision, in the log and in the notebook. */
export const DECISION_WORDS = {
  promoted: 'promoted',
  open: 'open as challenger',
  rejected: 'rejected',
  superseded: 'superseded',
  not_shown: 'not shown',
  awaiting_approval: 'put before a person',
} as const satisfies Record<Settled['decision'], string>
