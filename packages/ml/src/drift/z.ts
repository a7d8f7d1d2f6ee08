// The z-test of two proportions, pooled.
import { normalTwoSided } from '../statistics/normal.ts'
import type { Pair } from './pair.ts'
import { tallyOf } from './tally.ts'

/**
 * The two-sided p-value for the share of rows that are not the first value in sorted order:
 * z = (p₁ − p₂) / √(P(1 − P)(1/n₁ + 1/n₂)) with P the share of both sides together.
 * One and the same single value on both sides gives 1.
 */
export function z(pair: Pair): number {
  const { keys, reference, current } = tallyOf(pair)
  if (keys.length === 1) return 1
  const [n1, n2] = [pair.nRef, pair.nCur]
  const p1 = 1 - reference[0] / n1
  const p2 = 1 - current[0] / n2
  const pooled = (p1 * n1 + p2 * n2) / (n1 + n2)
  return normalTwoSided((p1 - p2) / Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2)))
}
