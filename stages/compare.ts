/**
 * Is the candidate better than what is in Production? Both score the same held-out users of this
 * period, whom neither was trained on. Because the rows are the same, the difference of the two AUCs
 * is known far more sharply than either AUC: its 95 % interval is DeLong's for paired rows. Where the
 * split was changed since Production was trained, the users count that both splits hold out.
 *
 * How to read it: the candidate is put forward if its AUC exceeds Production's by more than
 * `promote.min_gain`. With nothing in Production the first valid model is put forward.
 */
import { resolve } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { Digest } from '@weir/base'
import { Comparison } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { Split } from '@weir/formats/bundle'
import type { RegisteredVersion } from '@weir/formats/registry-answer'
import { shouldPromote } from '@weir/ml/decisions'
import { aucDifference, rocAuc } from '@weir/ml/metrics'
import { defineStage, folder, json, renderReport, text } from '@weir/runner'
import { showBlocks } from './charts/blocks.ts'
import { comparisonBlocks } from './charts/comparison-charts.ts'
import { type BundleModel, readBundleModel } from './models/bundle-model.ts'
import { rival, versionIn } from './models/registered-version.ts'
import { type ScoredRows, scoreHeldOut } from './periods/scored-rows.ts'

const CHANGED_SPLIT =
  'the split is not the one that both were trained under: judged on users whom neither was trained on'

export default defineStage({
  title: 'Compare the candidate with Production',
  params: {
    as_of: AsOf,
    split: Split,
    promote: Type.Object({
      /** AUC that a candidate must gain over Production. */
      min_gain: Type.Number(),
    }),
  },
  inputs: {
    candidate: folder('artifacts/candidate'),
    features: folder('artifacts/features'),
    rival,
  },
  outputs: {
    report: text('reports/comparison.html'),
    comparison: json('artifacts/comparison.json', Comparison),
  },
  async run({ params, inputs, outputs, metrics, show, log }) {
    const { as_of: asOf } = params
    const version = versionIn(await inputs.rival.read())
    const contestant = await open(inputs.candidate.path, 'the candidate')
    const standing = version === null ? null : await openRival(version)
    const splits = splitsOf(params.split, [contestant, ...(standing ? [standing] : [])])
    if (splits.length > 1) log(CHANGED_SPLIT)
    const score = ({ model, what }: Contestant) =>
      scoreHeldOut(model, what, inputs.features.path, asOf, splits)
    const candidate = await score(contestant)
    const production = standing && (await score(standing))
    const minGain = params.promote.min_gain
    const comparison = compared(asOf, candidate, version, production, minGain)
    const blocks = comparisonBlocks(comparison, candidate, production)
    const title = `Candidate against Production, ${asOf}`
    const section = { id: 'comparison', title: 'On the same held-out users', blocks }
    await outputs.report.write(await renderReport({ title, sections: [section] }))
    await outputs.comparison.write(comparison)
    const { as_of: _period, reason, ...figures } = comparison
    metrics(figures)
    showBlocks(show, blocks)
    const against = comparison.production_auc?.toFixed(4) ?? 'none'
    const auc = comparison.candidate_auc.toFixed(4)
    // Tools of the replaced system read this line; its delta is the gain that is asked for, not the one found.
    log(`[COMPARE] candidate_auc=${auc} vs prod_auc=${against} (delta=${minGain.toFixed(4)})`)
    log(reason)
  },
})

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
