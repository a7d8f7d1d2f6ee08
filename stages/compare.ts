/**
 * Is the candidate better than what is in Production? Both score the same held-out users of this
 * period, whom neither was trained on. Because the rows are the same, the difference of the two AUCs
 * is known far more sharply than either AUC: its 95 % interval is DeLong's for paired rows. Where the
 * split was changed since Production was trained, the users count that both splits hold out.
 *
 * How to read it: the candidate is put forward if its AUC exceeds Production's by more than
 * `promote.min_gain`. With nothing in Production the first valid model is put forward.
 */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import type { Digest } from '@weir/base/digest'
import { Comparison } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { Split } from '@weir/formats/bundle'
import { writeJson } from '@weir/formats/json-file'
import type { RegisteredVersion } from '@weir/formats/registry-answer'
import { shouldPromote } from '@weir/ml/decisions'
import { aucDifference, rocAuc } from '@weir/ml/metrics'
import { defineStage, renderReport, type StageContext } from '@weir/runner'
import { showBlocks } from './charts/blocks.ts'
import { comparisonBlocks } from './charts/comparison-charts.ts'
import { type BundleModel, readBundleModel } from './models/bundle-model.ts'
import { readRegisteredVersion } from './models/registered-version.ts'
import { type ScoredRows, scoreHeldOut } from './periods/scored-rows.ts'

const params = Type.Object({
  as_of: AsOf,
  split: Split,
  promote: Type.Object({
    /** AUC that a candidate must gain over Production. */
    min_gain: Type.Number(),
  }),
})
type Params = Static<typeof params>

const CANDIDATE = 'artifacts/candidate'
const FEATURES = 'artifacts/features'
const REPORT = 'reports/comparison.html'
const RESULT = 'artifacts/comparison.json'
const CHANGED_SPLIT =
  'the split is not the one that both were trained under: judged on users whom neither was trained on'

export default defineStage({ title: 'Compare the candidate with Production', params, run })

async function run(context: StageContext<Params>): Promise<void> {
  const { params, input, inputs, output, metrics, show, log } = context
  const rival = await readRegisteredVersion(inputs, 'rival')
  const contestant = await open(input(CANDIDATE), 'the candidate')
  const standing = rival === null ? null : await openRival(rival)
  const splits = splitsOf(params.split, [contestant, ...(standing ? [standing] : [])])
  if (splits.length > 1) log(CHANGED_SPLIT)
  const candidate = await score(context, contestant, splits)
  const production = standing && (await score(context, standing, splits))
  const minGain = params.promote.min_gain
  const comparison = compared(params.as_of, candidate, rival, production, minGain)
  const blocks = comparisonBlocks(comparison, candidate, production)
  const title = `Candidate against Production, ${params.as_of}`
  const section = { id: 'comparison', title: 'On the same held-out users', blocks }
  await writeFile(output(REPORT), await renderReport({ title, sections: [section] }))
  await writeJson(output(RESULT), Comparison, comparison, RESULT)
  const { as_of: _period, reason: _why, ...figures } = comparison
  metrics(figures)
  showBlocks(show, blocks)
  const against = comparison.production_auc?.toFixed(4) ?? 'none'
  const delta = minGain.toFixed(4)
  log(
    `[COMPARE] candidate_auc=${comparison.candidate_auc.toFixed(4)} vs prod_auc=${against} (delta=${delta})`,
  )
  log(comparison.reason)
}

interface Contestant extends BundleModel {
  /** How messages call it. */
  readonly what: string
}

async function open(dir: string, what: string, digest?: Digest): Promise<Contestant> {
  return { what, ...(await readBundleModel(dir, what, digest)) }
}

function openRival(rival: RegisteredVersion): Promise<Contestant> {
  // A stage runs in the project's folder, and the registry names bundles relative to it.
  return open(resolve(rival.bundle), `version ${rival.version} in Production`, rival.digest)
}

/** The different splits in play: one, unless params.split has changed since a model was trained. */
function splitsOf(now: Split, contestants: readonly BundleModel[]): Split[] {
  const all = [now, ...contestants.map(({ split }) => split ?? now)]
  const same = (a: Split, b: Split) => a.salt === b.salt && a.held_out === b.held_out
  return all.filter((split, i) => all.findIndex((other) => same(split, other)) === i)
}

function score(
  { params, input }: StageContext<Params>,
  { model, what }: Contestant,
  splits: readonly Split[],
): Promise<ScoredRows> {
  return scoreHeldOut(model, what, input(FEATURES), params.as_of, splits)
}

/** comparison.json of a candidate against the rival's scores of the same rows, if there is a rival. */
export function compared(
  asOf: string,
  candidate: ScoredRows,
  rival: RegisteredVersion | null,
  production: ScoredRows | null,
  minGain: number,
): Comparison {
  const candidateAuc = rocAuc(candidate.probabilities, candidate.labels)
  const gain =
    production && aucDifference(candidate.probabilities, production.probabilities, candidate.labels)
  const productionAuc = production && rocAuc(production.probabilities, production.labels)
  const promote = shouldPromote(candidateAuc, productionAuc, minGain)
  return {
    as_of: asOf,
    candidate_auc: candidateAuc,
    production_auc: productionAuc,
    production_version: rival?.version ?? null,
    gain: gain?.value ?? null,
    gain_low: known(gain?.low),
    gain_high: known(gain?.high),
    min_gain: minGain,
    n: candidate.labels.length,
    promote,
    reason: reasonOf(gain?.value ?? null, minGain, promote),
  }
}

/** JSON has no NaN: an interval needs two rows of each class. */
function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}

function reasonOf(gain: number | null, minGain: number, promote: boolean): string {
  if (gain === null) return 'nothing in Production: the first valid model is put forward'
  const relation = promote ? 'more than' : 'not more than'
  return `the candidate gains ${gain.toFixed(4)} AUC, ${relation} the ${minGain.toFixed(4)} asked for`
}
