// A large pool of made-up users, models trained on others, and months that are drawn from the pool.
import { coxCalibration, expectedAucOf } from '@weir/ml/metrics'
import { type Random, randomStream } from '@weir/ml/statistics'
import { fitLogistic, logits, sigmoids } from './logistic.ts'
import { chances, drawLabels, drawUsers, WIDTH } from './world.ts'

const USERS = 20_000
const MONTHS = 3
const pool = drawUsers(USERS, MONTHS, 1)
const truths = new Map<number, Float64Array>()

/** The chance of each row of the pool to leave. */
export function truthAt(concept: number): Float64Array {
  const known = truths.get(concept) ?? chances(pool, concept)
  truths.set(concept, known)
  return known
}

/** A model by what it says of the pool's rows. */
export interface Model {
  readonly logits: Float64Array
  readonly probabilities: Float64Array
}

const modelOf = (values: Float64Array): Model => ({
  logits: values,
  probabilities: sigmoids(values),
})

/** The AUC that a model has of the pool in truth: no label is drawn. */
export function trueAuc({ logits: scores }: Model, concept = 0): number {
  return expectedAucOf(scores, truthAt(concept)).value
}

/** Models that were each trained on users of its own. */
export function trainModels(count: number, users: number, concept: number, seed: number): Model[] {
  return Array.from({ length: count }, (_, i) => {
    const training = drawUsers(users, 1, seed, users, i)
    const labels = drawLabels(chances(training, concept), randomStream(seed, users, i, 1))
    return modelOf(logits(pool.rows, fitLogistic(training.rows, labels)))
  })
}

const sampled = drawLabels(truthAt(0), randomStream(2))

/** The model with its probabilities put right, as Platt's scaling would; its ranking stays. */
function calibrated({ logits: scores, probabilities }: Model): Model {
  // A third of the rows tells the line to .02.
  const third = (values: ArrayLike<number>) =>
    Array.from({ length: USERS }, (_, user) => values[user * MONTHS]!)
  const line = coxCalibration(third(probabilities), third(sampled) as (0 | 1)[])
  if (line === null) throw new Error('no calibration of the pool')
  return modelOf(scores.map((score) => line.intercept + line.slope * score))
}

/** How AUC falls on the way from a model to a worse one, tabulated; `at` gives the model of an AUC. */
export function descent(from: Model, to: Model): { at(auc: number): Model } {
  const mixed = (share: number): Model =>
    modelOf(from.logits.map((value, i) => (1 - share) * value + share * to.logits[i]!))
  const shares = Array.from({ length: 9 }, (_, i) => (i / 8) * 0.9)
  const aucs = shares.map((share) => trueAuc(mixed(share)))
  return {
    at(auc) {
      const next = aucs.findIndex((value) => value < auc)
      if (next < 1) return calibrated(next === 0 ? from : mixed(0.9))
      const [above, below] = [aucs[next - 1]!, aucs[next]!]
      const step = shares[next]! - shares[next - 1]!
      return calibrated(mixed(shares[next - 1]! + (step * (above - auc)) / (above - below)))
    },
  }
}

/** The held-out users of a month: rows of the pool, with their labels. */
export interface Month {
  readonly rows: Int32Array
  readonly labels: (0 | 1)[]
}

/** Users of the pool, drawn with replacement. */
export function drawHeldOut(random: Random, n: number): Int32Array {
  return Int32Array.from({ length: n }, () => Math.floor(random.uniform() * USERS))
}

/**
 * The next month of the same users; there are three at most. The label of a user is drawn anew each
 * month, with what changes of its columns.
 * @param before the months so far
 * @param concept where the truth stands
 * @param carried the share of users who come again as they were, label and all
 */
export function nextMonth(
  random: Random,
  users: Int32Array,
  before: readonly Month[],
  concept: number,
  carried: number,
): Month {
  const [last, chance] = [before.at(-1), truthAt(concept)]
  const rows = new Int32Array(users.length)
  const labels = new Array<0 | 1>(users.length)
  for (let i = 0; i < rows.length; i++) {
    if (last && random.uniform() < carried) {
      rows[i] = last.rows[i]!
      labels[i] = last.labels[i]!
    } else {
      rows[i] = users[i]! * MONTHS + before.length
      labels[i] = random.uniform() < chance[rows[i]!]! ? 1 : 0
    }
  }
  return { rows, labels }
}

export const scoresOf = ({ probabilities }: Model, { rows }: Month): Float64Array =>
  Float64Array.from(rows, (row) => probabilities[row]!)

/** The columns that part users: two flags and the category. */
export const SLICES: readonly { name: string; of(row: number): boolean | string }[] = [
  { name: 'flag', of: (row: number) => pool.rows[row * WIDTH + 6] === 1 },
  { name: 'other flag', of: (row: number) => pool.rows[row * WIDTH + 7] === 1 },
  {
    name: 'category',
    of: (row: number) =>
      pool.rows[row * WIDTH + 8] === 1 ? 'a' : pool.rows[row * WIDTH + 9] === 1 ? 'b' : 'c',
  },
]

const names = new Map<number, readonly string[]>()

/** Ids of n users; the same in every month. */
export function idsOf(n: number): readonly string[] {
  const known = names.get(n) ?? Array.from({ length: n }, (_, i) => `u${i}`)
  names.set(n, known)
  return known
}
