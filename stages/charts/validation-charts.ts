// What validate shows: the checks, what is suspicious, and the profile of each table beside the period before.
import type { CheckOutcome } from '@weir/formats/artifacts'
import { type ColumnProfile, PROBABILITIES, type TableProfile } from '@weir/formats/period-profile'
import { percent, shown } from '@weir/ml/plausibility'
import type { JudgedPeriod } from '@weir/monitor/validation'
import type { ChartSpec, Show } from '@weir/runner'

/** Checks that fail one by one, those that hold by their kind. */
export function showChecks(show: Show, outcomes: readonly CheckOutcome[]): void {
  const failed = outcomes.filter((outcome) => !outcome.passed)
  const passed = outcomes.filter((outcome) => outcome.passed)
  if (failed.length > 0) {
    show.table({
      caption: `${failed.length} of ${outcomes.length} checks fail`,
      columns: ['check', 'table', 'column', 'expected', 'found'],
      rows: failed.map((o) => [o.check, o.table, o.column, o.expects, o.found]),
    })
  }
  show.table({
    caption: `${passed.length} of ${outcomes.length} checks hold; validation.json lists them`,
    columns: ['check', 'holds', 'in'],
    rows: [...new Set(passed.map(({ check }) => check))].map((check) => heldRow(check, passed)),
  })
}

/** A row for all that holds of one check: how often, and in which tables. */
function heldRow(check: string, passed: readonly CheckOutcome[]): [string, number, string] {
  const held = passed.filter((outcome) => outcome.check === check)
  return [check, held.length, [...new Set(held.map(({ table }) => table))].join(', ')]
}

/** Whatever is suspicious, accepted or not. */
export function showFindings(show: Show, periods: readonly JudgedPeriod[]): void {
  const rows = periods.flatMap(({ asOf, findings }) =>
    findings.map(({ figure, table, column, expected, found, accepted }) => [
      ...[asOf, figure, table, column, expected, found],
      accepted === null ? 'nobody yet' : `${accepted.by}: ${accepted.reason}`,
    ]),
  )
  if (rows.length === 0) return
  show.table({
    caption: 'Not as the periods before let expect',
    columns: ['period', 'figure', 'table', 'column', 'expected', 'found', 'accepted by'],
    rows,
  })
}

/** The newest period's tables: rows, blanks, and each column in figures. */
export function showProfiles(show: Show, periods: readonly JudgedPeriod[]): void {
  const [before, now] = [periods.at(-2)?.profile, periods.at(-1)?.profile]
  if (now === undefined) return
  const { tables } = now
  show.chart(rowsChart(tables), { title: 'Rows by table', alt: rowsText(tables) })
  const blanks = tables.flatMap(({ rows, columns }) =>
    columns.flatMap(({ column, blanks }) => (blanks > 0 ? [{ column, share: blanks / rows }] : [])),
  )
  if (blanks.length > 0) {
    show.chart(missingChart(blanks), {
      title: 'Share of blank values',
      alt: blanks.map(({ column, share }) => `${column} ${percent(share)}`).join(', '),
    })
  }
  for (const table of tables) {
    const then = before?.tables.find((one) => one.table === table.table)
    if (table.columns.length > 0) showProfile(show, table, then)
  }
}

const QUARTILES = ([0, 0.25, 0.5, 0.75, 1] as const).map((p) => PROBABILITIES.indexOf(p))

function showProfile(show: Show, table: TableProfile, before: TableProfile | undefined): void {
  const sample = table.sampled < table.rows ? `; quantiles and levels of ${table.sampled}` : ''
  show.table({
    caption: `${table.table}: ${table.rows} rows${sample}`,
    columns: [
      ...['column', 'blank', 'different', 'mean', 'least', 'quarter', 'median', 'three quarters'],
      ...['greatest', 'most frequent', 'since the period before'],
    ],
    rows: table.columns.map((column) => {
      const was = before?.columns.find((one) => one.column === column.column)
      const same = was?.digest === column.digest ? 'the same values' : 'other values'
      return [
        ...[column.column, percent(column.blanks / Math.max(1, table.rows)), column.distinct],
        column.mean === null ? null : valueText(column, column.mean),
        ...QUARTILES.map((at) => valueText(column, column.quantiles[at])),
        topText(column, table),
        was === undefined ? null : same,
      ]
    }),
  })
}

function valueText({ kind }: ColumnProfile, value: number | undefined): string | null {
  if (value === undefined) return null
  return kind === 'time' ? new Date(value * 86_400_000).toISOString().slice(0, 10) : shown(value)
}

function topText({ top }: ColumnProfile, { sampled }: TableProfile): string {
  const named = top.slice(0, 4).map(({ value, rows }) => `${value} ${percent(rows / sampled)}`)
  return `${named.join(', ')}${top.length > 4 ? ', …' : ''}`
}

function rowsText(tables: readonly TableProfile[]): string {
  return tables.map(({ table, rows }) => `${table} ${rows}`).join(', ')
}

function rowsChart(tables: readonly TableProfile[]): ChartSpec {
  return {
    data: { values: tables.map(({ table, rows }) => ({ table, rows })) },
    mark: 'bar',
    encoding: {
      y: { field: 'table', type: 'nominal', sort: null, title: null },
      x: { field: 'rows', type: 'quantitative' },
    },
  }
}

function missingChart(blanks: readonly { column: string; share: number }[]): ChartSpec {
  return {
    data: { values: blanks },
    mark: 'bar',
    encoding: {
      y: { field: 'column', type: 'nominal', sort: '-x', title: null },
      x: { field: 'share', type: 'quantitative', axis: { format: '%' }, title: 'blank' },
    },
  }
}
