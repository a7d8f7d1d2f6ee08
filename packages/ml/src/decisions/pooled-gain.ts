// How much a candidate gains over Production on the same users, over one or more months.
import { type Components, components } from '../metrics/delong.ts'
import type { Label } from '../metrics/scored.ts'

/** Two models on the same labelled held-out users of a month. */
export interface PairedMonth {
  /** ISO date of the month. */
  readonly period: string
  /** By row: the user, who is the same in every month. */
  readonly ids: readonly string[]
  readonly labels: readonly Label[]
  readonly candidate: ArrayLike<number>
  readonly production: ArrayLike<number>
}

/** The gain of one month: the candidate's AUC minus Production's. */
export interface MonthGain {
  readonly period: string
  readonly n: number
  readonly positives: number
  readonly candidateAuc: number
  readonly productionAuc: number
  readonly gain: number
  readonly se: number
}

export interface PooledGain {
  readonly gain: number
  readonly se: number
  readonly months: readonly MonthGain[]
}

/** One month's gain with the part of each row in its error; their squares add up to its variance. */
interface Parts {
  readonly month: MonthGain
  readonly parts: Float64Array
  /** Weight in the pooled gain. */
  readonly size: number
}

/**
 * The gains of the months, pooled with weights m·n/(m + n) of m positives and n negatives: the
 * effective size of an AUC's sample. Weights by the estimated variances would be a little sharper
 * where months differ, but they depend on the gains that they weigh.
 *
 * Its variance is clustered by user: DeLong's placement differences are summed per user over the months
 * before they are squared, so that users who come again with the same label count once. With one month
 * it is DeLong's paired variance. A gain is NaN where a month has no row of a class, an error where it has one.
 * @throws RangeError without a month, for unequal lengths or a probability that is not finite
 */
export function pooledGain(months: readonly PairedMonth[]): PooledGain {
  if (months.length === 0) throw new RangeError('no months')
  const all = months.map(partsOf)
  const total = all.reduce((sum, { size }) => sum + size, 0)
  const byUser = new Map<string, number>()
  let gain = 0
  for (const [k, { month, parts, size }] of all.entries()) {
    gain += (size / total) * month.gain
    for (const [i, id] of months[k].ids.entries()) {
      byUser.set(id, (byUser.get(id) ?? 0) + (size / total) * parts[i])
    }
  }
  let variance = 0
  for (const part of byUser.values()) variance += part * part
  return { gain, se: Math.sqrt(variance), months: all.map(({ month }) => month) }
}

function partsOf({ period, ids, labels, candidate, production }: PairedMonth): Parts {
  if (ids.length !== labels.length) {
    throw new RangeError(`${ids.length} ids for ${labels.length} labels`)
  }
  const [ours, theirs] = [components(candidate, labels), components(production, labels)]
  const [m, n] = [ours.positives.length, ours.negatives.length]
  const gain = ours.auc - theirs.auc
  const ofPositives = deviations(ours.positives, theirs.positives)
  const ofNegatives = deviations(ours.negatives, theirs.negatives)
  const parts = inRowOrder(labels, ofPositives, ofNegatives)
  const se = Math.sqrt(parts.reduce((sum, part) => sum + part * part, 0))
  const figures = { candidateAuc: ours.auc, productionAuc: theirs.auc, gain, se }
  const month = { period, n: labels.length, positives: m, ...figures }
  return { month, parts, size: (m * n) / (m + n) }
}

/** Differences of placements about their mean; the squares add up to the variance of that mean. */
function deviations(ours: Components['positives'], theirs: Float64Array): Float64Array {
  const differences = ours.map((placement, i) => placement - theirs[i])
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length
  const scale = Math.sqrt(differences.length * (differences.length - 1))
  return differences.map((value) => (value - mean) / scale)
}

function inRowOrder(
  labels: readonly Label[],
  positives: Float64Array,
  negatives: Float64Array,
): Float64Array {
  let [m, n] = [0, 0]
  return Float64Array.from(labels, (label) => (label === 1 ? positives[m++] : negatives[n++]))
}
