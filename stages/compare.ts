/**
 * Is the candidate better than what is in Production? Both score the same held-out users of the period
 * that the candidate learned from, whom neither was trained on. Because the rows are the same, the
 * difference of the two AUCs is known far more sharply than either AUC. Where the split was changed since
 * Production was trained, the users count that every split holds out.
 *
 * How to read it: the candidate is put forward if its gain exceeds `promote.min_gain` and its lower bound
 * is above zero, and no guard rail holds it back; it is rejected if even its upper bound is below what is
 * asked for. In between it stays open as the challenger, for at most two more looks. With nothing in
 * Production it must beat chance by its interval, on at least 30 users of each class.
 */
import { resolve } from 'node:path'
import { type Digest, isCodedError } from '@weir/base'
import { Comparison } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { Split } from '@weir/formats/bundle'
import type { Challenger, RegisteredVersion } from '@weir/formats/registry-answer'
import { joinChallenger, judgeFirst } from '@weir/ml/decisions'
import { aucDifference, rocAuc } from '@weir/ml/metrics'
import { type Block, defineStage, folder, json, renderReport, text } from '@weir/runner'
import { showBlocks } from './charts/blocks.ts'
import { comparisonBlocks } from './charts/comparison-charts.ts'
import { readBundleModel } from './models/bundle-model.ts'
import { type Contestant, Gate, gateFigures, lookAt, NO_FIGURES, splitsOf } from './models/gate.ts'
import { joined, rival, versionIn } from './models/registered-version.ts'
import { type ScoredRows, scoreHeldOut } from './periods/scored-rows.ts'

const CHANGED_SPLIT =
  'the split is not the one that both were trained under: judged on users whom neither was trained on'

export default defineStage({
  title: 'Compare the candidate with Production',
  params: { as_of: AsOf, split: Split, promote: Gate },
  inputs: {
    candidate: folder('artifacts/candidate'),
    features: folder('artifacts/features'),
    rival,
    challenger: joined,
  },
  outputs: {
    report: text('reports/comparison.html'),
    comparison: json('artifacts/comparison.json', Comparison),
  },
  async run({ params, inputs, outputs, metrics, show, log }) {
    const { as_of, split, promote } = params
    const version = versionIn(await inputs.rival.read())
    const candidate = await opened(inputs.candidate.path, 'the candidate')
    const sight = { as_of, split, features: inputs.features.path }
    const open = await inputs.challenger.read()
    const { comparison, ours, theirs } =
      version === null
        ? await first(candidate, sight, promote)
        : await against(version, candidate, open.version === null ? null : open, sight, promote)
    if (theirs !== null && theirs.splits > 1) log(CHANGED_SPLIT)
    const blocks = comparisonBlocks(comparison, ours, theirs?.rows ?? null)
    await outputs.report.write(await pageOf(comparison, blocks))
    await outputs.comparison.write(comparison)
    metrics(metricsOf(comparison))
    showBlocks(show, blocks)
    tell(log, comparison)
  },
})

function pageOf({ period }: Comparison, blocks: readonly Block[]): Promise<string> {
  const title = `Candidate against Production, ${period}`
  const section = { id: 'comparison', title: 'On the same held-out users', blocks: [...blocks] }
  return renderReport({ title, sections: [section] })
}

function metricsOf({ as_of: _, reason: __, guards: ___, join, ...figures }: Comparison) {
  return { ...figures, challenger: join?.version ?? null }
}

function tell(log: (message: string) => void, comparison: Comparison): void {
  const { candidate_auc, production_auc, min_gain, reason, guards, join } = comparison
  const against = production_auc?.toFixed(4) ?? 'none'
  const auc = candidate_auc.toFixed(4)
  // Tools of the replaced system read this line; its delta is the gain that is asked for, not the one found.
  log(`[COMPARE] candidate_auc=${auc} vs prod_auc=${against} (delta=${min_gain.toFixed(4)})`)
  log(reason)
  for (const { guard, answer, text } of guards) {
    if (answer !== 'pass') log(`guard ${guard}, ${answer}: ${text}`)
  }
  if (join !== null) log(join.reason)
}

async function opened(dir: string, what: string, digest?: Digest): Promise<Contestant> {
  return { what, ...(await readBundleModel(dir, what, digest)) }
}

interface Sight {
  readonly as_of: string
  readonly split: Split
  readonly features: string
}

interface Compared {
  readonly comparison: Comparison
  readonly ours: ScoredRows
  /** Production's scores of the same rows, and how many splits chose them. */
  readonly theirs: { readonly rows: ScoredRows; readonly splits: number } | null
}

/** Judges a first model by itself. */
async function first(candidate: Contestant, sight: Sight, gate: Gate): Promise<Compared> {
  const period = candidate.model.bundle.as_of
  const splits = splitsOf(sight.split, [candidate])
  const ours = await scoreHeldOut(candidate.model, candidate.what, sight.features, period, splits)
  const { answer, reason, auc, n, positives } = judgeFirst(ours.probabilities, ours.labels)
  const comparison: Comparison = {
    as_of: sight.as_of,
    period,
    candidate_auc: auc,
    production_auc: null,
    production_version: null,
    ...NO_FIGURES,
    gain_low: null,
    gain_high: null,
    min_gain: gate.min_gain,
    n,
    positives,
    answer,
    promote: answer === 'promote',
    reason,
    guards: [],
    join: null,
  }
  return { comparison, ours, theirs: null }
}

/** A stage runs in the project's folder, and the registry names bundles relative to it. */
function openedVersion(version: RegisteredVersion, what: string): Promise<Contestant> {
  return opened(resolve(version.bundle), what, version.digest)
}

/** Judges a candidate beside Production: its first look. */
async function against(
  version: RegisteredVersion,
  candidate: Contestant,
  open: Challenger | null,
  sight: Sight,
  gate: Gate,
): Promise<Compared> {
  const production = await openedVersion(version, `version ${version.version} in Production`)
  const period = candidate.model.bundle.as_of
  const look = await lookAt(candidate, production, { ...sight, periods: [period] }, gate)
  const { ours, theirs } = look
  const interval = aucDifference(ours.probabilities, theirs.probabilities, ours.labels)
  const comparison: Comparison = {
    as_of: sight.as_of,
    period,
    candidate_auc: rocAuc(ours.probabilities, ours.labels),
    production_auc: rocAuc(theirs.probabilities, theirs.labels),
    production_version: version.version,
    ...gateFigures(look.verdict),
    gain_low: known(interval.low),
    gain_high: known(interval.high),
    min_gain: gate.min_gain,
    n: ours.labels.length,
    positives: ours.labels.filter((label) => label === 1).length,
    // One look is never the last.
    answer: look.answer === 'not_shown' ? 'undecided' : look.answer,
    promote: look.answer === 'promote',
    reason: look.reason,
    guards: look.guards,
    join: open === null ? null : await joinOf(open, candidate, { ...sight, period }),
  }
  const splits = splitsOf(sight.split, [candidate, production]).length
  return { comparison, ours, theirs: { rows: theirs, splits } }
}

/** The candidate beside the open challenger; null where that cannot score the period. */
async function joinOf(
  open: Challenger,
  candidate: Contestant,
  { split, features, period }: Sight & { readonly period: string },
): Promise<Comparison['join']> {
  const challenger = await openedVersion(open, `version ${open.version}, the challenger`)
  const splits = splitsOf(split, [candidate, challenger])
  try {
    const [theirs, ours] = await Promise.all(
      [challenger, candidate].map(({ model, what }) =>
        scoreHeldOut(model, what, features, period, splits),
      ),
    )
    if (theirs === undefined || ours === undefined) return null
    const { stays, difference, reason } = joinChallenger(
      theirs.probabilities,
      ours.probabilities,
      ours.labels,
    )
    return { version: open.version, stays, difference, reason }
  } catch (error) {
    if (isCodedError(error) && error.code === 'FEATURES_UNFIT') return null
    throw error
  }
}

/** JSON has no NaN: an interval needs two rows of each class. */
function known(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
