// The charts and the table of a drift report: bars of bins and columns, never rows of data.
import { type ColumnDrift, type DriftColumn, histogram, METHODS } from '@weir/ml/drift'
import type { Block, ChartSpec } from '@weir/runner'
import { chart, table } from './blocks.ts'
import { rounded } from './figures.ts'

/** Bars end here, so that one wild column leaves the others readable. */
const LONGEST_BAR = 4
/** At most so many columns get a bar: those nearest to their threshold and beyond. */
const MOST_BARS = 40
/** At most so many columns get a histogram. */
const MOST_HISTOGRAMS = 24

/**
 * How far a column is along its threshold: 1 at the threshold, more beyond it. Of a distance
 * score ÷ threshold, of a p-value threshold ÷ score; null without a score.
 */
export function strength({ method, score, adjusted, threshold }: ColumnDrift): number | null {
  const value = adjusted ?? score
  if (value === null) return null
  const ratio = METHODS[method].scale === 'distance' ? value / threshold : threshold / value
  return Number.isNaN(ratio) ? 1 : ratio
}

/** One bar a column, longest first, with a line at the threshold. */
export function strengthChart(columns: readonly ColumnDrift[]): Block {
  const bars = columns.map((column) => ({
    column: column.column,
    strength:
      rounded(Math.min(LONGEST_BAR, strength(column) ?? (column.drifted ? LONGEST_BAR : 0))) ?? 0,
    state: column.drifted ? 'drifted' : 'stable',
  }))
  const values = bars.toSorted((a, b) => b.strength - a.strength).slice(0, MOST_BARS)
  const drifted = columns.filter((column) => column.drifted).map((column) => column.column)
  const alt = `Beyond the threshold: ${drifted.length === 0 ? 'no column' : drifted.join(', ')}.`
  const y = { field: 'column', type: 'nominal', sort: null, title: null, axis: { labelLimit: 240 } }
  const spec: ChartSpec = {
    data: { values },
    layer: [
      {
        mark: 'bar',
        encoding: {
          y,
          x: { field: 'strength', type: 'quantitative', title: 'score ÷ threshold' },
          color: {
            field: 'state',
            type: 'nominal',
            title: null,
            scale: { domain: ['stable', 'drifted'], range: ['var(--c1)', 'var(--c2)'] },
          },
        },
      },
      { mark: { type: 'rule', strokeDash: [4, 3] }, encoding: { x: { datum: 1 } } },
    ],
  }
  return chart(strengthTitle(columns), alt, spec)
}

function strengthTitle(columns: readonly ColumnDrift[]): string {
  const tests = columns.some(({ method }) => METHODS[method].scale !== 'distance')
  const long = columns.some((column) => (strength(column) ?? 0) > LONGEST_BAR)
  const notes = [
    ...(tests ? ['of p-values: threshold ÷ p'] : []),
    ...(long ? [`bars end at ${LONGEST_BAR}`] : []),
  ]
  return `Score ÷ threshold by column${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
}

/** All columns, those nearest to their threshold and beyond it first. */
export function driftTable(columns: readonly ColumnDrift[]): Block {
  const corrected = columns.some((column) => column.adjusted !== undefined)
  const order = (column: ColumnDrift) => [Number(column.drifted), strength(column) ?? 0] as const
  const sorted = columns.toSorted((a, b) => {
    const [[driftedA, strengthA], [driftedB, strengthB]] = [order(a), order(b)]
    return driftedB - driftedA || (strengthB > strengthA ? 1 : strengthB < strengthA ? -1 : 0)
  })
  const more = ['threshold', 'method', 'type', 'n_ref', 'n_cur']
  return table({
    columns: ['column', 'drifted', 'score', ...(corrected ? ['adjusted p'] : []), ...more],
    rows: sorted.map((c) => [
      ...[c.column, c.drifted ? 'yes' : 'no', rounded(c.score)],
      ...(corrected ? [rounded(c.adjusted ?? null)] : []),
      ...[c.threshold, c.method, c.type, c.n_ref, c.n_cur],
    ]),
    caption: 'Every column that counts: the features and the target',
  })
}

/** The two distributions of each drifted column, bin by bin. */
export function driftedHistograms(
  columns: readonly DriftColumn[],
  results: readonly ColumnDrift[],
  periods: { readonly reference: string; readonly current: string },
): Block[] {
  const drifted = new Set(results.filter((result) => result.drifted).map((r) => r.column))
  return columns
    .filter((column) => drifted.has(column.name))
    .slice(0, MOST_HISTOGRAMS)
    .flatMap((column) => histogramChart(column, periods))
}

function histogramChart(
  column: DriftColumn,
  periods: { readonly reference: string; readonly current: string },
): Block[] {
  const bins = histogram(column)
  if (bins.length === 0) return []
  const values = bins.flatMap(({ bin, reference, current }) => [
    { bin, period: periods.reference, share: rounded(reference) },
    { bin, period: periods.current, share: rounded(current) },
  ])
  const spec: ChartSpec = {
    data: { values },
    mark: { type: 'bar', opacity: 0.6 },
    encoding: {
      x: { field: 'bin', type: 'ordinal', sort: null, title: column.name },
      y: {
        field: 'share',
        type: 'quantitative',
        stack: null,
        axis: { format: '%' },
        title: 'share of rows',
      },
      color: { field: 'period', type: 'nominal', sort: null, title: null },
    },
  }
  const alt = `Shares of ${column.name} by bin, ${periods.reference} over ${periods.current}.`
  return [chart(`${column.name}: ${periods.reference} and ${periods.current}`, alt, spec)]
}
