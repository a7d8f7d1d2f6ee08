// The two distributions of a column as a few bars: what a report draws instead of rows.
import { equalEdges, rangeOf, sharesBetween, sharesOfTally } from './binning.ts'
import type { DriftColumn } from './column.ts'
import { type NumericPair, type Pair, pairOf } from './pair.ts'
import { distinctOf, tallyOf } from './tally.ts'

/** One bar for each side: `bin` names it; numeric bins also have bounds (the last is closed). */
export interface HistogramBin {
  readonly bin: string
  readonly low: number | null
  readonly high: number | null
  readonly reference: number
  readonly current: number
}

/** At most this many bars a side, however many rows or levels there are. */
export const MOST_BINS = 20

function numericBins(pair: NumericPair): HistogramBin[] {
  const { low, high } = rangeOf(pair)
  const edges = low === high ? [low - 0.5, high + 0.5] : equalEdges(low, high, MOST_BINS)
  const { reference, current } = sharesBetween(pair, edges)
  return reference.map((share, i) => {
    const [from, to] = [edges[i], edges[i + 1]]
    const bin = `${Number(from.toPrecision(4))} – ${Number(to.toPrecision(4))}`
    return { bin, low: from, high: to, reference: share, current: current[i] }
  })
}

/** The rarest bins become one, named `others`, so that there are at most MOST_BINS. */
function mergeRare(bins: readonly HistogramBin[]): HistogramBin[] {
  if (bins.length <= MOST_BINS) return [...bins]
  const weight = (bin: HistogramBin): number => bin.reference + bin.current
  const byWeight = [...bins].sort((a, b) => weight(b) - weight(a))
  const common = new Set(byWeight.slice(0, MOST_BINS - 1))
  const rare = byWeight.slice(MOST_BINS - 1)
  const others = {
    bin: `${rare.length} others`,
    low: null,
    high: null,
    reference: rare.reduce((sum, bin) => sum + bin.reference, 0),
    current: rare.reduce((sum, bin) => sum + bin.current, 0),
  }
  return [...bins.filter((bin) => common.has(bin)), others]
}

/** Shares of both sides by bin; empty where a side has no values. */
export function histogram(column: DriftColumn): HistogramBin[] {
  return histogramOf(pairOf(column.kind, column.reference, column.current))
}

/** The same of a pair. */
export function histogramOf(pair: Pair): HistogramBin[] {
  if (pair.nRef === 0 || pair.nCur === 0) return []
  if (pair.kind === 'numeric' && distinctOf(pair, MOST_BINS) > MOST_BINS) return numericBins(pair)
  const tally = tallyOf(pair)
  const { reference, current } = sharesOfTally(pair, tally)
  const bins = tally.keys.map((key, i) => ({
    bin: String(key),
    low: null,
    high: null,
    reference: reference[i],
    current: current[i],
  }))
  return mergeRare(bins)
}
