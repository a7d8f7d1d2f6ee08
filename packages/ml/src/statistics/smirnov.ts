// The one-sided one-sample Kolmogorov–Smirnov distribution.
/**
 * P(D⁺ₙ ≥ x): the exact upper tail of the one-sided statistic of n draws, 0 < x < 1.
 * Linear in n. Source: Birnbaum & Tingey (1951):
 * x Σ_{j ≤ n(1−x)} C(n, j) (x + j/n)^{j−1} (1 − x − j/n)^{n−j}.
 */
export function smirnovSf(n: number, x: number): number {
  const last = Math.floor(n * (1 - x))
  let [sum, binomial] = [0, 0] // ln C(n, j), from one j to the next
  for (let j = 0; j <= last; j++) {
    if (j > 0) binomial += Math.log((n - j + 1) / j)
    const rest = 1 - x - j / n
    if (rest <= 0 && j < n) continue
    const powers = (j - 1) * Math.log(x + j / n) + (j < n ? (n - j) * Math.log(rest) : 0)
    sum += Math.exp(binomial + powers)
  }
  return Math.min(1, x * sum)
}
