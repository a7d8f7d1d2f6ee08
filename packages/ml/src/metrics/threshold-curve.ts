// What each threshold would give: the choice that a cut is.
import { type ConfusionFigures, confusionFigures } from './confusion.ts'
import { cuts, type Label } from './scored.ts'

export interface ThresholdPoint extends ConfusionFigures {
  readonly threshold: number
}

/**
 * Precision, recall, F1 and accuracy with each distinct score as the threshold, highest first. O(n log n).
 * @throws RangeError for no rows, unequal lengths or a score that is not finite
 */
export function thresholdCurve(
  scores: ArrayLike<number>,
  labels: ArrayLike<Label>,
): ThresholdPoint[] {
  const counted = cuts(scores, labels)
  const last = counted.at(-1)
  return counted.map(({ threshold, truePositives, falsePositives }) => ({
    threshold,
    ...confusionFigures({
      truePositives,
      falsePositives,
      trueNegatives: (last?.falsePositives ?? 0) - falsePositives,
      falseNegatives: (last?.truePositives ?? 0) - truePositives,
    }),
  }))
}
