// The two-sided one-sample Kolmogorov–Smirnov distribution for many draws: an asymptotic series.

const PI2 = Math.PI ** 2
const PI4 = PI2 ** 2
const PI6 = PI2 ** 3

/** The coefficients of q^{m²} in the four series, m odd. */
function oddTerm(z: number, m: number): readonly [number, number, number, number] {
  const [z2, z4, z6, z8] = [z ** 2, z ** 4, z ** 6, z ** 8]
  const [m2, m4, m6] = [m ** 2, m ** 4, m ** 6]
  return [
    1,
    (PI2 / 4) * m2 - z2,
    6 * z6 + 2 * z4 + (PI2 / 4) * (2 * z4 - 5 * z2) * m2 + (PI4 / 16) * (1 - 2 * z2) * m4,
    -30 * z6 -
      90 * z8 +
      (PI2 / 4) * (135 * z4 - 96 * z6) * m2 +
      (PI4 / 16) * (212 * z4 - 60 * z2) * m4 +
      (PI6 / 64) * (5 - 30 * z2) * m6,
  ]
}

/**
 * P(Dₙ < d) ≈ K₀(z) + K₁(z)/√n + K₂(z)/n + K₃(z)/n^{3/2} with z = d√n; good to five digits and
 * more from n = 140. Source: Pelz & Good (1976), J. R. Stat. Soc. B 38(2), in theta-function form.
 */
export function kolmogorovCdfLarge(n: number, d: number): number {
  const z = d * Math.sqrt(n)
  if (PI2 / (8 * z * z) > 708) return 0 // e^−708 is the last double; below it nothing is left
  const sums = [0, 0, 0, 0]
  let [extra2, extra3] = [0, 0]
  for (let k = Math.ceil((16 * z) / Math.PI); k > 0; k--) {
    const m = 2 * k - 1
    const weight = Math.exp((-PI2 / 8 / (z * z)) * m * m)
    for (const [i, term] of oddTerm(z, m).entries()) sums[i] += term * weight
    const even = Math.exp((-PI2 / 2 / (z * z)) * k * k) * k * k
    extra2 += even
    extra3 += (3 * z * z - PI2 * k * k) * even
  }
  const root = Math.sqrt(2 * Math.PI)
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = sums
  const k2 = (root * s2) / (72 * z ** 7) - (PI2 * root * extra2) / (36 * z ** 3)
  const k3 = (root * s3) / (6480 * z ** 10) + (PI2 * root * extra3) / (216 * z ** 6)
  return (root * s0) / z + (root * s1) / (6 * z ** 4) / Math.sqrt(n) + k2 / n + k3 / n ** 1.5
}
