// A look at a model against Production: the gate's answer over the labelled periods so far, with the guard rails.
import { type Static, Type } from '@sinclair/typebox'
import { isCodedError } from '@weir/base'
import type { Split } from '@weir/formats/bundle'
import { useOf } from '@weir/formats/dataset'
import {
  type GateVerdict,
  type GuardFinding,
  guardRails,
  judge,
  LOOKS,
  type PairedMonth,
  predictionCost,
} from '@weir/ml/decisions'
import { parseModel } from '@weir/ml/model'
import { modelProblems } from '@weir/models/load'
import { type ScoredRows, scoreHeldOut } from '../periods/scored-rows.ts'
import type { BundleModel } from './bundle-model.ts'

const Off = Type.Literal(false)

/** params `promote` that the gate reads. */
export const Gate = Type.Object({
  /** AUC that a candidate must gain over Production. */
  min_gain: Type.Number(),
  /** `three-answers`, or `plain`: one look, the gain alone. */
  policy: Type.Union([Type.Literal('three-answers'), Type.Literal('plain')]),
  /** What keeps a better model out; false switches one off. */
  guards: Type.Object({
    calibration: Type.Union([Type.Object({ most: Type.Number({ minimum: 0 }) }), Off]),
    slices: Type.Union([
      Type.Object({
        loss: Type.Number({ minimum: 0 }),
        positives: Type.Integer({ minimum: 1 }),
      }),
      Off,
    ]),
    cost: Type.Union([Type.Object({ most: Type.Integer({ minimum: 0 }) }), Off]),
    examples: Type.Boolean(),
  }),
})
export type Gate = Static<typeof Gate>

/** A model, and how messages call it. */
export interface Contestant extends BundleModel {
  readonly what: string
}

/** Which periods are looked at, on whom. */
export interface Sight {
  readonly features: string
  readonly split: Split
  /** Labelled periods, oldest first. */
  readonly periods: readonly string[]
}

export interface Look {
  readonly verdict: GateVerdict
  readonly guards: readonly GuardFinding[]
  readonly answer: GateVerdict['answer']
  readonly reason: string
  /** The rows of the last period, as both scored them. */
  readonly ours: ScoredRows
  readonly theirs: ScoredRows
}

/** Both scored the users of these periods; a period whose features are gone counts no more. */
export async function lookAt(
  model: Contestant,
  production: Contestant,
  sight: Sight,
  gate: Gate,
): Promise<Look> {
  const splits = splitsOf(sight.split, [model, production])
  const pairs: Pair[] = []
  for (const period of sight.periods.slice(-LOOKS)) {
    pairs.push(...(await pairOf(model, production, { ...sight, period, splits })))
  }
  const last = pairs.at(-1)
  if (last === undefined) throw new RangeError('a look at no period')
  const months = pairs.map(({ month }) => month)
  const verdict = judge(months, { minGain: gate.min_gain, policy: gate.policy })
  const guards = guardRails(guardInput(model, pairs, months), gate.guards)
  return { verdict, guards, ...withGuards(verdict, guards, gate), ...last }
}

/** A model that would be promoted and is held back is undecided: by more labels the guard may pass. */
function withGuards(
  { answer, reason, look }: GateVerdict,
  guards: readonly GuardFinding[],
  { policy }: Gate,
): Pick<Look, 'answer' | 'reason'> {
  const blocks = guards.filter((finding) => finding.answer === 'block').map(({ text }) => text)
  if (answer !== 'promote' || blocks.length === 0) return { answer, reason }
  const held = policy === 'plain' ? 'reject' : look < LOOKS ? 'undecided' : 'not_shown'
  return { answer: held, reason: `${reason}; held back: ${blocks.join('; ')}` }
}

/** The different splits in play: one, unless params.split has changed since a model was trained. */
export function splitsOf(now: Split, contestants: readonly BundleModel[]): Split[] {
  const all = [now, ...contestants.map(({ split }) => split ?? now)]
  const same = (a: Split, b: Split) => a.salt === b.salt && a.held_out === b.held_out
  return all.filter((split, i) => all.findIndex((other) => same(split, other)) === i)
}

interface Pair {
  readonly month: PairedMonth
  readonly ours: ScoredRows
  readonly theirs: ScoredRows
}

interface At extends Omit<Sight, 'periods'> {
  readonly period: string
  readonly splits: readonly Split[]
}

async function pairOf(
  model: Contestant,
  production: Contestant,
  { features, period, splits }: At,
): Promise<Pair[]> {
  try {
    const ours = await scoreHeldOut(model.model, model.what, features, period, splits)
    const theirs = await scoreHeldOut(production.model, production.what, features, period, splits)
    const [candidate, other] = [ours.probabilities, theirs.probabilities]
    const { ids, labels } = ours
    return [{ month: { period, ids, labels, candidate, production: other }, ours, theirs }]
  } catch (error) {
    if (isCodedError(error) && error.code === 'PERIOD_MISSING') return []
    throw error
  }
}

/** Features of few levels part the users. */
function guardInput({ model }: Contestant, pairs: readonly Pair[], months: readonly PairedMonth[]) {
  const parting = model.features.filter(({ type }) => useOf(type).kind === 'categorical')
  const problems = modelProblems(model)
  const text = model.bundle.texts.get('model.json')
  return {
    months,
    columns: parting.map(({ name }) => ({
      name,
      months: pairs.map(({ ours }) => ours.columns[name] ?? []),
    })),
    cost: predictionCost(parseModel(JSON.parse(text ?? ''))),
    examples: problems.length === 0 ? null : problems.join('; '),
  }
}

/** The gate's figures as artefacts have them. */
export function gateFigures({ gain, se, low, high, smallest }: GateVerdict) {
  const known = (value: number) => (Number.isFinite(value) ? value : null)
  return {
    gain: known(gain),
    se: known(se),
    bound_low: known(low),
    bound_high: known(high),
    smallest: known(smallest),
  }
}

/** The same where there is no Production. */
export const NO_FIGURES = {
  gain: null,
  se: null,
  bound_low: null,
  bound_high: null,
  smallest: null,
} as const
