// How Production is shown over the labelled months: realised beside expected, and the figures of the newest.
import type { MonthScore, Score } from '@weir/formats/artifacts'
import type { Block } from '@weir/runner'
import { chart, table, text } from './blocks.ts'
import { percent, rounded } from './figures.ts'

/** The score as blocks. `label` is the label's column. */
export function scoreBlocks(score: Score, label: string): Block[] {
  const { version, labelled, current, months, note } = score
  if (version === null)
    return [text(`Nothing is in Production. Newest labels: ${labelled ?? 'none'}.`)]
  const blocks: Block[] = [text(leadOf(score, label))]
  if (note !== null) blocks.push(text(`Not all could be scored: ${note}.`))
  if (current !== null) blocks.push(figuresTable(score, current))
  if (months.length > 0) blocks.push(monthsTable(months))
  if (months.length > 1) blocks.push(monthsChart(months))
  return blocks
}

function leadOf({ version, as_of, labelled, prediction, target }: Score, label: string): string {
  const judged =
    labelled === as_of
      ? `judged on ${as_of}`
      : `judged on ${labelled ?? 'no period'}, the newest with labels`
  const calls = prediction
    ? ` It calls ${percent(prediction.current.called)} of the held-out users of ${as_of}${was(prediction.registration?.called)}.`
    : ''
  const { n = 0, positives = 0 } = target?.current ?? {}
  const before = target?.registration
  const rate =
    n === 0
      ? ''
      : ` ${label} is true for ${percent(positives / n)} of those with a label${was(before && before.positives / before.n)}.`
  return `Version ${version}, ${judged}.${calls}${rate}`
}

function was(share: number | null | undefined): string {
  return share === null || share === undefined || Number.isNaN(share)
    ? ''
    : ` (${percent(share)} when it was registered)`
}

type Figures = MonthScore['auc']

function figuresTable({ registration }: Score, current: MonthScore): Block {
  const row = (name: string, now: Figures, then: Figures | undefined, expected: number | null) => [
    name,
    rounded(now.value),
    rounded(now.low),
    rounded(now.high),
    rounded(expected),
    rounded(then?.value ?? null),
  ]
  const slope = slopeOf(current)
  const rows = [
    row('AUC', current.auc, registration?.auc, current.expected.auc.value),
    row('F1', current.f1, registration?.f1, current.expected.f1.value),
    row('precision', current.precision, registration?.precision, null),
    row('recall', current.recall, registration?.recall, null),
    row('Brier score', current.brier, registration?.brier, null),
    row('calibration slope', slope, registration ? slopeOf(registration) : undefined, 1),
    row('share called', current.called, registration?.called, null),
  ]
  const columns = ['', current.period, '95 % from', 'to', 'expected', 'at registration']
  return table({ columns, rows, caption: `On ${current.n} held-out users with a label` })
}

/** Two standard errors to each side (Wald). */
function slopeOf({ cox }: MonthScore): Figures {
  if (cox === null) return { value: null, low: null, high: null }
  const half = 1.959963984540054 * Math.sqrt(cox.variance.slope)
  return { value: cox.slope, low: cox.slope - half, high: cox.slope + half }
}

function monthsTable(months: readonly MonthScore[]): Block {
  const rows = months.map(({ period, n, auc, expected, f1, precision, recall, brier, called }) => [
    period,
    n,
    rounded(auc.value),
    rounded(expected.auc.value),
    ...[f1, precision, recall, brier, called].map(({ value }) => rounded(value)),
  ])
  const columns = ['period', 'n', 'AUC', 'expected AUC', 'F1', 'precision', 'recall', 'Brier']
  return table({ columns: [...columns, 'called'], rows, caption: 'Every labelled period' })
}

function monthsChart(months: readonly MonthScore[]): Block {
  const values = months.flatMap(({ period, auc, expected }) => [
    {
      period,
      what: 'realised',
      auc: rounded(auc.value),
      low: rounded(auc.low),
      high: rounded(auc.high),
    },
    { period, what: 'expected', auc: rounded(expected.auc.value), low: null, high: null },
  ])
  const x = { field: 'period', type: 'ordinal', title: null } as const
  const color = { field: 'what', type: 'nominal', title: null } as const
  const spec = {
    data: { values },
    height: 180,
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 3, opacity: 0.5 },
        encoding: { x, color, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'line', point: true },
        encoding: {
          x,
          color,
          y: { field: 'auc', type: 'quantitative', title: 'AUC', scale: { zero: false } },
        },
      },
    ],
  }
  const said = months
    .map(
      ({ period, auc, expected }) =>
        `${period} ${rounded(auc.value)} (${rounded(expected.auc.value)})`,
    )
    .join(', ')
  return chart('AUC of Production by month', `Realised and expected AUC: ${said}.`, spec)
}
