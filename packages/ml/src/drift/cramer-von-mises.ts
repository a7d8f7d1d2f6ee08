// The two-sample Cramér–von Mises test.
import { cramerVonMisesCdf } from '../statistics/cramer-von-mises.ts'
import { walkTogether } from '../statistics/ecdf.ts'
import type { NumericPair } from './pair.ts'

/** Largest sample for which the p-value is exact. */
const EXACT_LIMIT = 20

/**
 * The p-value of scipy's `cramervonmises_2samp(method="auto")`: exact while both samples have at most 20
 * values, beyond that by the limiting distribution at the standardised statistic (Anderson, 1962,
 * eqs. 9 to 15). Fewer than two values on a side: 1, since nothing can be said.
 */
export function cramerVonMises({ reference, current }: NumericPair): number {
  const [n1, n2] = [reference.length, current.length]
  if (n1 < 2 || n2 < 2) return 1
  const u = rankDistance(reference, current)
  const [k, n] = [n1 * n2, n1 + n2]
  if (Math.max(n1, n2) <= EXACT_LIMIT) return exactTail(u, n1, n2)
  const t = u / (k * n) - (4 * k - 1) / (6 * n)
  const mean = (1 + 1 / n) / 6
  const variance = ((n + 1) * (4 * k * n - 3 * (n1 ** 2 + n2 ** 2) - 2 * k)) / (45 * n ** 2 * 4 * k)
  const standard = 1 / 6 + (t - mean) / Math.sqrt(45 * variance)
  return standard < 0.003 ? 1 : Math.max(0, 1 - cramerVonMisesCdf(standard))
}

/** Anderson's U: n₁ Σ (rank of xᵢ − i)² + n₂ Σ (rank of yⱼ − j)², with midranks in the pooled sample. */
function rankDistance(reference: Float64Array, current: Float64Array): number {
  let [x, y, i0, j0] = [0, 0, 0, 0]
  walkTogether(reference, current, (i, j) => {
    const rank = (i0 + j0 + 1 + i + j) / 2
    for (let a = i0 + 1; a <= i; a++) x += (rank - a) ** 2
    for (let b = j0 + 1; b <= j; b++) y += (rank - b) ** 2
    i0 = i
    j0 = j
  })
  return reference.length * x + current.length * y
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/**
 * P(U ≥ u), exact: how often each value of the statistic occurs among all orders of the two samples.
 * Source: Xiao, Gordon & Yakovlev (2006), J. Stat. Soft. 17(8), eqs. 9 to 13.
 */
function exactTail(u: number, m: number, n: number): number {
  const lcm = (m * n) / gcd(m, n)
  const [a, b] = [lcm / m, lcm / n]
  const mn = m * n
  const zeta = Math.floor((lcm ** 2 * (m + n) * (6 * u - mn * (4 * mn - 1))) / (6 * mn ** 2))
  let tables: Map<number, number>[] = Array.from({ length: m + 1 }, (_, v) =>
    v === 0 ? new Map([[0, 1]]) : new Map(),
  )
  for (let row = 0; row <= n; row++) {
    let before = new Map<number, number>()
    tables = tables.map((table, v) => {
      before = shifted(before, table, (a * v - b * row) ** 2)
      return before
    })
  }
  let [tail, all] = [0, 0]
  for (const [value, frequency] of tables[m]) {
    all += frequency
    if (value >= zeta) tail += frequency
  }
  return tail / all
}

/** The frequencies of two tables together, each value raised by `by`. */
function shifted(
  one: ReadonlyMap<number, number>,
  other: ReadonlyMap<number, number>,
  by: number,
): Map<number, number> {
  const sum = new Map<number, number>()
  for (const table of [one, other]) {
    for (const [value, frequency] of table) {
      sum.set(value + by, (sum.get(value + by) ?? 0) + frequency)
    }
  }
  return sum
}
