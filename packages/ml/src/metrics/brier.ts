// The Brier score of predicted probabilities.
import { checkScored, type Label } from './scored.ts'

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
