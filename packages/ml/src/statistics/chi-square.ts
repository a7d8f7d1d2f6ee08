// The chi-square distribution's upper tail.
import { gammaQ } from './gamma.ts'

/**
 * P(X ≥ x) of a chi-square with `df` > 0 degrees of freedom.
 * Source: Abramowitz & Stegun 26.4.19: Q(df/2, x/2).
 */
export const chiSquareSf = (x: number, df: number): number => gammaQ(df / 2, x / 2)
