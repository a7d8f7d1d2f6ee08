// The standard normal distribution: its tails, and its quantiles.
import { gammaQ } from './gamma.ts'

/** Φ⁻¹(0.975): half the width of a two-sided 95 % interval in standard deviations. */
export const Z_95 = 1.959963984540054

/** Φ⁻¹(0.95): the distance of a one-sided 95 % bound in standard deviations. */
export const Z_95_ONE_SIDED = 1.6448536269514722

/**
 * P(|Z| ≥ |z|), the two-sided p-value of a normal score, without loss of digits for large z.
 * Source: Abramowitz & Stegun 7.1.21 and 26.2.29: erfc(x) = Q(½, x²) for x ≥ 0.
 */
export const normalTwoSided = (z: number): number => gammaQ(0.5, (z * z) / 2)

/** P(Z ≤ z), the one-sided p-value of a score that is low. */
export const normalLower = (z: number): number =>
  z <= 0 ? normalTwoSided(z) / 2 : 1 - normalTwoSided(z) / 2

/**
 * The z with P(Z ≤ z) = p, for 0 < p < 1; −∞ and ∞ at the ends. Relative error below 1e-13.
 * Source: Wichura's (1988) idea of a rational start is replaced by Newton on the exact tail, from the
 * start of Abramowitz & Stegun 26.2.23 (error below 4.5e-4).
 */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p)
  if (!(p > 0)) return p === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  const t = Math.sqrt(-2 * Math.log(p))
  const upper = 2.515517 + t * (0.802853 + t * 0.010328)
  const lower = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  let z = upper / lower - t
  for (let step = 0; step < 4; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
    const error = (normalLower(z) - p) / density
    z -= error / (1 + (z * error) / 2) // Halley
  }
  return z
}
