// Whether a candidate takes the place of the model in Production: three answers, over at most three months.
import { normalLower, Z_95_ONE_SIDED } from '../statistics/normal.ts'
import { LEAST_POSITIVES } from './bootstrap.ts'
import { type PairedMonth, type PooledGain, pooledGain } from './pooled-gain.ts'

/** Labelled months in which a candidate is looked at, at most. */
export const LOOKS = 3

/**
 * Pocock's bound for three looks at a one-sided 2.5 %: Pocock (1977), "Group sequential methods in the
 * design and analysis of clinical trials", table 1.
 */
export const POCOCK_3 = 2.289

export interface GateRule {
  /** The gain must be more than this. */
  readonly minGain: number
  /** `plain`: one look, the gain alone. */
  readonly policy: 'three-answers' | 'plain'
}

/**
 * `promote`, `reject`; `undecided`: the candidate stays open for another month; `not_shown`: after the
 * last look it is closed, since no gain was shown.
 */
export type Answer = 'promote' | 'reject' | 'undecided' | 'not_shown'

export interface GateVerdict extends PooledGain {
  readonly answer: Answer
  /** From 1: the months that were looked at. */
  readonly look: number
  /** The bounds that decide: gain − 2.289 se, and gain + 1.645 se. */
  readonly low: number
  readonly high: number
  /** Two-sided p-value of no gain. */
  readonly p: number
  /** The smallest gain that so many users can show: 2 se. */
  readonly smallest: number
  /** One line in plain words with its numbers. */
  readonly reason: string
}

/**
 * Judges a candidate by its months against one Production, oldest first.
 *
 * Three answers: promote where the pooled gain is more than `minGain` and more than 2.289 standard errors
 * above zero, reject where `minGain` lies more than 1.645 standard errors above it, else undecided.
 * A gain that the rows cannot give (a class without two rows) is undecided. So is one on fewer than 30
 * different users of a class: its error is too rough for the bound to hold (with 2 positives a month 8 % of
 * candidates without a gain would be promoted in three looks).
 * @throws RangeError as pooledGain, and for more than three months
 */
export function judge(months: readonly PairedMonth[], rule: GateRule): GateVerdict {
  if (months.length > LOOKS) throw new RangeError(`${months.length} looks, at most ${LOOKS}`)
  const pooled = pooledGain(months)
  const { gain, se } = pooled
  const look = months.length
  const bounds = { low: gain - POCOCK_3 * se, high: gain + Z_95_ONE_SIDED * se }
  const rarer = rarerClass(months)
  const answer = answerOf({ gain, ...bounds, rarer }, look, rule)
  const p = gain === 0 ? 1 : 2 * normalLower(-Math.abs(gain / se))
  const figures = { ...bounds, p, smallest: 2 * se }
  return {
    ...pooled,
    answer,
    look,
    ...figures,
    reason: reasonOf({ ...pooled, rarer }, answer, look, rule),
  }
}

interface Bounds {
  readonly gain: number
  readonly low: number
  readonly high: number
  readonly rarer: number
}

/** Different users of the rarer class, over all months. */
function rarerClass(months: readonly PairedMonth[]): number {
  const users = [new Set<string>(), new Set<string>()] as const
  for (const { ids, labels } of months) {
    for (const [i, label] of labels.entries()) users[label].add(ids[i])
  }
  return Math.min(users[0].size, users[1].size)
}

function answerOf(
  { gain, low, high, rarer }: Bounds,
  look: number,
  { minGain, policy }: GateRule,
): Answer {
  if (policy === 'plain') return gain > minGain ? 'promote' : 'reject'
  if (gain > minGain && low > 0 && rarer >= LEAST_POSITIVES) return 'promote'
  if (high < minGain) return 'reject'
  return look < LOOKS ? 'undecided' : 'not_shown'
}

const auc = (value: number): string => value.toFixed(4)

function reasonOf(
  { gain, se, months, rarer }: PooledGain & Pick<Bounds, 'rarer'>,
  answer: Answer,
  look: number,
  { minGain, policy }: GateRule,
): string {
  const rows = months.reduce((sum, { n }) => sum + n, 0)
  const over = look === 1 ? '' : ` over ${look} months`
  const found = `the candidate gains ${auc(gain)} AUC${over}`
  const relation = gain > minGain ? 'more than' : 'not more than'
  if (policy === 'plain') return `${found}, ${relation} the ${auc(minGain)} asked for`
  if (Number.isNaN(se)) return `the gain is unknown: the rows hold fewer than two users of a class`
  const sure = `standard error ${auc(se)} on ${rows} held-out users`
  if (answer === 'promote') return `${found}, more than the ${auc(minGain)} asked for, ${sure}`
  if (answer === 'reject') {
    return `${found}, ${sure}: less than the ${auc(minGain)} asked for, by more than chance`
  }
  const held = gain > minGain && gain > POCOCK_3 * se
  const shows = held
    ? `${sure}, of whom ${rarer} are of the rarer class: a gain is shown on ${LEAST_POSITIVES} at least`
    : `${sure}: a gain below ${auc(2 * se)} cannot be told from chance here`
  if (answer === 'undecided') return `${found}, ${shows}; look ${look} of ${LOOKS}`
  return `${found}, ${shows}; closed after ${LOOKS} looks, no gain of ${auc(minGain)} was shown`
}
