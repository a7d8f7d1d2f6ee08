// The one-sided one-sample Kolmogorov–Smirnov distribution.
import { logGamma } from './gamma.ts'

/**
 * P(D⁺ₙ ≥ x): the exact upper tail of the one-sided statistic of n draws, 0 < x < 1.
 * Linear in n. Source: Birnbaum & Tingey (1951):
 * x Σ_{j ≤ n(1−x)} C(n, j) (x + j/n)^{j−1} (1 − x − j/n)^{n−j}.
 */
export function smirnovSf(n: number, x: number): number {
  const logFactorial = logGamma(n + 1)
  const last = Math.floor(n * (1 - x))
  let sum = 0
  for (let j = 0; j <= last; j++) {
    const rest = 1 - x - j / n
    if (rest <= 0 && j < n) continue
    const binomial = logFactorial - logGamma(j + 1) - logGamma(n - j + 1)
    const powers = (j - 1) * Math.log(x + j / n) + (j < n ? (n - j) * Math.log(rest) : 0)
    sum += Math.exp(binomial + powers)
  }
  return Math.min(1, x * sum)
}
