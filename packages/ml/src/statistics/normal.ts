// The standard normal distribution: its two-sided tail, and the quantile of a 95 % interval.
import { gammaQ } from './gamma.ts'

/** Φ⁻¹(0.975): half the width of a two-sided 95 % interval in standard deviations. */
export const Z_95 = 1.959963984540054

/**
 * P(|Z| ≥ |z|), the two-sided p-value of a normal score, without loss of digits for large z.
 * Source: Abramowitz & Stegun 7.1.21 and 26.2.29: erfc(x) = Q(½, x²) for x ≥ 0.
 */
export const normalTwoSided = (z: number): number => gammaQ(0.5, (z * z) / 2)
