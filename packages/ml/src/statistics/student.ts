// Student's t distribution: the two-sided p-value, by the incomplete beta function.
import { logGamma } from './gamma.ts'

const TINY = 1e-300
const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value)

/** The continued fraction of the incomplete beta function, evaluated after Lentz. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return fraction
}

/**
 * I_x(a, b), the regularised incomplete beta function, given x and 1 − x apart so that neither
 * loses digits. Source: Press et al., Numerical Recipes, 3rd ed., section 6.4.
 */
function betaI(a: number, b: number, x: number, rest: number): number {
  if (x <= 0) return 0
  if (rest <= 0) return 1
  const log = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(rest)
  if (x < (a + 1) / (a + b + 2)) return (Math.exp(log) * betaFraction(a, b, x)) / a
  return 1 - (Math.exp(log) * betaFraction(b, a, rest)) / b
}

/** P(|T| ≥ |t|) of Student's t with `df` > 0 degrees of freedom. Source: A & S 26.7.1. */
export function studentTwoSided(t: number, df: number): number {
  if (!Number.isFinite(t)) return 0
  const square = t * t
  return betaI(df / 2, 0.5, df / (df + square), square / (df + square))
}

/**
 * The t with P(|T| ≥ t) = p, for 0 < p < 1 and `df` > 0, by bisection of the tail to the last digits.
 */
export function studentQuantile(p: number, df: number): number {
  let [low, high] = [0, 1]
  while (studentTwoSided(high, df) > p) [low, high] = [high, 2 * high]
  for (let step = 0; step < 60 && high - low > 1e-14 * high; step++) {
    const middle = (low + high) / 2
    if (studentTwoSided(middle, df) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
