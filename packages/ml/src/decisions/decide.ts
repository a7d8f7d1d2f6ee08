// Whether a period calls for a new model, and why.

import type { Decision } from '@weir/formats/artifacts'

/** What is known when the decision is made. */
export interface Evidence {
  /** Whether a model of an earlier period is in Production. */
  readonly incumbent: boolean
  /** Drifted ÷ columns; null where there was no period to compare with. */
  readonly driftShare: number | null
  /** The share from which on a new model is trained. */
  readonly threshold: number
  /** |difference of the label's rates|; null where a period has no labels. */
  readonly targetDrift: number | null
}

/** What follows; `reason` is one line: the word for the action, then the figures it rests on. */
export type Outcome = Pick<Decision, 'action' | 'retrain' | 'reason'>

const figure = (value: number | null): string => (value === null ? 'unknown' : value.toFixed(4))

/**
 * Bootstrap without an incumbent; retrain where the drift share has reached the threshold; else none.
 * Target drift is told but does not decide: the target is one of the columns in the share already.
 */
export function decide({ incumbent, driftShare, threshold, targetDrift }: Evidence): Outcome {
  const against = `(target_drift=${figure(targetDrift)})`
  if (!incumbent) {
    const reason = `BOOTSTRAP no earlier model in Production, drift_share=${figure(driftShare)} ${against}`
    return { action: 'bootstrap', retrain: true, reason }
  }
  if (driftShare === null) {
    const reason = `NO_ACTION drift_share=unknown: no reference period to compare with ${against}`
    return { action: 'none', retrain: false, reason }
  }
  if (driftShare >= threshold) {
    const reason = `RETRAINING_TRIGGERED drift_share=${figure(driftShare)} >= ${threshold} ${against}`
    return { action: 'retrain', retrain: true, reason }
  }
  const reason = `NO_ACTION drift_share=${figure(driftShare)} < ${threshold} ${against}`
  return { action: 'none', retrain: false, reason }
}
