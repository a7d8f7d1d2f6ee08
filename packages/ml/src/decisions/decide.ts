// Whether a period calls for a new model, and why.
import {
  type Measured,
  measureReasons,
  type ReasonEvidence,
  type ReasonName,
  WORSE,
} from './reasons.ts'

/** A retraining that was asked for and came to nothing: it failed, or its candidate was rejected. */
export interface Asked {
  readonly reason: ReasonName
  /** The period of the decision, and the labelled period that it trained on. */
  readonly period: string
  readonly labelled: string
  /** The reason's figure then; null where it was not known. */
  readonly figure: number | null
}

/** A person's word that a reason is known and accepted. */
export interface Acknowledged {
  readonly reason: ReasonName
  /** The reason's figure then: the word holds until it is worse. Null: it holds in any case. */
  readonly figure: number | null
  readonly note: string
}

/** What is known when the decision is made. */
export interface Evidence extends ReasonEvidence {
  readonly asOf: string
  /** Whether a model of an earlier period is in Production. */
  readonly incumbent: boolean
  /** The newest labelled period, and the one that the last decision used; null: none. */
  readonly labelled: { readonly period: string | null; readonly lastUsed: string | null }
  readonly asked: readonly Asked[]
  readonly acknowledged: readonly Acknowledged[]
}

/** One of the five reasons in this period. */
export interface Reason extends Measured {
  /** Why it does not count although it asks; null where it counts. */
  readonly silenced: string | null
}

/**
 * `bootstrap`: there is no Production. `retrain`: a reason asks. `wait`: no labels are newer than those
 * that the last decision used. `none`: nothing is called for.
 */
export type Action = 'bootstrap' | 'retrain' | 'wait' | 'none'

export interface Outcome {
  readonly action: Action
  readonly retrain: boolean
  /** The first reason that asks and is not silenced; performance comes first. */
  readonly cause: ReasonName | null
  /** All five, performance first. */
  readonly reasons: readonly Reason[]
  /** One line: the word for the action, then what it rests on. */
  readonly reason: string
}

/** Decides what the period calls for. */
export function decide(evidence: Evidence): Outcome {
  const { incumbent, labelled } = evidence
  const reasons = measureReasons(evidence).map(
    (measured): Reason => ({
      ...measured,
      silenced: measured.asks ? silencedBy(measured, evidence) : null,
    }),
  )
  const asking = reasons.filter(({ asks, silenced }) => asks && silenced === null)
  const fresh =
    labelled.period !== null && (labelled.lastUsed === null || labelled.period > labelled.lastUsed)
  const action = actionOf(incumbent, fresh, asking.length > 0)
  const retrain = action === 'bootstrap' || action === 'retrain'
  const cause = retrain && incumbent ? (asking[0]?.name ?? null) : null
  return { action, retrain, cause, reasons, reason: lineOf(action, evidence, reasons, asking) }
}

function actionOf(incumbent: boolean, fresh: boolean, asked: boolean): Action {
  if (!fresh) return 'wait'
  if (!incumbent) return 'bootstrap'
  return asked ? 'retrain' : 'none'
}

/** Why a reason that asks does not count; null where it does. */
function silencedBy({ name, figure }: Measured, evidence: Evidence): string | null {
  const worse = (than: number | null): boolean =>
    figure !== null && than !== null && figure > than + WORSE[name]
  const word = evidence.acknowledged.find(({ reason }) => reason === name)
  if (word && !worse(word.figure)) return `acknowledged: ${word.note}`
  const before = evidence.asked.filter(({ reason }) => reason === name).at(-1)
  if (!before || worse(before.figure)) return null
  const { period } = evidence.labelled
  if (period === null || period > before.labelled) return null
  return `asked in ${before.period}, no worse since and no newer labels`
}

/** The word for the action, which tools read, then what it rests on. */
function lineOf(
  action: Action,
  { incumbent, labelled, drift, target }: Evidence,
  reasons: readonly Reason[],
  asking: readonly Reason[],
): string {
  const four = (value: number | undefined): string => value?.toFixed(4) ?? 'unknown'
  const first = `no earlier model in Production, drift_share=${four(drift?.share)}`
  const measured = worthTelling(reasons).map(tell).join('; ')
  const words: Readonly<Record<Action, string>> = {
    bootstrap: `BOOTSTRAP ${first}`,
    retrain: `RETRAINING_TRIGGERED ${asking.map(tell).join('; ')}`,
    wait: `WAIT_FOR_LABELS ${waitsFor(labelled.period)}, seen meanwhile: ${incumbent ? measured : first}`,
    none: `NO_ACTION ${measured}`,
  }
  return `${words[action]} (target_drift=${four(target?.difference)})`
}

const waitsFor = (period: string | null): string =>
  period === null
    ? 'no period has its labels'
    : `no labels newer than those of ${period}, which were used`

/** Drift always; what was measured; what is told elsewhere in the line, or never asks, only where it asks. */
function worthTelling(reasons: readonly Reason[]): Reason[] {
  return reasons.filter(({ name, asks, figure }) => {
    if (name === 'drift' || asks) return true
    return figure !== null && name !== 'target' && name !== 'age'
  })
}

function tell({ text, silenced }: Reason): string {
  return silenced === null ? text : `${text} [${silenced}]`
}
