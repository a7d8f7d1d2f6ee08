// Lattice paths that leave a band around the diagonal: the exact two-sample Kolmogorov–Smirnov test.

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

/**
 * Equal sizes: 2 Σ_{k≥1} (−1)^{k−1} C(2n, n − kh) / C(2n, n), nested so that no binomial is formed.
 * Source: Gnedenko & Korolyuk (1951).
 */
function outsideSquare(n: number, h: number): number {
  let sum = 0
  for (let k = Math.floor(n / h); k >= 1; k--) {
    let ratio = 1 // C(2n, n − kh) / C(2n, n − (k − 1)h)
    for (let j = 0; j < h; j++) ratio *= (n - (k - 1) * h - j) / (n + (k - 1) * h + j + 1)
    sum = ratio * (1 - sum)
  }
  return 2 * sum
}

/**
 * Unequal sizes m > n, by columns. p(i, j) is the share of the paths from (0, 0) to (i, j) that
 * touch the band's edge |i·n − j·m| ≥ h (in units of 1/lcm):
 * p(i, j) = (i p(i−1, j) + j p(i, j−1)) / (i + j), and 1 outside the band.
 * Source: Hodges (1958) in the form of Viehmann (2021), arXiv:2102.08037, which adds only shares
 * and so keeps the digits of a small p.
 */
function outsideBand(m: number, n: number, h: number): number {
  const divisor = gcd(m, n)
  const [stepX, stepY] = [n / divisor, m / divisor]
  const column = new Float64Array(n + 1)
  for (let j = 0; j <= n; j++) column[j] = j * stepY >= h ? 1 : 0
  for (let i = 1; i <= m; i++) {
    const from = Math.max(0, Math.floor((i * stepX - h) / stepY) + 1)
    const to = Math.min(n, Math.ceil((i * stepX + h) / stepY) - 1)
    if (from > 0) column[from - 1] = 1
    let below = from > 0 ? 1 : 0
    for (let j = from; j <= to; j++) {
      below = (column[j] * i + below * j) / (i + j)
      column[j] = below
    }
    if (to < from) return 1
  }
  return column[n]
}

/**
 * The probability that two samples of sizes n1 and n2 from one continuous distribution differ by
 * `statistic` or more in the greatest distance of their distribution functions. Exact.
 */
export function pathsOutside(n1: number, n2: number, statistic: number): number {
  const h = Math.round(statistic * (n1 / gcd(n1, n2)) * n2)
  if (h === 0) return 1
  const p = n1 === n2 ? outsideSquare(n1, h) : outsideBand(Math.max(n1, n2), Math.min(n1, n2), h)
  return Math.min(1, p)
}
