// The page of all months: what Production was worth, what moved, what was decided. Pure, from the lines of the journal.
import type { Look, MonitorLine } from '@weir/formats/monitor-line'
import type { Block, ChartSpec, ReportDocument } from '@weir/runner'

/** Months in the tables and charts, the newest ones. */
const MOST_PERIODS = 36
/** Columns in the table of drift: those that drifted in most months first. */
const MOST_COLUMNS = 60
/** Alerts in the list, the newest ones. */
const MOST_ALERTS = 50

/** The last look at each period, earliest period first. */
export function lastLooks(lines: readonly MonitorLine[]): Look[] {
  const last = new Map<string, Look>()
  for (const line of lines) if (line.kind === 'look') last.set(line.period, line)
  return [...last.values()].sort((a, b) => (a.period < b.period ? -1 : 1))
}

/** The page as a document. */
export function monitorPage(project: string, lines: readonly MonitorLine[]): ReportDocument {
  const looks = lastLooks(lines).slice(-MOST_PERIODS)
  const newest = looks.at(-1)
  return {
    title: `${project}: the months`,
    lead: newest === undefined ? 'Nothing was looked at yet.' : leadOf(newest),
    facts: {
      periods: String(looks.length),
      'in Production': newest?.production ? `version ${newest.production}` : 'none',
      'last look': newest?.at ?? 'none',
    },
    sections: [
      { id: 'performance', title: 'What Production was worth', blocks: performanceBlocks(looks) },
      { id: 'served', title: 'What was served', blocks: servedBlocks(newest) },
      { id: 'decisions', title: 'What was decided', blocks: [decisionTable(looks)] },
      { id: 'drift', title: 'What moved', blocks: driftBlocks(looks) },
      { id: 'alerts', title: 'What people were told', blocks: alertBlocks(lines) },
    ],
  }
}

function leadOf({ period, outcome, problem, reason, decision }: Look): string {
  if (problem && outcome === 'suspicious') return `${period} waits for a person: ${problem.message}`
  if (problem) return `${period} failed: ${problem.code}: ${problem.message}`
  return [`${period}: ${reason ?? 'nothing was decided'}`, decision]
    .filter((part) => part !== null)
    .join(' → ')
}

const none = (text: string): Block[] => [{ kind: 'markdown', text }]

type Known = Look & { readonly performance: NonNullable<Look['performance']> }

function performanceBlocks(looks: readonly Look[]): Block[] {
  const known = looks.filter((look): look is Known => look.performance !== null)
  if (known.length === 0) return none('No month has had labels by which a model is judged.')
  return [
    {
      kind: 'markdown',
      text: 'Realised: on held-out users, with their labels and a 95 % interval. Expected: by the model’s own probabilities; it cannot see that what makes users leave has changed, and is no all-clear.',
    },
    performanceChart('AUC of Production', known, 'auc', 'expected_auc'),
    performanceChart('F1 of Production', known, 'f1', null),
    {
      kind: 'table',
      view: {
        columns: ['labels of', 'version', 'users', 'AUC', 'from', 'to', 'expected AUC', 'F1'],
        rows: known.map(({ performance: { period, version, n, auc, expected_auc, f1 } }) => [
          period,
          version,
          n,
          rounded(auc?.value),
          rounded(auc?.low),
          rounded(auc?.high),
          rounded(expected_auc?.value),
          rounded(f1?.value),
        ]),
      },
    },
  ]
}

function performanceChart(
  title: string,
  looks: readonly Known[],
  realised: 'auc' | 'f1',
  expected: 'expected_auc' | null,
): Block {
  const points = looks.flatMap(({ performance }) => {
    const series = [
      ['realised', performance[realised]],
      ...(expected === null ? [] : [['expected', performance[expected]] as const]),
    ] as const
    return series.flatMap(([what, estimate]) =>
      estimate === null
        ? []
        : [
            {
              period: performance.period,
              what,
              value: rounded(estimate.value),
              low: rounded(estimate.low),
              high: rounded(estimate.high),
            },
          ],
    )
  })
  const x = { field: 'period', type: 'ordinal', title: null }
  const color = { field: 'what', type: 'nominal', title: null }
  const spec: ChartSpec = {
    data: { values: points },
    layer: [
      {
        mark: { type: 'rule', opacity: 0.5 },
        encoding: {
          x,
          y: { field: 'low', type: 'quantitative', title: null, scale: { zero: false } },
          y2: { field: 'high' },
          color,
        },
      },
      {
        mark: { type: 'line', point: true },
        encoding: { x, y: { field: 'value', type: 'quantitative' }, color },
      },
    ],
  }
  const alt = points.map(({ period, what, value }) => `${period} ${what} ${value}`).join(', ')
  return { kind: 'chart', title, alt, spec }
}

function servedBlocks(newest: Look | undefined): Block[] {
  const served = newest?.served ?? []
  if (served.length === 0) return none('No served predictions have labels yet.')
  return [
    {
      kind: 'table',
      view: {
        caption:
          'Served predictions against labels that came later; an alarm where F1 lies below its floor by its bound',
        columns: [
          'period',
          'n',
          'F1',
          'from',
          'to',
          'floor',
          'alarm',
          'precision',
          'recall',
          'AUC',
          'Brier',
        ],
        rows: served.map((one) => [
          one.period,
          one.n,
          rounded(one.f1.value),
          rounded(one.f1.low),
          rounded(one.f1.high),
          rounded(one.floor),
          one.below ? 'yes' : 'no',
          rounded(one.precision),
          rounded(one.recall),
          rounded(one.auc),
          rounded(one.brier),
        ]),
      },
    },
  ]
}

function decisionTable(looks: readonly Look[]): Block {
  return {
    kind: 'table',
    view: {
      columns: [
        'period',
        'outcome',
        'action',
        'candidate',
        'in Production',
        'drift share',
        'reason',
      ],
      rows: looks
        .toReversed()
        .map(({ period, outcome, action, decision, production, drift, reason, problem }) => [
          period,
          outcome,
          action,
          decision,
          production,
          rounded(drift?.share),
          problem ? `${problem.code}: ${problem.message}` : reason,
        ]),
    },
  }
}

function driftBlocks(looks: readonly Look[]): Block[] {
  const cells = looks.flatMap(({ period, drift }) =>
    (drift?.columns ?? []).map((column) => ({ period, ...column })),
  )
  if (cells.length === 0) return none('No month has had a month before it to be compared with.')
  const times = new Map<string, number>()
  for (const { column, drifted } of cells)
    times.set(column, (times.get(column) ?? 0) + Number(drifted))
  const columns = [...times].sort(([, a], [, b]) => b - a).slice(0, MOST_COLUMNS)
  const shown = new Set(columns.map(([column]) => column))
  const values = cells
    .filter(({ column }) => shown.has(column))
    .map(({ period, column, drifted }) => ({
      period,
      column,
      state: drifted ? 'drifted' : 'stable',
    }))
  const moved = columns.filter(([, count]) => count > 0)
  const alt =
    moved.length === 0
      ? 'No column drifted in any month.'
      : moved.map(([column, count]) => `${column} drifted in ${count} of the months`).join(', ')
  const spec: ChartSpec = {
    data: { values },
    mark: { type: 'rect' },
    encoding: {
      x: { field: 'period', type: 'ordinal', title: null },
      y: {
        field: 'column',
        type: 'nominal',
        title: null,
        sort: columns.map(([column]) => column),
        axis: { labelLimit: 240 },
      },
      color: {
        field: 'state',
        type: 'nominal',
        title: null,
        scale: { domain: ['stable', 'drifted'], range: ['var(--c1)', 'var(--c2)'] },
      },
    },
  }
  return [{ kind: 'chart', title: 'Columns by month', alt, spec }]
}

function alertBlocks(lines: readonly MonitorLine[]): Block[] {
  const alerts = lines.flatMap((line) =>
    line.kind === 'look' ? line.alerts.map(({ text }) => [line.at, text] as const) : [],
  )
  if (alerts.length === 0) return none('Nothing.')
  const rows = alerts.slice(-MOST_ALERTS).reverse()
  return [{ kind: 'table', view: { columns: ['at', 'alert'], rows } }]
}

/** Four decimals for people; null where there is no figure. */
function rounded(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value.toFixed(4))
}
