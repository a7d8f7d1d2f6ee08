// The two-sided one-sample Kolmogorov–Smirnov distribution: which formula serves where.
import { kolmogorovCdfExact } from './durbin.ts'
import { kolmogorovCdfLarge } from './pelz-good.ts'
import { smirnovSf } from './smirnov.ts'

/** Where the small-sample formulas end; from here on the series of Pelz & Good is good enough. */
const SMALL = 140

/**
 * P(Dₙ ≥ d) for n ≥ 1 draws: the p-value of a two-sided statistic.
 * The cuts are those of Simard & L'Ecuyer (2011), J. Stat. Soft. 39(11), as scipy's kstwo has them:
 * far out the two one-sided tails add up; before that the exact matrix or the series.
 */
export function kolmogorovSf(n: number, d: number): number {
  if (n * d <= 0.5) return 1
  if (d >= 1) return 0
  const spread = n * d * d
  if (spread >= 370) return 0
  if (d >= 0.5 || spread >= (n <= SMALL ? 4 : 2.2)) return Math.min(1, 2 * smirnovSf(n, d))
  const exact = n <= SMALL || (n <= 100_000 && n * d ** 1.5 <= 1.4)
  const cdf = exact ? kolmogorovCdfExact(n, d) : kolmogorovCdfLarge(n, d)
  return Math.min(1, Math.max(0, 1 - cdf))
}
