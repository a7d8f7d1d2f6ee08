// The interval of a share.
import { Z_95 } from '../statistics/normal.ts'

/** A share with the bounds of its interval. */
export interface Share {
  readonly value: number
  readonly low: number
  readonly high: number
}

/**
 * Wilson's score interval of `successes` out of `n`, without continuity correction: statsmodels'
 * `proportion_confint(method="wilson")`. No rows: value NaN, bounds 0 and 1.
 * @param z how many standard deviations the bounds lie away; 1.96 for a two-sided 95 % interval
 */
export function wilson(successes: number, n: number, z: number = Z_95): Share {
  if (n === 0) return { value: Number.NaN, low: 0, high: 1 }
  const value = successes / n
  const scale = 1 + (z * z) / n
  const centre = (value + (z * z) / (2 * n)) / scale
  const half = (z / scale) * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n))
  const low = successes === 0 ? 0 : Math.max(0, centre - half)
  const high = successes === n ? 1 : Math.min(1, centre + half)
  return { value, low, high }
}
