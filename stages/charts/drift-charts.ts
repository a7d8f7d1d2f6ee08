// The charts of a drift report: bars of bins and columns, never rows of data.
import { type ColumnDrift, type ColumnFigures, type HistogramBin, METHODS } from '@weir/ml/drift'
import type { Block, ChartSpec } from '@weir/runner'
import { chart } from './blocks.ts'
import { bySize, strength } from './drift-size.ts'
import { rounded } from './figures.ts'

/** Bars end here, so that one wild column leaves the others readable. */
const LONGEST_BAR = 4
/** At most so many columns get a bar: those nearest to their threshold and beyond. */
const MOST_BARS = 40
/** At most so many columns get a histogram; the table has all of them. */
const MOST_HISTOGRAMS = 12

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
          x: { field: 'strength', type: 'quantitative', title: 'effect ÷ threshold' },
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
  return `Effect ÷ threshold by column${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
}

/** The two distributions, bin by bin, of the columns that moved the most. */
export function distributionCharts(
  columns: readonly ColumnDrift[],
  figures: readonly ColumnFigures[],
  periods: { readonly reference: string; readonly current: string },
): Block[] {
  return bySize(columns, figures)
    .slice(0, MOST_HISTOGRAMS)
    .flatMap(([{ column }, own]) => histogramChart(column, own?.bins ?? [], periods))
}

function histogramChart(
  name: string,
  bins: readonly HistogramBin[],
  periods: { readonly reference: string; readonly current: string },
): Block[] {
  if (bins.length === 0) return []
  const values = bins.flatMap(({ bin, reference, current }) => [
    { bin, period: periods.reference, share: rounded(reference) },
    { bin, period: periods.current, share: rounded(current) },
  ])
  const spec: ChartSpec = {
    data: { values },
    mark: { type: 'bar', opacity: 0.6 },
    encoding: {
      x: { field: 'bin', type: 'ordinal', sort: null, title: name },
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
  const alt = `Shares of ${name} by bin, ${periods.reference} over ${periods.current}.`
  return [chart(`${name}: ${periods.reference} and ${periods.current}`, alt, spec)]
}
