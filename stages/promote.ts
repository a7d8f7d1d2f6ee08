/**
 * Registers the candidate and acts on the comparison: it goes into Production, waits for a person
 * where `promote.require_approval` says so, or stays out. A candidate is decided once: run again, it
 * keeps the answer that it got, so a second run promotes nothing twice and undoes no rollback.
 *
 * `weir registry promote`, `approve` and `rollback` change afterwards what this stage decided.
 */
import { type Static, Type } from '@sinclair/typebox'
import {
  Comparison,
  Evaluation,
  Promotion,
  Publication,
  Decision as WhyTrained,
} from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { verifyBundle } from '@weir/models/load'
import { openBundle } from '@weir/registry/bundle'
import type { TableRef } from '@weir/registry/event'
import { type Decision, production, type Version } from '@weir/registry/fold'
import { openRegistry, type Registry } from '@weir/registry/registry'
import { defineStage, folder, json, ref, type StageContext, StageError } from '@weir/runner'
import { rounded } from './charts/figures.ts'
import { asStageError } from './models/registry-failure.ts'

const Promote = Type.Object({
  name: Type.String({ minLength: 1 }),
  store: Type.String({ minLength: 1 }),
  min_gain: Type.Number(),
  require_approval: Type.Boolean(),
})
type Promote = Static<typeof Promote>

/** What the cell acts on: the candidate's evaluation, its comparison with Production, and why it was trained. */
interface Verdict {
  readonly evaluation: Evaluation
  readonly comparison: Comparison
  readonly decision: WhyTrained
  readonly table: TableRef
}

export default defineStage({
  title: 'Promote',
  params: { as_of: AsOf, promote: Promote },
  inputs: {
    candidate: folder('artifacts/candidate'),
    evaluation: json('artifacts/evaluation.json', Evaluation),
    comparison: json('artifacts/comparison.json', Comparison),
    decision: json('artifacts/decision.json', WhyTrained),
    // The table that goes live with the candidate.
    publication: json('artifacts/publication.json', Publication),
  },
  outputs: {
    promotion: json('artifacts/promotion.json', Promotion),
    registered: ref(
      'registry://${promote.name}/registered?store=${promote.store}&candidate=artifacts/candidate',
    ),
  },
  run: ({ params, inputs, outputs, log, show }) =>
    asStageError(async () => {
      const { as_of, promote } = params
      const verdict = {
        evaluation: await inputs.evaluation.read(),
        comparison: await inputs.comparison.read(),
        decision: await inputs.decision.read(),
        table: { digest: (await inputs.publication.read()).table, as_of },
      }
      const registry = openRegistry(promote.store, { verify: verifyBundle, period: as_of })
      const version = await registered(registry, inputs.candidate.path, as_of, promote, verdict)
      await registry.evaluate(version.name, version.version, verdict.evaluation)
      const decided = version.decided ?? (await decide(registry, version, verdict, promote))
      await outputs.promotion.write({
        as_of,
        decision: decided.decision,
        version: version.version,
        digest: version.digest,
        replaces: decided.replaces,
        reason: decided.reason,
      })
      tell({ log, show }, as_of, version, decided, verdict)
    }),
})

/** Registers the candidate, which must have been compared with what is in Production now. */
async function registered(
  registry: Registry,
  candidate: string,
  as_of: string,
  promote: Promote,
  { comparison }: Verdict,
): Promise<Version> {
  const { name } = await openBundle(candidate)
  if (name !== promote.name) {
    const message = `the candidate is a ${name}, promote.name is ${promote.name}`
    const hint = 'train it again under the new name, or set promote.name back'
    throw new StageError('CANDIDATE_NAME', message, { where: candidate, hint })
  }
  const standing = production((await registry.state()).get(name))?.version ?? null
  const { version, changed } = await registry.register(candidate, `candidate of ${as_of}`)
  if (changed && standing !== comparison.production_version) {
    const [now, then] = [standing, comparison.production_version].map((v) => v ?? 'nothing')
    const message = `Production is ${now} now, the candidate was compared with ${then}`
    const where = 'artifacts/comparison.json'
    throw new StageError('COMPARISON_STALE', message, { where, hint: 'run the pipeline again' })
  }
  return version
}

/** The registry's answer to a candidate that was not decided before. */
async function decide(
  registry: Registry,
  { name, version }: Version,
  { comparison, table }: Verdict,
  promote: Promote,
): Promise<Decision> {
  const { reason } = comparison
  const requireApproval = promote.require_approval
  const { version: after } = comparison.promote
    ? await registry.promote(name, version, { reason, requireApproval, table })
    : await registry.reject(name, version, reason)
  if (after.decided) return after.decided
  throw new Error(`${name} v${version} is in ${after.stage} without a decision`)
}

/** What tools of the replaced system read in the log: they know `promoted` and `skipped`. */
const LOG_WORDS = {
  promoted: 'promoted',
  open: 'skipped',
  rejected: 'skipped',
  superseded: 'skipped',
  not_shown: 'skipped',
  awaiting_approval: 'awaiting approval',
} as const

/** What people read, in the log and in the notebook. */
const WORDS = {
  promoted: 'promoted',
  open: 'open as challenger',
  rejected: 'rejected',
  superseded: 'superseded',
  not_shown: 'not shown',
  awaiting_approval: 'put before a person',
} as const

/** The log lines that other tools read, and the cell's table. */
function tell(
  { log, show }: Pick<StageContext<unknown>, 'log' | 'show'>,
  asOf: string,
  { version, decided: before }: Version,
  decided: Decision,
  { comparison, decision }: Verdict,
): void {
  const word = LOG_WORDS[decided.decision]
  const { candidate_auc, production_auc, production_version } = comparison
  if (before) log(`v${version} was decided before; nothing is changed`)
  log(`[DECISION] ${word}`)
  log(
    `[SUMMARY] as_of=${asOf} cand_v=${version} cand_auc=${auc(candidate_auc)} prod_v=${production_version ?? 'none'} prod_auc=${auc(production_auc)} -> ${word}`,
  )
  if (decision.action === 'retrain') {
    const { drift_share, threshold, target_drift } = decision
    log(
      `RETRAINING_TRIGGERED drift_share=${share(drift_share)} >= ${threshold} (target_drift=${share(target_drift)}) -> ${word}`,
    )
  }
  const said = WORDS[decided.decision]
  log(`v${version}: ${said}; ${decided.reason}`)
  const aucs = [rounded(candidate_auc), rounded(production_auc)]
  show.table({
    columns: ['version', 'decision', 'replaces', 'AUC', 'AUC of Production', 'reason'],
    rows: [[version, said, decided.replaces, ...aucs, decided.reason]],
  })
  if (decided.decision === 'awaiting_approval') {
    // Read later too: an approval runs nothing again.
    show.markdown(
      `Version ${version} goes into Production when a person says \`weir registry approve ${version}\`; \`weir registry show ${version}\` tells whether one has.`,
    )
  }
}

function auc(value: number | null): string {
  return value === null ? 'none' : value.toFixed(4)
}

/** At most four decimals, none of them padding. */
function share(value: number | null): string {
  return value === null ? 'none' : String(Number(value.toFixed(4)))
}
