// The total variation distance of two distributions.
import { sharesOfTally } from './binning.ts'
import type { Pair } from './pair.ts'
import { tallyOf } from './tally.ts'

/**
 * ½ Σ |r − c| over the distinct values, 0 to 1. The score is the distance itself; what Evidently calls
 * TVD is its permutation p-value, `tvd_p`.
 */
export function tvd(pair: Pair): number {
  const { reference, current } = sharesOfTally(pair, tallyOf(pair))
  return reference.reduce((sum, r, i) => sum + Math.abs(r - current[i]), 0) / 2
}
