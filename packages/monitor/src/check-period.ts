// Holds a period's snapshots to the definition: every check's outcome, with the first rows that break it.
import { access } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { CheckOutcome } from '@weir/formats/artifacts'
import { COLUMN_TYPES } from '@weir/formats/column-types'
import type { Definition, Range, TableSpec } from '@weir/formats/definition'
import { count, rowsOf } from '@weir/tables/duckdb'
import { name, text } from '@weir/tables/quote'
import { periodTable, type RowCheck, rowChecks } from '@weir/tables/row-checks'
import { snapshotPath } from '@weir/tables/snapshot-files'

/** How many offending rows an outcome names. */
const NAMED = 5

/** Makes the period's snapshots known as `period.<table>`; tables that have none, or other columns, fail a check. */
export async function openPeriod(
  db: DuckDBConnection,
  folder: string,
  definition: Definition,
  asOf: string,
): Promise<CheckOutcome[]> {
  await db.run('CREATE SCHEMA period')
  const outcomes: CheckOutcome[] = []
  for (const table of definition.tables) {
    const path = snapshotPath(folder, table.name, asOf)
    outcomes.push(await openTable(db, table, path))
  }
  return outcomes
}

async function openTable(
  db: DuckDBConnection,
  table: TableSpec,
  path: string,
): Promise<CheckOutcome> {
  const expected = table.columns.map(({ name, type }) => `${name} ${COLUMN_TYPES[type].sql}`)
  const about = {
    table: table.name,
    column: null,
    expects: `the ${expected.length} columns declared`,
  }
  if (!(await exists(path))) {
    return {
      check: 'SNAPSHOT_MISSING',
      ...about,
      found: 'no snapshot',
      passed: false,
      hint: 'run the stage ingest',
    }
  }
  await db.run(`CREATE VIEW ${periodTable(table.name)} AS FROM read_parquet(${text(path)})`)
  const described = await rowsOf(db, `DESCRIBE ${periodTable(table.name)}`)
  const present = described.map((row) => `${row.column_name} ${row.column_type}`)
  const passed = present.join() === expected.join()
  const found = passed ? 'ok' : `found ${present.join(', ')}, declared ${expected.join(', ')}`
  return { check: 'COLUMNS_DIFFER', ...about, found, passed }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Runs every check of the definition on the opened period. */
export async function checkPeriod(
  db: DuckDBConnection,
  definition: Definition,
): Promise<CheckOutcome[]> {
  const outcomes: CheckOutcome[] = []
  for (const { table, range } of definition.expectations.rows) {
    const rows = await count(db, periodTable(table))
    outcomes.push(inRange('ROWS_OUT_OF_RANGE', { table, column: null }, 'rows', rows, range))
  }
  for (const check of rowChecks(definition)) outcomes.push(await runRowCheck(db, check))
  return [...outcomes, ...(await checkLabel(db, definition))]
}

async function runRowCheck(db: DuckDBConnection, check: RowCheck): Promise<CheckOutcome> {
  const first = await rowsOf(
    db,
    `SELECT key, value, CAST(count(*) OVER () AS INTEGER) AS n FROM (${check.query}) ORDER BY key LIMIT ${NAMED}`,
  )
  const n = Number(first[0]?.n ?? 0)
  const { code, table, column, expects, hint } = check
  const shown = first.map((row) => String(row.key) + (row.value ? ` (${String(row.value)})` : ''))
  const found = `${n} ${n === 1 ? 'row' : 'rows'}: ${shown.join(', ')}${n > NAMED ? ', …' : ''}`
  const outcome = {
    check: code,
    table,
    column,
    expects,
    found: n === 0 ? 'ok' : found,
    passed: n === 0,
  }
  return hint === undefined ? outcome : { ...outcome, hint }
}

/** What the label of a period looks like. */
export interface LabelCounts {
  readonly known: number
  readonly positive: number
}

/** How many labels of the opened period are known, and how many of those are positive. */
export async function countLabels(
  db: DuckDBConnection,
  { label }: Definition,
): Promise<LabelCounts> {
  const column = name(label.column)
  const known = await count(db, `${periodTable(label.table)} WHERE ${column} IS NOT NULL`)
  const positive = await count(db, `${periodTable(label.table)} WHERE ${column}`)
  return { known, positive }
}

/** Labels come late: what holds of their classes and share is asked once they are complete. */
async function checkLabel(db: DuckDBConnection, definition: Definition): Promise<CheckOutcome[]> {
  const { table, column, required, complete } = definition.label
  const { known, positive } = await countLabels(db, definition)
  const at = { table, column }
  const entities = await count(db, periodTable(definition.entity.table))
  if (known === 0 || known < complete * entities) {
    const hint = 'a period whose labels come late is declared with label: { required: false }'
    const expects = required ? `labels of ${100 * complete} % of entities` : 'labels, now or later'
    const found = known === 0 ? 'no labels' : `${known} labels of ${entities} entities`
    return [{ check: 'NO_LABELS', ...at, expects, found, passed: !required, hint }]
  }
  const classes = positive > 0 && positive < known
  const only = positive > 0 ? 'positive' : 'negative'
  const found = classes ? 'ok' : `all ${known} labels are ${only}`
  return [
    { check: 'ONE_CLASS', ...at, expects: 'positive and negative labels', found, passed: classes },
    inRange(
      'LABEL_SHARE_OUT_OF_RANGE',
      at,
      'positive share',
      positive / known,
      definition.expectations.labelShare,
    ),
  ]
}

function inRange(
  check: string,
  at: { table: string; column: string | null },
  what: string,
  value: number,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Range,
): CheckOutcome {
  const passed = value >= min && value <= max
  const expects = `${what} from ${min} to ${max}`
    .replaceAll('-Infinity', '0')
    .replace(/ to Infinity/, ' up')
  const shown = Number.isInteger(value) ? String(value) : value.toFixed(4)
  return { check, ...at, expects, found: passed ? 'ok' : `found ${shown}`, passed }
}
