// Pearson's chi-square test of the current counts against the reference's shares.
import { chiSquareSf } from '../statistics/chi-square.ts'
import type { Pair } from './pair.ts'
import { tallyOf } from './tally.ts'

/**
 * The p-value of scipy's `chisquare(current, reference · n_cur / n_ref)` over the values of both
 * sides, df = K − 1. A value that is new in current gives 0; a constant column gives 1.
 */
export function chisquare(pair: Pair): number {
  const { keys, reference, current } = tallyOf(pair)
  const scale = pair.nCur / pair.nRef
  let statistic = 0
  for (const [i, count] of current.entries()) {
    const expected = reference[i] * scale
    if (expected === 0) return 0
    statistic += (count - expected) ** 2 / expected
  }
  return keys.length === 1 ? 1 : chiSquareSf(statistic, keys.length - 1)
}
