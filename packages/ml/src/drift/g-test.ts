// The likelihood ratio test of the current counts against the reference's shares.
import { chiSquareSf } from '../statistics/chi-square.ts'
import type { Pair } from './pair.ts'
import { tallyOf } from './tally.ts'

/**
 * The p-value of scipy's `power_divergence(current, reference · n_cur / n_ref, lambda_="log-likelihood")`,
 * df = K − 1; Evidently takes the reference's counts as they are, so its sizes must be equal. A value
 * that is new in current gives 0; a constant column gives 1.
 */
export function gTest(pair: Pair): number {
  const { keys, reference, current } = tallyOf(pair)
  const scale = pair.nCur / pair.nRef
  let statistic = 0
  for (const [i, count] of current.entries()) {
    const expected = reference[i] * scale
    if (count === 0) continue
    if (expected === 0) return 0
    statistic += 2 * count * Math.log(count / expected)
  }
  return keys.length === 1 ? 1 : chiSquareSf(Math.max(0, statistic), keys.length - 1)
}
