// What a threshold makes of the scores: the four counts, and the figures made of them.
import { checkScored, type Label } from './scored.ts'

/** Counts of rows by what was called and what was true. */
export interface Confusion {
  readonly truePositives: number
  readonly falsePositives: number
  readonly trueNegatives: number
  readonly falseNegatives: number
}

export interface ConfusionFigures {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly accuracy: number
}

/**
 * The counts where a score of at least `threshold` is called 1.
 * @throws RangeError for no rows, unequal lengths or a score that is not finite
 */
export function confusion(
  scores: ArrayLike<number>,
  labels: ArrayLike<Label>,
  threshold: number,
): Confusion {
  checkScored(scores, labels)
  const counts = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 }
  for (let i = 0; i < labels.length; i++) {
    const called = scores[i] >= threshold
    if (labels[i] === 1) counts[called ? 'truePositives' : 'falseNegatives']++
    else counts[called ? 'falsePositives' : 'trueNegatives']++
  }
  return counts
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** Convention: scikit-learn with `zero_division=0`: a figure whose divisor is 0 is 0. */
export function confusionFigures(counts: Confusion): ConfusionFigures {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts
  const rows = truePositives + falsePositives + trueNegatives + falseNegatives
  return {
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    accuracy: ratio(truePositives + trueNegatives, rows),
  }
}
