// The log lines of a promotion that other tools read, and the cell's table.
import type { Comparison, Decision, Settled } from '@weir/formats/artifacts'
import type { Version } from '@weir/registry/fold'
import type { StageContext } from '@weir/runner'
import { rounded } from '../charts/figures.ts'
import { DECISION_WORDS } from './put-forward.ts'

/** What tools of the replaced system read in the log: they know `promoted` and `skipped`. */
const LOG_WORDS = {
  promoted: 'promoted',
  open: 'skipped',
  rejected: 'skipped',
  superseded: 'skipped',
  not_shown: 'skipped',
  awaiting_approval: 'awaiting approval',
} as const satisfies Record<Settled['decision'], string>

export interface Told {
  readonly candidate: Settled
  readonly challenger: Settled | null
  readonly comparison: Comparison
  readonly decision: Decision
  readonly decidedBefore: boolean
}

/** Tells what became of the candidate and of the challenger. */
export function showPromotion(
  { log, show }: Pick<StageContext<unknown>, 'log' | 'show'>,
  asOf: string,
  { version, decided, stage }: Version,
  { candidate, challenger, comparison, decision, decidedBefore }: Told,
): void {
  const word = LOG_WORDS[candidate.decision]
  const { candidate_auc, production_auc, production_version } = comparison
  if (decidedBefore) log(`v${version} was decided before; nothing is changed`)
  log(`[DECISION] ${word}`)
  log(
    `[SUMMARY] as_of=${asOf} cand_v=${version} cand_auc=${auc(candidate_auc)} prod_v=${production_version ?? 'none'} prod_auc=${auc(production_auc)} -> ${word}`,
  )
  if (decision.action === 'retrain') log(`${triggerOf(decision)} -> ${word}`)
  const row = ({ version: of, decision: came, reason }: Settled) => {
    log(`v${of}: ${DECISION_WORDS[came]}; ${reason}`)
    return [of, DECISION_WORDS[came]]
  }
  const aucs = [rounded(candidate_auc), rounded(production_auc)]
  const rows = [
    [...row(candidate), decided?.replaces ?? null, ...aucs, candidate.reason],
    ...(challenger ? [[...row(challenger), null, null, null, challenger.reason]] : []),
  ]
  const columns = ['version', 'decision', 'replaces', 'AUC', 'AUC of Production', 'reason']
  show.table({ columns, rows })
  if (stage === 'Staging') {
    // Read later too: an approval runs nothing again.
    show.markdown(
      `Version ${version} goes into Production when a person says \`weir registry approve ${version}\`; \`weir registry show ${version}\` tells whether one has.`,
    )
  }
}

/** As tools of the replaced system read it: the drift share beside its threshold, whichever reason asked. */
function triggerOf({ drift_share, threshold, target_drift }: Decision): string {
  const relation = drift_share !== null && drift_share >= threshold ? '>=' : '<'
  return `RETRAINING_TRIGGERED drift_share=${share(drift_share)} ${relation} ${threshold} (target_drift=${share(target_drift)})`
}

function auc(value: number | null): string {
  return value === null ? 'none' : value.toFixed(4)
}

/** At most four decimals, none of them padding. */
function share(value: number | null): string {
  return value === null ? 'none' : String(Number(value.toFixed(4)))
}
