/**
 * How good is Production by now? Labels come late, so it is judged on the newest period whose labels are
 * complete enough, on the held-out users, whom no model was ever trained on; beside that, on every labelled
 * period since it was registered.
 *
 * How to read it: "expected" is what the model's own probabilities promise of these users. It needs no
 * labels, follows users that change, and is blind to a change of what makes the event happen: a realised AUC
 * below the expected one is a loss of performance, an expected AUC that stays high is no all-clear.
 */
import { Type } from '@sinclair/typebox'
import { isCodedError } from '@weir/base'
import { type MonthScore, Score } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { Split } from '@weir/formats/bundle'
import { readDefinition } from '@weir/formats/definition-file'
import type { RegisteredVersion } from '@weir/formats/registry-answer'
import { defineStage, file, folder, json } from '@weir/runner'
import { showBlocks } from './charts/blocks.ts'
import { scoreBlocks } from './charts/score-charts.ts'
import { type BundleModel, readBundleModel } from './models/bundle-model.ts'
import { incumbent, versionIn } from './models/registered-version.ts'
import { labelledPeriods } from './periods/labelled-period.ts'
import { monthScore } from './periods/month-score.ts'
import { callsOf, labelsOf } from './periods/period-counts.ts'
import { scoreHeldOut } from './periods/scored-rows.ts'

export default defineStage({
  title: 'Score Production',
  params: { as_of: AsOf, data: Type.Object({ definition: Type.String() }), split: Split },
  inputs: {
    definition: file('${data.definition}'),
    features: folder('artifacts/features'),
    incumbent,
  },
  outputs: { score: json('artifacts/score.json', Score) },
  async run({ params, inputs, outputs, metrics, show, log }) {
    const { as_of, split } = params
    const { label } = await readDefinition(inputs.definition.path)
    const features = inputs.features.path
    const periods = await labelledPeriods(features, as_of, label.complete)
    const labelled = periods.at(-1)?.asOf ?? null
    const standing = versionIn(await inputs.incumbent.read())
    const asked = { as_of, labelled, split, features, periods: periods.map(({ asOf }) => asOf) }
    const score = standing === null ? unscored(asked, null) : await scoreOf(standing, asked)
    await outputs.score.write(score)
    metrics(figuresOf(score))
    showBlocks(show, scoreBlocks(score, label.column))
    log(lineOf(score))
  },
})

/** What is scored: which periods there are, and where. */
interface Asked {
  readonly as_of: string
  readonly labelled: string | null
  readonly split: Split
  readonly features: string
  readonly periods: readonly string[]
}

function unscored({ as_of, labelled }: Asked, version: number | null, note: string | null = null) {
  const none = { current: null, registration: null, months: [], prediction: null, target: null }
  return { as_of, labelled, version, ...none, note }
}

async function scoreOf(standing: RegisteredVersion, asked: Asked): Promise<Score> {
  const { version, bundle, digest, as_of: registered } = standing
  // A stage runs in the project's folder, and the registry names bundles relative to it.
  const read = await readBundleModel(bundle, `version ${version} in Production`, digest)
  const since = asked.periods.filter((period) => period >= registered)
  try {
    const found = await Promise.all(since.map((period) => monthOf(read, asked, period)))
    const months = found.flatMap((one) => ('month' in one ? [one.month] : []))
    const at = (period: string | null) => months.find((one) => one.period === period) ?? null
    return {
      ...unscored(asked, version, found.flatMap((one) => ('note' in one ? [one.note] : []))[0]),
      current: at(asked.labelled),
      registration: at(registered),
      months,
      prediction: {
        current: await callsOf(read.model, asked.features, asked.as_of, splitsOf(read, asked)),
        registration: await orNone(() =>
          callsOf(read.model, asked.features, registered, splitsOf(read, asked)),
        ),
      },
      target: asked.labelled === null ? null : await targetOf(asked, asked.labelled, registered),
    }
  } catch (error) {
    // The definition has changed so that Production cannot read the period: no reason to stop before a new one.
    if (!isCodedError(error) || error.code !== 'FEATURES_UNFIT') throw error
    return unscored(asked, version, error.message)
  }
}

const splitsOf = ({ split }: BundleModel, { split: now }: Asked) => [now, split ?? now]

type Found = { readonly month: MonthScore } | { readonly note: string }

/** A period's figures; a period that cannot judge a model (nobody held out, one class) adds none. */
async function monthOf(read: BundleModel, asked: Asked, period: string): Promise<Found> {
  try {
    const splits = splitsOf(read, asked)
    const rows = await scoreHeldOut(read.model, 'Production', asked.features, period, splits)
    return { month: monthScore(period, rows, read.model.threshold) }
  } catch (error) {
    if (!isCodedError(error) || !['NO_HELD_OUT', 'ONE_CLASS'].includes(error.code)) throw error
    return { note: error.message }
  }
}

async function targetOf({ features }: Asked, labelled: string, registered: string) {
  return {
    current: await labelsOf(features, labelled),
    registration: await orNone(() => labelsOf(features, registered)),
  }
}

/** Null where the period's features are gone. */
async function orNone<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (isCodedError(error) && error.code === 'PERIOD_MISSING') return null
    throw error
  }
}

function figuresOf({ version, labelled, current, registration, prediction }: Score) {
  return {
    version,
    labelled,
    auc: current?.auc.value ?? null,
    expected_auc: current?.expected.auc.value ?? null,
    registered_auc: registration?.auc.value ?? null,
    f1: current?.f1.value ?? null,
    called: prediction?.current.called ?? null,
  }
}

function lineOf({ version, labelled, current, note }: Score): string {
  if (version === null)
    return `nothing in Production to score; newest labels: ${labelled ?? 'none'}`
  if (current === null) {
    return `version ${version} is not scored: ${note ?? `no labels of ${labelled ?? 'any period'}`}`
  }
  const four = (value: number | null) => value?.toFixed(4) ?? 'unknown'
  const { auc, f1, expected, n, period } = current
  return `version ${version} on ${n} held-out users of ${period}: auc=${four(auc.value)} (expected ${four(expected.auc.value)}) f1=${four(f1.value)}`
}
