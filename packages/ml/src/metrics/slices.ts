// The figures by level of a category: whether a model serves every group.
import type { FeatureColumn, FeatureValue } from '@weir/formats/dataset'
import { confusion, confusionFigures } from './confusion.ts'
import { rocAuc } from './roc.ts'
import type { Label } from './scored.ts'

/** The figures of the rows with one level. */
export interface Slice {
  readonly level: FeatureValue
  readonly n: number
  /** Share of 1s among the rows, and of rows called 1. */
  readonly rate: number
  readonly predictedRate: number
  /** Null where the rows have one class only. */
  readonly auc: number | null
  readonly precision: number
  readonly recall: number
}

/** Rows by level, levels in the order of their text; blank is a level of its own and comes last. */
function rowsByLevel(levels: FeatureColumn): [FeatureValue, number[]][] {
  const rows = new Map<FeatureValue, number[]>()
  let row = 0
  for (const level of levels) {
    const known = rows.get(level)
    if (known === undefined) rows.set(level, [row])
    else known.push(row)
    row++
  }
  const before = (a: FeatureValue, b: FeatureValue): number => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    return String(a) < String(b) ? -1 : 1
  }
  return [...rows].sort(([a], [b]) => before(a, b))
}

/**
 * The figures of each level's rows, a score of at least `threshold` being called 1.
 * @throws RangeError for unequal lengths or a score that is not finite
 */
export function slices(
  levels: FeatureColumn,
  scores: ArrayLike<number>,
  labels: readonly Label[],
  threshold: number,
): Slice[] {
  return rowsByLevel(levels).map(([level, rows]) => {
    const own = rows.map((row) => scores[row])
    const truth = rows.map((row) => labels[row])
    const counts = confusion(own, truth, threshold)
    const { precision, recall } = confusionFigures(counts)
    const auc = rocAuc(own, truth)
    return {
      level,
      n: rows.length,
      rate: (counts.truePositives + counts.falseNegatives) / rows.length,
      predictedRate: (counts.truePositives + counts.falsePositives) / rows.length,
      auc: Number.isNaN(auc) ? null : auc,
      precision,
      recall,
    }
  })
}
