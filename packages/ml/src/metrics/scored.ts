// Scores with their labels, ranked: what every metric of a ranking walks over.
import { ascending } from '../statistics/midranks.ts'

/** One label a row: 1 for the event. */
export type Label = 0 | 1

/** Counts at one cut: the rows with a score of at least `threshold`. */
export interface Cut {
  readonly threshold: number
  /** Rows at or above the cut with label 1, and with label 0. */
  readonly truePositives: number
  readonly falsePositives: number
}

/** @throws RangeError where there is not one finite score for each label, or no row at all */
export function checkScored(scores: ArrayLike<number>, labels: ArrayLike<Label>): void {
  if (scores.length !== labels.length) {
    throw new RangeError(`${scores.length} scores for ${labels.length} labels`)
  }
  if (labels.length === 0) throw new RangeError('no rows')
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) throw new RangeError(`score ${scores[i]} in row ${i}`)
  }
}

/**
 * The counts at each distinct score, from the highest down; the last cut holds all rows. O(n log n).
 * @throws RangeError as checkScored
 */
export function cuts(scores: ArrayLike<number>, labels: ArrayLike<Label>): Cut[] {
  checkScored(scores, labels)
  const order = ascending(scores)
  const found: Cut[] = []
  let [truePositives, falsePositives] = [0, 0]
  for (let i = order.length - 1; i >= 0; i--) {
    const row = order[i]
    if (labels[row] === 1) truePositives++
    else falsePositives++
    const threshold = scores[row]
    const next = i === 0 ? undefined : scores[order[i - 1]]
    if (next !== threshold) found.push({ threshold, truePositives, falsePositives })
  }
  return found
}
