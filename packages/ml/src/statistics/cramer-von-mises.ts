// The limiting distribution of the Cramér–von Mises statistic.
import { logGamma } from './gamma.ts'

/** A term of the series that is smaller ends it, as scipy has it. */
const LEAST_TERM = 1e-7
/** Step of the trapezoidal rule; its error falls as e^{−π²/step}. */
const STEP = 0.2

/** e^x K_ν(x) of the modified Bessel function, by ∫₀^∞ e^{−x (cosh t − 1)} cosh νt dt (DLMF 10.32.9). */
function scaledBesselK(order: number, x: number): number {
  let sum = 0.5
  for (let t = STEP; ; t += STEP) {
    const decay = x * (Math.cosh(t) - 1)
    if (decay > 45) return sum * STEP
    sum += Math.exp(-decay) * Math.cosh(order * t)
  }
}

/**
 * P(W² ≤ x) for x > 0. Source: Csörgő & Faraway (1996), "The exact and asymptotic distributions of
 * Cramér–von Mises statistics", eq. 1.2.
 */
export function cramerVonMisesCdf(x: number): number {
  let total = 0
  for (let k = 0; ; k++) {
    const weight = Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x))
    const y = 4 * k + 1
    const q = y ** 2 / (16 * x)
    const term = weight * Math.sqrt(y) * Math.exp(-2 * q) * scaledBesselK(0.25, q)
    total += term
    if (term < LEAST_TERM) return total
  }
}
