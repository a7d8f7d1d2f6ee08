// The hypergeometric distribution: how many of a kind are among rows drawn without putting back.
import { logGamma } from './gamma.ts'
import type { Random } from './random.ts'

/** `drawn` rows out of `total`, of which `kind` are of the kind that is counted. */
export interface Urn {
  readonly total: number
  readonly kind: number
  readonly drawn: number
}

/** The least and the greatest count. */
export function support({ total, kind, drawn }: Urn): readonly [low: number, high: number] {
  return [Math.max(0, drawn + kind - total), Math.min(kind, drawn)]
}

/** The likeliest count. */
export function mode({ total, kind, drawn }: Urn): number {
  return Math.floor(((drawn + 1) * (kind + 1)) / (total + 2))
}

const logBinomial = (n: number, k: number): number =>
  logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)

/** P(X = x) = C(kind, x) C(total − kind, drawn − x) / C(total, drawn). */
export function hypergeometricPmf(urn: Urn, x: number): number {
  const { total, kind, drawn } = urn
  const ways = logBinomial(kind, x) + logBinomial(total - kind, drawn - x)
  return Math.exp(ways - logBinomial(total, drawn))
}

/** P(X = x + 1) ÷ P(X = x). */
export function ratioAbove({ total, kind, drawn }: Urn, x: number): number {
  return ((kind - x) * (drawn - x)) / ((x + 1) * (total - kind - drawn + x + 1))
}

/** Draws a count by inversion from the mode outwards: about as many steps as its standard deviation. */
export function drawHypergeometric(random: Random, urn: Urn): number {
  const [low, high] = support(urn)
  if (low === high) return low
  let [below, above] = [mode(urn), mode(urn)]
  let [pBelow, pAbove] = [hypergeometricPmf(urn, below), hypergeometricPmf(urn, above)]
  let left = random.uniform() - pAbove
  while (left >= 0 && (below > low || above < high)) {
    if (above < high) {
      pAbove *= ratioAbove(urn, above++)
      left -= pAbove
      if (left < 0) return above
    }
    if (below > low) {
      pBelow /= ratioAbove(urn, --below)
      left -= pBelow
      if (left < 0) return below
    }
  }
  return mode(urn)
}
