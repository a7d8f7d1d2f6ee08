// The charts of a comparison: both ROC curves, and the gain against what is asked for.
import type { Comparison } from '@weir/formats/artifacts'
import type { Block, ChartSpec } from '@weir/runner'
import type { ScoredRows } from '../periods/scored-rows.ts'
import { chart, text } from './blocks.ts'
import { rocChart } from './evaluation-charts.ts'
import { rounded } from './figures.ts'

/** The comparison as blocks; its size does not depend on the number of rows. */
export function comparisonBlocks(
  comparison: Comparison,
  candidate: ScoredRows,
  production: ScoredRows | null,
): Block[] {
  const { candidate_auc, production_auc, production_version, n, reason } = comparison
  if (production === null || production_auc === null) {
    return [
      text(`Candidate AUC ${rounded(candidate_auc)} on ${n} held-out users; ${reason}.`),
      rocChart([{ model: 'candidate', rows: candidate }], `AUC ${candidate_auc.toFixed(4)}.`),
    ]
  }
  const rival = `Production (version ${production_version})`
  const models = [
    { model: 'candidate', rows: candidate },
    { model: rival, rows: production },
  ]
  const aucs = `candidate ${candidate_auc.toFixed(4)}, ${rival} ${production_auc.toFixed(4)}`
  return [
    text(`AUC on the same ${n} held-out users: ${aucs}; ${reason}.`),
    figuresTable(comparison, rival),
    guardsTable(comparison),
    rocChart(models, `AUC: ${aucs}.`),
    gainChart(comparison),
  ]
}

/** The AUCs, the gain with DeLong's interval for paired rows, and what was asked for. */
function figuresTable(comparison: Comparison, rival: string): Block {
  const { candidate_auc, production_auc, gain, gain_low, gain_high, min_gain, answer } = comparison
  const { bound_low, bound_high, smallest } = comparison
  const rows = [
    ['candidate', rounded(candidate_auc), null, null],
    [rival, rounded(production_auc), null, null],
    ['gain', rounded(gain), rounded(gain_low), rounded(gain_high)],
    ['asked for: more than', min_gain, null, null],
    ['bounds of the gain that decide', null, rounded(bound_low), rounded(bound_high)],
    ['smallest gain that so many users show', rounded(smallest), null, null],
    ['answer', answer, null, null],
  ]
  const columns = ['', 'AUC', '95 % from', 'to']
  return { kind: 'table', view: { columns, rows, caption: 'The decision in figures' } }
}

/** What the guard rails found, and the open challenger beside the candidate. */
function guardsTable({ guards, join }: Comparison): Block {
  const rows = guards.map(({ guard, answer, text }): (string | null)[] => [guard, answer, text])
  if (join !== null) rows.push([`challenger v${join.version}`, join.stays, join.reason])
  const columns = ['guard', 'answer', 'found']
  return { kind: 'table', view: { columns, rows, caption: 'Guard rails' } }
}

/** The interval of the gain, with lines at 0 and at the gain that is asked for. */
function gainChart({ gain, gain_low, gain_high, min_gain }: Comparison): Block {
  const values = [{ gain: rounded(gain), low: rounded(gain_low), high: rounded(gain_high) }]
  const rule = (at: number, color: string) => ({
    mark: { type: 'rule', color, strokeDash: [4, 3] },
    encoding: { x: { datum: at } },
  })
  const spec: ChartSpec = {
    data: { values },
    height: 90,
    layer: [
      rule(0, 'var(--soft)'),
      rule(min_gain, 'var(--c2)'),
      {
        mark: { type: 'rule', strokeWidth: 3, color: 'var(--c1)' },
        encoding: {
          x: { field: 'low', type: 'quantitative', title: 'gain in AUC', scale: { zero: true } },
          x2: { field: 'high' },
        },
      },
      {
        mark: { type: 'point', size: 90, color: 'var(--c1)' },
        encoding: { x: { field: 'gain', type: 'quantitative' } },
      },
    ],
  }
  const interval = `${rounded(gain_low)} to ${rounded(gain_high)}`
  const alt = `Gain ${rounded(gain)}, 95 % interval ${interval}; asked for: more than ${min_gain}.`
  const title = `Gain in AUC over Production, 95 % interval; dashed: none, and the ${min_gain} asked for`
  return chart(title, alt, spec)
}
