// Platt scaling: a logistic curve from scores to probabilities.
import type { Calibration } from './calibration.ts'
import { fitLine } from './line.ts'

type Platt = Extract<Calibration, { method: 'platt' }>

/**
 * Fits probability = 1 / (1 + e^−(slope·score + intercept)) by Newton's method on Platt's smoothed
 * targets (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2): Lin, Lin and Weng, "A note on Platt's probabilistic
 * outputs" (2007); scikit-learn's `sigmoid` is the same with slope and intercept negated.
 * @param scores logits of rows that their model was not trained on
 * @param labels 1 or 0, in the order of scores
 */
export function fitPlatt(scores: readonly number[], labels: readonly number[]): Platt {
  const positives = labels.filter((label) => label === 1).length
  const high = (positives + 1) / (positives + 2)
  const low = 1 / (labels.length - positives + 2)
  const targets = labels.map((label) => (label === 1 ? high : low))
  const intercept = Math.log((positives + 1) / (labels.length - positives + 1))
  return { method: 'platt', ...fitLine(scores, targets, { slope: 0, intercept }) }
}
