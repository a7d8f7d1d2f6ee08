// The Brier score of predicted probabilities, and its interval.
import { Z_95 } from '../statistics/normal.ts'
import { checkScored, type Label } from './scored.ts'
import type { Share } from './wilson.ts'

/**
 * The mean of (p − y)², 0 best, 1 worst: scikit-learn's `brier_score_loss`.
 * @throws RangeError for no rows, unequal lengths or a probability that is not finite
 */
export function brier(probabilities: ArrayLike<number>, labels: ArrayLike<Label>): number {
  checkScored(probabilities, labels)
  let sum = 0
  for (let i = 0; i < labels.length; i++) sum += (probabilities[i] - labels[i]) ** 2
  return sum / labels.length
}

/**
 * The Brier score with its 95 % interval: the mean of the rows' squared errors, ± 1.96 standard errors of that mean
 * (sample standard deviation). One row: bounds NaN.
 * @throws RangeError as brier
 */
export function brierInterval(probabilities: ArrayLike<number>, labels: ArrayLike<Label>): Share {
  const value = brier(probabilities, labels)
  const n = labels.length
  let squares = 0
  for (let i = 0; i < n; i++) squares += ((probabilities[i] - labels[i]) ** 2 - value) ** 2
  const half = Z_95 * Math.sqrt(squares / (n - 1) / n)
  return { value, low: value - half, high: value + half }
}
