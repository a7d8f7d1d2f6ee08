// How often challengers with and without a real gain are promoted, over at most three months.
import {
  DEFAULT_GUARDS,
  guardRails,
  judge,
  LOOKS,
  type PairedMonth,
  predictionCost,
} from '@weir/ml/decisions'
import { rocAuc } from '@weir/ml/metrics'
import { randomStream } from '@weir/ml/statistics'
import { Count, type Goal, goalCells, percent, table } from './goals.ts'
import {
  descent,
  drawHeldOut,
  idsOf,
  type Model,
  type Month,
  nextMonth,
  SLICES,
  scoresOf,
  trainModels,
  trueAuc,
} from './population.ts'

export interface Pair {
  readonly candidate: Model
  readonly production: Model
}

const MODELS = 10
const MIN_GAIN = 0.01
export const RULE = { minGain: MIN_GAIN, policy: 'three-answers' } as const

/** Production's AUC in the replaced system: measured on the rows that its forest was trained on. */
const IN_SAMPLE_AUC = 0.97

/** 10 × 10 pairs with one true gain each: Production has moved towards a model of another truth. */
export function pairsWithGain(size: number, gain: number): Pair[] {
  const candidates = trainModels(MODELS, 3 * size, 0, 101)
  const aucs = candidates.map((model) => trueAuc(model))
  const older = trainModels(MODELS, 3 * size, 0.6, 103)
  const paths = trainModels(MODELS, 3 * size, 0, 102).map((model, j) => descent(model, older[j]!))
  return paths.flatMap(({ at }) =>
    candidates.map((candidate, i) => ({ candidate, production: at(aucs[i]! - gain) })),
  )
}

/** 10 × 10 pairs of one true AUC, .02 below the best, that are wrong in different ways. */
export function unlikePairs(size: number): Pair[] {
  const paths = (seed: number, concept: number) => {
    const older = trainModels(MODELS, 3 * size, concept, seed + 10)
    return trainModels(MODELS, 3 * size, 0, seed).map((model, i) => descent(model, older[i]!))
  }
  const [candidates, productions] = [paths(101, -0.6), paths(102, 0.6)]
  const auc = trueAuc(trainModels(1, 3 * size, 0, 101)[0]!) - 0.02
  const [ours, theirs] = [candidates, productions].map((all) => all.map(({ at }) => at(auc)))
  return ours!.flatMap((candidate) => theirs!.map((production) => ({ candidate, production })))
}

/** 10 × 10 pairs that were trained on other users of one truth: a retraining that changes nothing. */
export function retrainedPairs(size: number): Pair[] {
  const candidates = trainModels(MODELS, 3 * size, 0, 101)
  const productions = trainModels(MODELS, 3 * size, 0, 102)
  return productions.flatMap((production) =>
    candidates.map((candidate) => ({ candidate, production })),
  )
}

interface Tally {
  /** By challenger and by month: promoted with the guards on. */
  readonly challengers: Count
  readonly months: Count
  /** Promoted by the gain alone at the first look. */
  readonly plain: Count
  /** Promoted by the replaced system. */
  readonly replaced: Count
  readonly blocked: Count
  looksToPromote: number
  gain: number
  squares: number
}

function emptyTally(): Tally {
  const counts = () => new Count()
  return {
    challengers: counts(),
    months: counts(),
    plain: counts(),
    replaced: counts(),
    blocked: counts(),
    looksToPromote: 0,
    gain: 0,
    squares: 0,
  }
}

/** A month as the gate sees it. */
export function paired({ candidate, production }: Pair, month: Month, k: number): PairedMonth {
  return {
    period: `2024-0${k + 1}-28`,
    ids: idsOf(month.labels.length),
    labels: month.labels,
    candidate: scoresOf(candidate, month),
    production: scoresOf(production, month),
  }
}

/** One challenger's life: looked at until it is promoted, rejected or closed. */
function live(pair: Pair, next: (before: readonly Month[]) => Month, tally: Tally): void {
  const months: Month[] = []
  const looks: PairedMonth[] = []
  for (let look = 1; look <= LOOKS; look++) {
    const month = next(months)
    months.push(month)
    const now = paired(pair, month, look)
    looks.push(now)
    const verdict = judge(looks, RULE)
    if (look === 1) {
      tally.plain.add(verdict.gain > MIN_GAIN)
      tally.replaced.add(rocAuc(now.candidate, now.labels) > IN_SAMPLE_AUC + MIN_GAIN)
      tally.gain += verdict.gain
      tally.squares += verdict.gain ** 2
    }
    const wanted = verdict.answer === 'promote'
    const blocked = wanted && isBlocked(looks, months)
    tally.months.add(wanted && !blocked)
    if (wanted) tally.blocked.add(blocked)
    if (wanted && !blocked) tally.looksToPromote += look
    if (verdict.answer === 'undecided') continue
    tally.challengers.add(wanted && !blocked)
    return
  }
}

/** The shipped guards; a logistic model costs nothing and its examples fit. */
function isBlocked(looks: readonly PairedMonth[], months: readonly Month[]): boolean {
  const columns = SLICES.map(({ name, of }) => ({
    name,
    months: looks.map((_, k) => Array.from(months[k]!.rows, of)),
  }))
  const cost = predictionCost({ members: [] })
  const found = guardRails({ months: looks, columns, cost, examples: null }, DEFAULT_GUARDS)
  return found.some(({ answer }) => answer === 'block')
}

export interface Case {
  readonly size: number
  readonly gain: number | 'retrained' | 'unlike'
  readonly challengers: Goal
  readonly months: Goal
}

const HEAD = [
  'held out',
  'true gain (sd of a measured one)',
  'carried',
  'promoted within three months',
  'goal',
  'of months',
  'goal',
  'mean look',
  'blocked by guards',
  'gain > .01 alone',
  'replaced system',
]

/** A row for each case and share of carried labels. */
export function promotionTable(cases: readonly Case[], draws: number): string {
  const rows = cases.flatMap((one) => {
    const { size, gain } = one
    const pairs = pairsOf(size, gain)
    return [0, 0.6].map((carried) => rowOf(one, pairs, carried, draws))
  })
  return table(HEAD, rows)
}

function pairsOf(size: number, gain: Case['gain']): Pair[] {
  if (typeof gain === 'number') return pairsWithGain(size, gain)
  return gain === 'unlike' ? unlikePairs(size) : retrainedPairs(size)
}

function rowOf(one: Case, pairs: readonly Pair[], carried: number, draws: number): string[] {
  const { size, gain } = one
  const tally = emptyTally()
  for (let draw = 0; draw < draws; draw++) {
    const random = randomStream(201, size, draw, 10 * carried)
    const users = drawHeldOut(random, size)
    const next = (before: readonly Month[]) => nextMonth(random, users, before, 0, carried)
    live(pairs[draw % pairs.length]!, next, tally)
  }
  const name = `gain ${gain} at ${size}, ${percent(carried)} carried`
  const mean = tally.gain / draws
  const sd = Math.sqrt(tally.squares / draws - mean ** 2)
  return [
    String(size),
    `${typeof gain === 'number' ? gain.toFixed(3) : `${gain}, ${mean.toFixed(4)}`} (${sd.toFixed(4)})`,
    percent(carried),
    ...goalCells(name, tally.challengers, one.challengers),
    ...goalCells(`${name}, months`, tally.months, one.months),
    tally.challengers.hits === 0 ? '–' : (tally.looksToPromote / tally.challengers.hits).toFixed(1),
    percent(tally.blocked.share),
    percent(tally.plain.share),
    percent(tally.replaced.share),
  ]
}
