// The precision–recall curve and its average precision.
import { cuts, type Label } from './scored.ts'

/** One point: rows with a score of at least `threshold` are called 1. */
export interface PrPoint {
  readonly threshold: number
  readonly precision: number
  readonly recall: number
}

/**
 * One point a distinct score, recall rising.
 * Convention: the points of scikit-learn's `precision_recall_curve` in the reverse order and without
 * its added end at (recall 0, precision 1). Recall is NaN where there is no 1.
 * @throws RangeError for no rows, unequal lengths or a score that is not finite
 */
export function prCurve(scores: ArrayLike<number>, labels: ArrayLike<Label>): PrPoint[] {
  const counted = cuts(scores, labels)
  const positives = counted.at(-1)?.truePositives ?? 0
  return counted.map(({ threshold, truePositives, falsePositives }) => ({
    threshold,
    precision: truePositives / (truePositives + falsePositives),
    recall: truePositives / positives,
  }))
}

/**
 * Σ (Rₙ − Rₙ₋₁) Pₙ, without interpolation: scikit-learn's `average_precision_score`.
 * @throws RangeError as prCurve
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<Label>): number {
  let [sum, before] = [0, 0]
  for (const { precision, recall } of prCurve(scores, labels)) {
    sum += (recall - before) * precision
    before = recall
  }
  return sum
}
