/**
 * Holds the period's snapshots to what the data set's definition promises: exactly the declared
 * columns, no blank where none is legal, values within their limits and levels, unique keys, row
 * counts, references between the tables, and labels of both classes in a sound share.
 *
 * A bad period stops here: every check that fails is named with its first rows, and nothing later runs.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { Type } from '@sinclair/typebox'
import { type CheckOutcome, Validation } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import type { Definition } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { type ChartSpec, defineStage, file, folder, json, type Show } from '@weir/runner'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { name } from '@weir/tables/quote'
import { periodTable } from '@weir/tables/row-checks'
import { errorOf } from './raw/data-problem.ts'
import { checkPeriod, countLabels, openPeriod, problemOf } from './snapshots/check-period.ts'

export default defineStage({
  title: 'Validate the period',
  params: { as_of: AsOf, data: Type.Object({ definition: Type.String() }) },
  inputs: { definition: file('${data.definition}'), snapshots: folder('artifacts/snapshots') },
  outputs: { validation: json('artifacts/validation.json', Validation) },
  async run({ params, inputs, outputs, metrics, show, log, signal }) {
    const definition = await readDefinition(inputs.definition.path)
    const folder = inputs.snapshots.path
    const findings = await withDuckDB(
      (db) => validate(db, folder, definition, params.as_of),
      signal,
    )
    const failed = findings.outcomes.filter((outcome) => !outcome.passed)
    const figures = {
      as_of: params.as_of,
      rows: findings.tables.find(({ table }) => table === definition.entity.table)?.rows ?? 0,
      label_share: findings.labelShare,
      checks: findings.outcomes.length,
      failed: failed.length,
    }
    await outputs.validation.write({ ...figures, outcomes: [...findings.outcomes] })
    metrics(figures)
    showFindings(show, findings)
    const error = errorOf(failed.map((outcome) => problemOf(params.as_of, outcome)))
    if (error !== undefined) throw error
    log(`${findings.outcomes.length} checks hold`)
  },
})

/** What a table of the period holds. */
interface TableProfile {
  readonly table: string
  readonly rows: number
  readonly missing: readonly { readonly column: string; readonly share: number }[]
}

interface Findings {
  readonly outcomes: readonly CheckOutcome[]
  readonly tables: readonly TableProfile[]
  /** Share of positive labels; null where none is known. */
  readonly labelShare: number | null
}

async function validate(
  db: DuckDBConnection,
  folder: string,
  definition: Definition,
  asOf: string,
): Promise<Findings> {
  const opened = await openPeriod(db, folder, definition, asOf)
  // Without the declared columns the other checks have nothing to stand on.
  if (opened.some((outcome) => !outcome.passed)) {
    return { outcomes: opened, tables: [], labelShare: null }
  }
  const tables: TableProfile[] = []
  for (const table of definition.tables) tables.push(await profile(db, table))
  const { known, positive } = await countLabels(db, definition)
  return {
    outcomes: [...opened, ...(await checkPeriod(db, definition))],
    tables,
    labelShare: known === 0 ? null : positive / known,
  }
}

async function profile(
  db: DuckDBConnection,
  table: Definition['tables'][number],
): Promise<TableProfile> {
  const counts = table.columns.map((column, at) => `count(${name(column.name)}) AS c${at}`)
  const [row = {}] = await rowsOf(
    db,
    `SELECT count(*) AS n, ${counts.join(', ')} FROM ${periodTable(table.name)}`,
  )
  const rows = Number(row.n)
  return {
    table: table.name,
    rows,
    missing: table.columns.map((column, at) => ({
      column: column.name,
      share: rows === 0 ? 0 : 1 - Number(row[`c${at}`]) / rows,
    })),
  }
}

function showFindings(show: Show, { outcomes, tables }: Findings): void {
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
  if (tables.length === 0) return
  show.chart(rowsChart(tables), { title: 'Rows by table', alt: rowsText(tables) })
  const blanks = tables.flatMap(({ missing }) => missing.filter(({ share }) => share > 0))
  if (blanks.length === 0) return
  show.chart(missingChart(blanks), {
    title: 'Share of blank values',
    alt: blanks.map(({ column, share }) => `${column} ${(100 * share).toFixed(1)} %`).join(', '),
  })
}

/** A row for all that holds of one check: how often, and in which tables. */
function heldRow(check: string, passed: readonly CheckOutcome[]): [string, number, string] {
  const held = passed.filter((outcome) => outcome.check === check)
  return [check, held.length, [...new Set(held.map(({ table }) => table))].join(', ')]
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
