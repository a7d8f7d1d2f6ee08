// The Mann–Whitney U test, one-sided: whether the reference tends to be less than the current side.
import { walkTogether } from '../statistics/ecdf.ts'
import { normalLower } from '../statistics/normal.ts'
import type { NumericPair } from './pair.ts'

/** Up to this size of the smaller side the p-value is exact, unless there are ties. */
const EXACT_LIMIT = 8

/**
 * The p-value of scipy's `mannwhitneyu(reference, current, alternative="less", method="auto")`: exact
 * where a side has at most 8 values and none are tied, else normal with correction for ties and continuity.
 */
export function mannW({ reference, current }: NumericPair): number {
  const [n1, n2] = [reference.length, current.length]
  const { u, ties } = rankSum(reference, current)
  if (Math.min(n1, n2) <= EXACT_LIMIT && ties === 0) return 1 - atMost(n1, n2, u - 1)
  const n = n1 + n2
  const deviation = Math.sqrt(((n1 * n2) / 12) * (n + 1 - ties / (n * (n - 1))))
  return deviation > 0 ? normalLower(-(u - (n1 * n2) / 2 - 0.5) / deviation) : 1
}

/** U of the current side: pairs in which it is greater, ties counting half; and Σ (t³ − t) over tied groups. */
function rankSum(reference: Float64Array, current: Float64Array): { u: number; ties: number } {
  let [u, ties, i0, j0] = [0, 0, 0, 0]
  walkTogether(reference, current, (i, j) => {
    const t = i - i0 + (j - j0)
    u += (j - j0) * (i0 + (i - i0) / 2)
    if (t > 1) ties += t ** 3 - t
    i0 = i
    j0 = j
  })
  return { u, ties }
}

/**
 * P(U ≤ u) without ties, from the coefficients of the Gaussian binomial Π (1 − q^{n2+i}) / (1 − q^i):
 * Mann & Whitney (1947).
 */
function atMost(n1: number, n2: number, u: number): number {
  const [few, many] = n1 < n2 ? [n1, n2] : [n2, n1]
  const ways = new Float64Array(few * many + 1)
  ways[0] = 1
  for (let i = 1; i <= few; i++) {
    for (let k = ways.length - 1; k >= many + i; k--) ways[k] -= ways[k - many - i]
    for (let k = i; k < ways.length; k++) ways[k] += ways[k - i]
  }
  let [below, all] = [0, 0]
  for (let k = 0; k < ways.length; k++) {
    all += ways[k]
    if (k <= u) below += ways[k]
  }
  return below / all
}
