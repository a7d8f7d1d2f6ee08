// How often a Production that is sound, or whose concept has moved, is asked to be replaced: no column moves.
import {
  type Asked,
  decide,
  judge,
  type Outcome,
  type Performance,
  performanceOf,
  testCalibration,
  testPerformance,
  testTarget,
} from '@weir/ml/decisions'
import { randomStream } from '@weir/ml/statistics'
import { Count, type Goal, goalCells, percent, table } from './goals.ts'
import {
  drawHeldOut,
  type Model,
  type Month,
  nextMonth,
  scoresOf,
  trainModels,
  trueAuc,
} from './population.ts'
import { type Pair, paired, pairsWithGain, RULE } from './promotion.ts'

const MODELS = 10
const THRESHOLD = 0.4

export interface StandingCase {
  readonly size: number
  /** By how much the true AUC has fallen, as the concept moved; 0: nothing has. */
  readonly fall: number
  readonly carried: number
  /** Production was promoted on its first month's rows: only months in which it was lucky enough count. */
  readonly chosen?: boolean
  /** Of performance, and of all reasons that look at labels. */
  readonly performance: Goal
  readonly any: Goal
}

const HEAD = [
  'held out',
  'true AUC moved by',
  'carried',
  'performance asks',
  'goal',
  'retraining asked for',
  'goal',
  'AUC below registration, 5 %',
  'drift share alone (replaced system)',
]

export function standingTable(cases: readonly StandingCase[], draws: number): string {
  const models = new Map<number, Model[]>()
  const rows = cases.map((one) => {
    const known = models.get(one.size) ?? trainModels(MODELS, 3 * one.size, 0, 301)
    models.set(one.size, known)
    // A large month is dear, and its shares no other.
    return rowOf(one, known, one.size > 5000 ? draws / 4 : draws)
  })
  return table(HEAD, rows)
}

function rowOf(one: StandingCase, models: readonly Model[], draws: number): string[] {
  const { size, fall, carried } = one
  const concept = fall === 0 ? 0 : conceptOf(models, fall)
  const counts = { performance: new Count(), any: new Count(), before: new Count() }
  const pairs = one.chosen ? pairsWithGain(size, 0.02) : models.map((candidate) => ({ candidate }))
  for (let draw = 0; draw < draws; draw++) {
    const random = randomStream(302, size, draw, 10 * carried, 1000 * fall)
    const users = drawHeldOut(random, size)
    const first = nextMonth(random, users, [], 0, carried)
    const second = nextMonth(random, users, [first], concept, carried)
    const pair = pairs[draw % pairs.length]!
    if ('production' in pair && !isPromoted(pair, first)) continue
    const registration = performance(pair.candidate, first)
    const now = performance(pair.candidate, second)
    const { cause, action } = decisionOf(registration, now)
    counts.performance.add(cause === 'performance')
    counts.any.add(action === 'retrain')
    counts.before.add(isBelow(now, registration))
  }
  const moved = fallOf(models, concept)
  const name = `AUC ${moved.toFixed(3)} at ${size}, ${percent(carried)} carried`
  return [
    String(size),
    moved.toFixed(3),
    one.chosen ? `${percent(carried)}, just promoted` : percent(carried),
    ...goalCells(`${name}: performance`, counts.performance, one.performance),
    ...goalCells(`${name}: any reason`, counts.any, one.any),
    percent(counts.before.share),
    'as where nothing moved',
  ]
}

const isPromoted = (pair: Pair, first: Month): boolean =>
  judge([paired(pair, first, 0)], RULE).answer === 'promote'

const performance = (model: Model, month: Month): Performance =>
  performanceOf('2024-01-31', scoresOf(model, month), month.labels, THRESHOLD)

const NEVER_ASKED: readonly Asked[] = []

/** What the reasons that look at labels make of a month. */
export function decisionOf(registration: Performance, now: Performance): Outcome {
  return decide({
    asOf: '2024-02-29',
    incumbent: true,
    labelled: { period: '2024-02-29', lastUsed: '2024-01-31' },
    performance: testPerformance(now, registration),
    drift: null,
    target: testTarget(registration, now),
    calibration: testCalibration(now, registration),
    age: null,
    asked: NEVER_ASKED,
    acknowledged: [],
  })
}

/** The rule of the audit: an AUC below that of registration by more than chance, one-sided 5 %. */
function isBelow({ auc: now }: Performance, { auc: before }: Performance): boolean {
  const se = ({ low, high }: Performance['auc']) => (high! - low!) / (2 * 1.96)
  return now.value! - before.value! < -1.645 * Math.hypot(se(now), se(before))
}

const fallOf = (models: readonly Model[], concept: number): number =>
  models.slice(0, 4).reduce((sum, model) => sum + (trueAuc(model, concept) - trueAuc(model)) / 4, 0)

/** The concept at which the models' true AUC has fallen by so much on average. */
function conceptOf(models: readonly Model[], fall: number): number {
  let [low, high] = [0, 1]
  for (let step = 0; step < 8; step++) {
    const middle = (low + high) / 2
    if (fallOf(models, middle) > -fall) low = middle
    else high = middle
  }
  return (low + high) / 2
}
