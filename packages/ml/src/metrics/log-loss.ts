// The logarithmic loss of predicted probabilities.
import { checkScored, type Label } from './scored.ts'

/**
 * The mean of −ln(probability given to the label), probabilities kept within [ε, 1 − ε] with the ε of
 * a double (2⁻⁵²): scikit-learn's `log_loss`.
 * @throws RangeError for no rows, unequal lengths or a probability that is not finite
 */
export function logLoss(probabilities: ArrayLike<number>, labels: ArrayLike<Label>): number {
  checkScored(probabilities, labels)
  let sum = 0
  for (let i = 0; i < labels.length; i++) {
    const p = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probabilities[i]))
    sum -= Math.log(labels[i] === 1 ? p : 1 - p)
  }
  return sum / labels.length
}
