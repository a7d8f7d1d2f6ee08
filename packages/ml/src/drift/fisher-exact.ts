// Fisher's exact test of two proportions.
import {
  hypergeometricPmf,
  mode,
  ratioAbove,
  support,
  type Urn,
} from '../statistics/hypergeometric.ts'
import type { Pair } from './pair.ts'
import { tallyOf } from './tally.ts'

/** Tables as likely as the one found, but for rounding, count as not likelier. */
const SLACK = 1 + 1e-9

/**
 * The two-sided p-value of scipy's `fisher_exact` of the 2 × 2 table: the probability of all tables
 * with its margins that are not likelier. A single value gives 1. Linear in rows.
 * @throws RangeError for more than two values
 */
export function fisherExact(pair: Pair): number {
  const { keys, reference, current } = tallyOf(pair)
  if (keys.length > 2) throw new RangeError('fisher_exact compares two values')
  if (keys.length < 2) return 1
  const urn = { total: pair.nRef + pair.nCur, kind: pair.nCur, drawn: reference[1] + current[1] }
  return notLikelier(urn, current[1])
}

function notLikelier(urn: Urn, found: number): number {
  const likelihood = relative(urn)
  const [low] = support(urn)
  const most = likelihood[found - low] * SLACK
  let [tail, all] = [0, 0]
  for (const value of likelihood) {
    all += value
    if (value <= most) tail += value
  }
  return Math.min(1, tail / all)
}

/** The probability of each count, from the likeliest outwards so that rounding does not add up. */
function relative(urn: Urn): Float64Array {
  const [low, high] = support(urn)
  const values = new Float64Array(high - low + 1)
  const top = mode(urn)
  values[top - low] = hypergeometricPmf(urn, top)
  for (let x = top; x < high; x++) values[x + 1 - low] = values[x - low] * ratioAbove(urn, x)
  for (let x = top; x > low; x--) values[x - 1 - low] = values[x - low] / ratioAbove(urn, x - 1)
  return values
}
