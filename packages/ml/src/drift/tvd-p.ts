// The permutation test of the total variation distance.
import { drawHypergeometric } from '../statistics/hypergeometric.ts'
import { type Random, randomStream } from '../statistics/random.ts'
import type { Pair } from './pair.ts'
import { type Tally, tallyOf } from './tally.ts'

/** As many permutations as Evidently's `TVD` makes. */
const PERMUTATIONS = 1000
/** Distances that differ by rounding alone are equal. */
const SLACK = 1e-12

/**
 * The share of 1,000 random splits of all rows into two sides of these sizes whose total variation distance is not
 * below the one found. A split is drawn level by level (multivariate hypergeometric), so that it takes
 * no longer for more rows.
 */
export function tvdP(pair: Pair, seed: number): number {
  const tally = tallyOf(pair)
  const pooled = tally.keys.map((_, i) => tally.reference[i] + tally.current[i])
  const found = distance(tally, pair.nRef, pair.nCur) - SLACK
  const random = randomStream(seed, PERMUTATIONS)
  let reached = 0
  for (let i = 0; i < PERMUTATIONS; i++) {
    if (splitDistance(random, pooled, pair.nRef, pair.nCur) >= found) reached++
  }
  return reached / PERMUTATIONS
}

function distance({ reference, current }: Tally, nRef: number, nCur: number): number {
  return reference.reduce((sum, r, i) => sum + Math.abs(r / nRef - current[i] / nCur), 0) / 2
}

function splitDistance(random: Random, pooled: readonly number[], nRef: number, nCur: number) {
  let [total, drawn, sum] = [nRef + nCur, nRef, 0]
  for (const kind of pooled) {
    const r = drawHypergeometric(random, { total, kind, drawn })
    sum += Math.abs(r / nRef - (kind - r) / nCur)
    total -= kind
    drawn -= r
  }
  return sum / 2
}
