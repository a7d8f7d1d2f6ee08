// The two-sample Kolmogorov–Smirnov test, two-sided.
import { walkTogether } from '../statistics/ecdf.ts'
import { kolmogorovSf } from '../statistics/kolmogorov.ts'
import { pathsOutside } from '../statistics/lattice.ts'
import type { NumericPair } from './pair.ts'

/** Largest sample for which the p-value is exact. */
const EXACT_LIMIT = 10_000

/** D, the greatest distance between the two distribution functions, 0 to 1. */
export function ksStatistic({ reference, current }: NumericPair): number {
  let greatest = 0
  walkTogether(reference, current, (i, j) => {
    greatest = Math.max(greatest, Math.abs(i / reference.length - j / current.length))
  })
  return greatest
}

/**
 * The two-sided p-value of scipy's `ks_2samp(method="auto")`: exact while both samples have at most
 * 10,000 values (time grows as n·n·D), beyond that the one-sample distribution at the effective size
 * round(n₁n₂ / (n₁ + n₂)), a half rounded to even.
 */
export function ks(pair: NumericPair): number {
  const [n1, n2] = [pair.reference.length, pair.current.length]
  const statistic = ksStatistic(pair)
  if (Math.max(n1, n2) <= EXACT_LIMIT) return pathsOutside(n1, n2, statistic)
  return kolmogorovSf(roundHalfToEven((n1 * n2) / (n1 + n2)), statistic)
}

function roundHalfToEven(x: number): number {
  const rounded = Math.round(x)
  return rounded - x === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded
}
