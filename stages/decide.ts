/**
 * Does this period call for a new model? Without a model of an earlier period in Production: yes, to
 * begin with (bootstrap). Otherwise yes if one of five reasons asks (retrain): Production ranks worse than it
 * should, columns drifted, the rate of the label moved, the probabilities do not keep their word, or the
 * model is old. If none does: no (none). Without labels newer than those that the last decision used there is
 * nothing to learn (wait). Where nothing is trained, what the model's stages made stays.
 *
 * A reason that was asked in vain asks again when it is worse or new labels have come; one that a person
 * has acknowledged when it is worse.
 */
import { Type } from '@sinclair/typebox'
import { Decision, Drift, Score } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import type { PastAnswer, RegisteredVersion } from '@weir/formats/registry-answer'
import {
  type Acknowledged,
  type Asked,
  decide,
  type Evidence,
  type Outcome,
  REASONS,
  type ReasonName,
  testCalibration,
  testPerformance,
  testTarget,
} from '@weir/ml/decisions'
import { defineStage, json, type Show, StageError } from '@weir/runner'
import { rounded } from './charts/figures.ts'
import { incumbent, past, versionIn } from './models/registered-version.ts'
import { performanceIn } from './periods/month-score.ts'

export default defineStage({
  title: 'Decide whether to train',
  params: {
    as_of: AsOf,
    /** The drift share from which on a new model is trained. */
    drift: Type.Object({ threshold: Type.Number({ minimum: 0, maximum: 1 }) }),
    decide: Type.Object({
      /** Months after which a model asks for a successor by its age; null: never. */
      age: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    }),
  },
  inputs: {
    drift: json('artifacts/drift.json', Drift),
    score: json('artifacts/score.json', Score),
    incumbent,
    past,
  },
  outputs: { decision: json('artifacts/decision.json', Decision) },
  async run({ params, inputs, outputs, metrics, show, log }) {
    const { as_of } = params
    const [drift, score] = [await inputs.drift.read(), await inputs.score.read()]
    checkPeriod('drift', drift.current, as_of)
    checkPeriod('score', score.as_of, as_of)
    const measured = { drift, score }
    const standing = versionIn(await inputs.incumbent.read())
    const limits = { threshold: params.drift.threshold, age: params.decide.age }
    const evidence = evidenceOf(as_of, measured, standing, await inputs.past.read(), limits)
    const outcome = decide(evidence)
    const { action, retrain, reason, cause } = outcome
    const figures = {
      drift_share: measured.drift.drift_share,
      threshold: limits.threshold,
      target_drift: measured.drift.target_drift,
    }
    const { labelled } = measured.score
    const told = { action, retrain, reason, ...figures, labelled, cause, reasons: outcome.reasons }
    await outputs.decision.write({ as_of, ...told })
    metrics({ action, cause, labelled, ...figures })
    showDecision(show, outcome, standing)
    log(reason)
  },
})

interface Measured {
  readonly drift: Drift
  readonly score: Score
}

interface Limits {
  readonly threshold: number
  readonly age: number | null
}

/** What the decision rests on. */
export function evidenceOf(
  asOf: string,
  { drift, score }: Measured,
  standing: RegisteredVersion | null,
  before: PastAnswer,
  { threshold, age }: Limits,
): Evidence {
  const { current, registration, target, labelled } = score
  const [now, then] = [
    current && performanceIn(current),
    registration && performanceIn(registration),
  ]
  const share = drift.drift_share
  const columns = drift.columns.filter(({ drifted }) => drifted).map(({ column }) => column)
  return {
    asOf,
    incumbent: standing !== null,
    labelled: { period: labelled, lastUsed: before.labelled },
    performance: now && testPerformance(now, then),
    drift: share === null ? null : { share, threshold, columns },
    target: target?.registration ? testTarget(target.registration, target.current) : null,
    calibration: now && testCalibration(now, then),
    age: standing && { months: monthsBetween(standing.as_of, asOf), most: age },
    asked: before.asked.flatMap((one): Asked[] =>
      isReason(one.reason) && one.labelled !== null
        ? [{ ...one, reason: one.reason, labelled: one.labelled }]
        : [],
    ),
    acknowledged: before.acknowledged.flatMap((one): Acknowledged[] =>
      isReason(one.reason) ? [{ ...one, reason: one.reason }] : [],
    ),
  }
}

function isReason(name: string): name is ReasonName {
  return REASONS.some((known) => known === name)
}

/** Calendar months from one ISO date to another. */
function monthsBetween(from: string, to: string): number {
  const months = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7))
  return months(to) - months(from)
}

function showDecision(
  show: Show,
  { action, reasons, reason }: Outcome,
  standing: RegisteredVersion | null,
): void {
  const before =
    standing === null
      ? 'nothing in Production before'
      : `in Production before: version ${standing.version}, trained on ${standing.as_of}`
  show.markdown(`**${action}**: ${reason}. ${before[0]?.toUpperCase()}${before.slice(1)}.`)
  if (standing === null) return
  show.table({
    columns: ['reason', 'asks', 'figure', 'p', 'in words'],
    rows: reasons.map(({ name, asks, figure, p, text, silenced }) => [
      name,
      asks ? (silenced === null ? 'yes' : `silenced: ${silenced}`) : 'no',
      rounded(figure),
      rounded(p),
      text,
    ]),
  })
}

function checkPeriod(stage: 'drift' | 'score', period: string, asOf: string): void {
  if (period === asOf) return
  const code = stage === 'drift' ? 'DRIFT_OTHER_PERIOD' : 'SCORE_OTHER_PERIOD'
  throw new StageError(code, `${stage} was measured for ${period}, not ${asOf}`, {
    where: `artifacts/${stage}.json`,
    hint: `run the stage ${stage} for this period`,
  })
}
