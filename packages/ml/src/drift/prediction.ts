// Whether the scores of a model moved between two periods: needs no labels.
import { type MeasuredColumn, measureColumn } from './column.ts'
import { type ColumnDrift, judgeColumns } from './judge.ts'
import type { DriftSettings } from './settings.ts'

/** The name under which the scores are judged, also in `drift.columns`. */
export const PREDICTION = 'prediction'

/**
 * The drift of a model's scores on two samples of rows, by the rule of a number and alone, so that nothing
 * is adjusted. O(n log n).
 */
export function predictionDrift(
  reference: readonly number[],
  current: readonly number[],
  settings: DriftSettings = {},
): ColumnDrift {
  const column = { name: PREDICTION, kind: 'numeric', reference, current } as const
  const measured: MeasuredColumn = measureColumn(column, settings)
  const [drift] = judgeColumns([measured], settings)
  return drift
}
