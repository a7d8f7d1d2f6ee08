// The two-sample Kolmogorov–Smirnov test, two-sided.
import { kolmogorovSf } from '../statistics/kolmogorov.ts'
import { pathsOutside } from '../statistics/lattice.ts'
import type { NumericPair } from './pair.ts'

/** Largest sample for which the p-value is exact. */
const EXACT_LIMIT = 10_000

/** D, the greatest distance between the two distribution functions, 0 to 1. */
export function ksStatistic({ reference, current }: NumericPair): number {
  const [n1, n2] = [reference.length, current.length]
  let [i, j, greatest] = [0, 0, 0]
  // Once a side is passed the distance only falls.
  while (i < n1 && j < n2) {
    const x = reference[i] < current[j] ? reference[i] : current[j]
    while (i < n1 && reference[i] <= x) i++
    while (j < n2 && current[j] <= x) j++
    const distance = Math.abs(i * n2 - j * n1)
    if (distance > greatest) greatest = distance
  }
  return greatest / (n1 * n2)
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
