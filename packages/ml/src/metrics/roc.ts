// The ROC curve and the area under it.
import { midranks } from '../statistics/midranks.ts'
import { checkScored, cuts, type Label } from './scored.ts'

/** One point: rows with a score of at least `threshold` are called 1. */
export interface RocPoint {
  readonly threshold: number
  /** Share of the 0s that are called 1. */
  readonly fpr: number
  /** Share of the 1s that are called 1. */
  readonly tpr: number
}

/**
 * One point a distinct score, from (0, 0) at threshold ∞ to (1, 1).
 * Convention: scikit-learn's `roc_curve(drop_intermediate=False)`. NaN on the axis of a class without rows.
 * @throws RangeError for no rows, unequal lengths or a score that is not finite
 */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<Label>): RocPoint[] {
  const counted = cuts(scores, labels)
  const last = counted.at(-1)
  const [positives, negatives] = [last?.truePositives ?? 0, last?.falsePositives ?? 0]
  const start = { threshold: Number.POSITIVE_INFINITY, truePositives: 0, falsePositives: 0 }
  return [start, ...counted].map(({ threshold, truePositives, falsePositives }) => ({
    threshold,
    fpr: falsePositives / negatives,
    tpr: truePositives / positives,
  }))
}

/**
 * The area under the ROC curve: the chance that a 1 scores above a 0, ties counting half
 * (Mann–Whitney by midranks; scikit-learn's `roc_auc_score`). NaN where a class has no rows. O(n log n).
 * @throws RangeError as rocCurve
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<Label>): number {
  checkScored(scores, labels)
  const ranks = midranks(scores)
  let [positives, rankSum] = [0, 0]
  for (let i = 0; i < ranks.length; i++) {
    if (labels[i] !== 1) continue
    positives++
    rankSum += ranks[i]
  }
  const negatives = ranks.length - positives
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}
