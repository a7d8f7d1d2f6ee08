// Whether a first model goes into Production, where there is none that it could be compared with.
import { aucInterval } from '../metrics/delong.ts'
import type { Label } from '../metrics/scored.ts'

/** Held-out rows of label 1 that a first model is judged on, at least. */
export const LEAST_POSITIVES = 30

export interface BootstrapVerdict {
  readonly answer: 'promote' | 'reject'
  readonly auc: number
  /** Lower bound of its 95 % interval; NaN with fewer than two rows of a class. */
  readonly low: number
  readonly n: number
  readonly positives: number
  readonly reason: string
}

/**
 * Promotes a first model that beats chance by the 95 % interval of its AUC on at least 30 held-out rows
 * of each class.
 * @throws RangeError for no rows, unequal lengths or a probability that is not finite
 */
export function judgeFirst(
  probabilities: ArrayLike<number>,
  labels: readonly Label[],
): BootstrapVerdict {
  const { value, low } = aucInterval(probabilities, labels)
  const positives = labels.reduce<number>((sum, label) => sum + label, 0)
  const figures = { auc: value, low, n: labels.length, positives }
  const rarer = Math.min(positives, labels.length - positives)
  if (rarer < LEAST_POSITIVES) {
    const class_ = rarer === positives ? 1 : 0
    const reason = `nothing in Production, and only ${rarer} held-out users have the label ${class_}: a first model is judged on ${LEAST_POSITIVES} at least`
    return { answer: 'reject', ...figures, reason }
  }
  const found = `AUC ${value.toFixed(4)}, 95 % lower bound ${low.toFixed(4)}`
  if (!(low > 0.5)) {
    const reason = `nothing in Production, but the candidate does not beat chance: ${found}`
    return { answer: 'reject', ...figures, reason }
  }
  const reason = `nothing in Production: the candidate beats chance, ${found} on ${labels.length} held-out users`
  return { answer: 'promote', ...figures, reason }
}
