// How sure an AUC is, and the difference of two AUCs on the same rows.
import { ascending } from '../statistics/midranks.ts'
import { normalTwoSided, Z_95 } from '../statistics/normal.ts'
import { studentQuantile } from '../statistics/student.ts'
import { checkScored, type Label } from './scored.ts'
import { wilson } from './wilson.ts'

/** An estimate with its 95 % confidence interval. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
  /** Variance of the estimate. */
  readonly variance: number
}

/** A difference of two AUCs, first minus second. */
export interface AucDifference extends Interval {
  /** Two-sided p-value of no difference. */
  readonly p: number
}

/** How each row fares against the other class: the share of it that the row is ranked right of. */
export interface Components {
  readonly auc: number
  readonly positives: Float64Array
  readonly negatives: Float64Array
}

/**
 * The structural components of DeLong, DeLong & Clarke-Pearson (1988), O(n log n) as in Sun & Xu (2014),
 * "Fast implementation of DeLong's algorithm…", IEEE Signal Processing Letters 21(11): one pass over the
 * rows in order of score, ties counting half.
 * @returns the components of each class in the order of its rows
 */
export function components(scores: ArrayLike<number>, labels: ArrayLike<Label>): Components {
  checkScored(scores, labels)
  const { place, m, n } = placesInClass(labels)
  const [positives, negatives] = [new Float64Array(m), new Float64Array(n)]
  const order = ascending(scores)
  let [ones, pairs] = [0, 0]
  for (let from = 0; from < order.length; ) {
    const { to, tied } = tieAt(order, from, scores, labels)
    const [below, above] = [from - ones + (to - from - tied) / 2, m - ones - tied / 2]
    for (let i = from; i < to; i++) {
      const row = order[i]
      if (labels[row] === 1) positives[place[row]] = below / n
      else negatives[place[row]] = above / m
    }
    pairs += tied * below
    ones += tied
    from = to
  }
  return { auc: pairs / (m * n), positives, negatives }
}

/** The place of each row among those of its class, and how many rows the classes have. */
function placesInClass(labels: ArrayLike<Label>): { place: Uint32Array; m: number; n: number } {
  const place = new Uint32Array(labels.length)
  let [m, n] = [0, 0]
  for (let i = 0; i < labels.length; i++) place[i] = labels[i] === 1 ? m++ : n++
  return { place, m, n }
}

/** Where the rows of one score end, and how many of them have label 1. */
function tieAt(
  order: Uint32Array,
  from: number,
  scores: ArrayLike<number>,
  labels: ArrayLike<Label>,
): { to: number; tied: number } {
  let [to, tied] = [from, 0]
  while (to < order.length && scores[order[to]] === scores[order[from]]) tied += labels[order[to++]]
  return { to, tied }
}

/** Sample covariance, divisor n − 1; NaN for fewer than two values. */
function covariance(a: Float64Array, b: Float64Array): number {
  const meanOf = (values: Float64Array): number => values.reduce((s, v) => s + v, 0) / values.length
  const [meanA, meanB] = [meanOf(a), meanOf(b)]
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - meanA) * (b[i] - meanB)
  return sum / (a.length - 1)
}

function aucCovariance(a: Components, b: Components): number {
  const ofPositives = covariance(a.positives, b.positives) / a.positives.length
  return ofPositives + covariance(a.negatives, b.negatives) / a.negatives.length
}

/**
 * The AUC with DeLong's variance and a 95 % interval on the logit scale (Pepe, 2003, "The statistical
 * evaluation of medical tests", section 5.2), so that it stays within (0, 1) and covers where the AUC is
 * high, with Student's t of Brunner & Munzel's (2000) degrees of freedom, so that it covers where a
 * class has few rows. At an AUC of 0 or 1, which has no variance, it is Wilson's of as many rows as the
 * rarer class has. Variance and interval are NaN where a class has fewer than two rows, the value too
 * where it has none.
 * @throws RangeError for no rows, unequal lengths or a score that is not finite
 */
export function aucInterval(scores: ArrayLike<number>, labels: ArrayLike<Label>): Interval {
  const own = components(scores, labels)
  const variance = aucCovariance(own, own)
  return { value: own.auc, variance, ...bounds(own, variance) }
}

function bounds(own: Components, variance: number): { low: number; high: number } {
  const { auc, positives, negatives } = own
  if (Number.isNaN(variance)) return { low: Number.NaN, high: Number.NaN }
  if (auc === 0 || auc === 1) {
    const rarer = Math.min(positives.length, negatives.length)
    const { low, high } = wilson(auc * rarer, rarer)
    return { low, high }
  }
  if (variance === 0) return { low: auc, high: auc } // all rows alike
  const t = studentQuantile(0.05, freedom(own, variance))
  const half = (t * Math.sqrt(variance)) / (auc * (1 - auc))
  const at = (logit: number): number => 1 / (1 + Math.exp(-logit))
  const centre = Math.log(auc / (1 - auc))
  return { low: at(centre - half), high: at(centre + half) }
}

/** Satterthwaite's degrees of freedom of the variance's two parts. */
function freedom({ positives, negatives }: Components, variance: number): number {
  const part = (values: Float64Array): number =>
    (covariance(values, values) / values.length) ** 2 / (values.length - 1)
  return variance ** 2 / (part(positives) + part(negatives))
}

/**
 * AUC of `first` minus AUC of `second`, both scored on the same rows, with DeLong's paired variance,
 * the normal 95 % interval and the two-sided p-value. Models that rank alike: difference 0, p = 1.
 * @throws RangeError as aucInterval
 */
export function aucDifference(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  labels: ArrayLike<Label>,
): AucDifference {
  const [a, b] = [components(first, labels), components(second, labels)]
  const value = a.auc - b.auc
  const spread = aucCovariance(a, a) + aucCovariance(b, b) - 2 * aucCovariance(a, b)
  const variance = Math.max(0, spread) // below 0 by rounding alone
  const half = Z_95 * Math.sqrt(variance)
  const p = value === 0 ? 1 : normalTwoSided(value / Math.sqrt(variance))
  return { value, low: value - half, high: value + half, variance, p }
}
