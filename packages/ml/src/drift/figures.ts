// What a report tells of the two sides of a column beside its drift: quantiles and bars, never rows.
import { sortedQuantiles } from '../encoding/quantiles.ts'
import { type HistogramBin, histogramOf } from './histogram.ts'
import type { Pair } from './pair.ts'

/** The shares of the quantiles of a report. */
export const QUANTILE_SHARES = [0.05, 0.25, 0.5, 0.75, 0.95] as const

export interface ColumnFigures {
  /** At most 20 bars a side. */
  readonly bins: readonly HistogramBin[]
  /** At QUANTILE_SHARES, R's type 7; null for levels and where a side has no values. */
  readonly quantiles: {
    readonly reference: readonly number[]
    readonly current: readonly number[]
  } | null
}

export function figuresOf(pair: Pair): ColumnFigures {
  return { bins: histogramOf(pair), quantiles: quantilesOf(pair) }
}

function quantilesOf(pair: Pair): ColumnFigures['quantiles'] {
  if (pair.kind === 'categorical' || pair.nRef === 0 || pair.nCur === 0) return null
  return {
    reference: sortedQuantiles(pair.reference, QUANTILE_SHARES),
    current: sortedQuantiles(pair.current, QUANTILE_SHARES),
  }
}
