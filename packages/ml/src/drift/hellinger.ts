// The Hellinger distance of two distributions.
import { rangeOf, type Shares, sharesBetween, sharesOfTally, sturgesEdges } from './binning.ts'
import type { Pair } from './pair.ts'
import { tallyOf } from './tally.ts'

/**
 * √(1 − Σ √(r c)), 0 to 1. A numeric column is cut on Sturges' edges of the set of distinct values
 * (of both sides), a categorical one has a bin a level.
 */
export function hellinger(pair: Pair): number {
  const { reference, current } = hellingerShares(pair)
  const overlap = reference.reduce((sum, r, i) => sum + Math.sqrt(r * current[i]), 0)
  return Math.sqrt(1 - Math.min(1, overlap))
}

function hellingerShares(pair: Pair): Shares {
  const tally = tallyOf(pair)
  if (pair.kind === 'categorical') return sharesOfTally(pair, tally)
  const { low, high } = rangeOf(pair)
  const edges = sturgesEdges(low, high, tally.keys.length, pair.whole)
  return sharesBetween(pair, edges)
}
