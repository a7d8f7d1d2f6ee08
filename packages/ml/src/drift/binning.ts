// From two samples to two shares over the same bins: what the distances between distributions compare.
import type { NumericPair, Pair } from './pair.ts'
import { distinctUpTo, type Tally, tallyOf } from './tally.ts'

/** The share of each side in each bin; the two run together. */
export interface Shares {
  readonly reference: readonly number[]
  readonly current: readonly number[]
}

/** A numeric column with more distinct reference values than this is cut into equal-width bins. */
const FEW_VALUES = 20

/**
 * Edges of equal-width bins from `low` to `high`, by Sturges' rule for n values: ceil(log₂(n) + 1) bins.
 * Convention: numpy 2's `histogram_bin_edges(bins="sturges")`, rounding included: bins of whole
 * numbers are not narrower than 1, and where low = high there is one bin of width 1 around it.
 */
export function sturgesEdges(low: number, high: number, n: number, whole: boolean): number[] {
  if (low === high) return [low - 0.5, high + 0.5]
  const bins = Math.log2(n) + 1
  const width = Math.max((high - low) / bins, whole ? 1 : 0)
  const fitting = Math.ceil((high - low) / width)
  // A range beyond the largest or below the smallest double leaves no width to divide by.
  return equalEdges(low, high, Number.isFinite(fitting) ? fitting : Math.ceil(bins))
}

/** Edges of `bins` equal-width bins; the first and the last are exact. */
export function equalEdges(low: number, high: number, bins: number): number[] {
  const step = Number.isFinite(high - low) ? (high - low) / bins : high / bins - low / bins
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : i * step + low))
}

/** How many of the ascending values fall in each bin [edge, next edge); the last bin is closed. */
export function countInBins(values: Float64Array, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0)
  let bin = 0
  for (const value of values) {
    while (bin < counts.length - 1 && value >= edges[bin + 1]) bin++
    counts[bin]++
  }
  return counts
}

/** Lowest and highest value of both sides; one side at least has values. */
export function rangeOf({ reference, current }: NumericPair): { low: number; high: number } {
  const low = Math.min(
    reference[0] ?? Number.POSITIVE_INFINITY,
    current[0] ?? Number.POSITIVE_INFINITY,
  )
  const high = Math.max(
    reference.at(-1) ?? Number.NEGATIVE_INFINITY,
    current.at(-1) ?? Number.NEGATIVE_INFINITY,
  )
  return { low, high }
}

const divide = (counts: readonly number[], n: number): number[] => counts.map((count) => count / n)

/** Shares over the bins between given edges. */
export function sharesBetween(pair: NumericPair, edges: readonly number[]): Shares {
  return {
    reference: divide(countInBins(pair.reference, edges), pair.reference.length),
    current: divide(countInBins(pair.current, edges), pair.current.length),
  }
}

/** Shares with one bin a distinct value. */
export function sharesOfTally(pair: Pair, tally: Tally): Shares {
  return {
    reference: divide(tally.reference, pair.nRef),
    current: divide(tally.current, pair.nCur),
  }
}

/**
 * Shares for psi, kl_div and jensenshannon. A numeric column with more than 20 distinct reference
 * values: equal-width bins over both samples pooled, Sturges' number of them for N = n_ref + n_cur.
 * Else one bin a distinct value. Both sides have values.
 */
export function sharesOf(pair: Pair): Shares {
  if (pair.kind === 'categorical' || distinctUpTo(pair.reference, FEW_VALUES) <= FEW_VALUES) {
    return sharesOfTally(pair, tallyOf(pair))
  }
  const { low, high } = rangeOf(pair)
  const edges = sturgesEdges(low, high, pair.reference.length + pair.current.length, pair.whole)
  return sharesBetween(pair, edges)
}

function fill(shares: readonly number[]): number[] {
  // Not spread into Math.min, which fails on a category of some hundred thousand levels.
  const least = shares.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), Number.POSITIVE_INFINITY)
  const filler = least <= 0.0001 ? least / 1e6 : 0.0001
  return shares.map((share) => (share === 0 ? filler : share))
}

/** Fills empty bins, each side by itself: .0001, or the least share ÷ 10⁶ where that is ≤ .0001. */
export function fillZeros({ reference, current }: Shares): Shares {
  return { reference: fill(reference), current: fill(current) }
}
