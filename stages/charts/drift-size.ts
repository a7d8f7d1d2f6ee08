// How far each column moved, on one scale for all methods: the order of a drift report.
import { type ColumnDrift, type ColumnFigures, METHODS } from '@weir/ml/drift'

/**
 * How far a column is along its threshold: 1 at the threshold, more beyond it. Of a distance
 * score ÷ threshold, of a p-value threshold ÷ score; null without a score.
 */
export function strength({ method, score, adjusted, threshold }: ColumnDrift): number | null {
  const distance = METHODS[method].scale === 'distance'
  const value = distance ? score : (adjusted ?? score)
  if (value === null) return null
  const ratio = distance ? value / threshold : threshold / value
  return Number.isNaN(ratio) ? 1 : ratio
}

/** Columns with their figures, the drifted ones first, each part by size. */
export function bySize(
  columns: readonly ColumnDrift[],
  figures: readonly ColumnFigures[],
): (readonly [ColumnDrift, ColumnFigures | undefined])[] {
  return columns
    .map((column, i) => [column, figures[i]] as const)
    .toSorted(([a], [b]) => Number(b.drifted) - Number(a.drifted) || bySizeOf(b) - bySizeOf(a))
}

const bySizeOf = (column: ColumnDrift): number => Math.min(strength(column) ?? 0, Number.MAX_VALUE)
