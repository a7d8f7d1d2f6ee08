// Holds a period's snapshots to the definition: every check's outcome, with the first rows that break it.
import { access } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { StageError } from '@weir/base'
import type { CheckOutcome } from '@weir/formats/artifacts'
import { COLUMN_TYPES } from '@weir/formats/column-types'
import type { Definition, Freshness, Range, TableSpec } from '@weir/formats/definition'
import { count, rowsOf } from '@weir/tables/duckdb'
import { momentOf } from '@weir/tables/feature-query'
import { name, text } from '@weir/tables/quote'
import { periodTable, type RowCheck, rowChecks } from '@weir/tables/row-checks'
import { listPeriods, snapshotPath } from '@weir/tables/snapshot-files'

/** How many offending rows an outcome names, and how much of a text it shows. */
const NAMED = 5
const SHOWN = 80

function short(cell: unknown): string {
  const text = String(cell)
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

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

/**
 * Runs every check of the definition on the opened period.
 * @param folder of the snapshots, for what is expected of a period beside the one before
 * @throws StageError CHECK_INVALID
 */
export async function checkPeriod(
  db: DuckDBConnection,
  folder: string,
  definition: Definition,
  asOf: string,
): Promise<CheckOutcome[]> {
  const outcomes: CheckOutcome[] = []
  for (const { table, range } of definition.expectations.rows) {
    const rows = await count(db, periodTable(table))
    outcomes.push(inRange('ROWS_OUT_OF_RANGE', { table, column: null }, 'rows', rows, range))
  }
  for (const check of rowChecks(definition)) outcomes.push(await runRowCheck(db, check))
  outcomes.push(...(await checkRowChange(db, folder, definition, asOf)))
  for (const one of definition.expectations.freshness) outcomes.push(await isFresh(db, one, asOf))
  return [...outcomes, ...(await checkLabel(db, definition))]
}

/** Rows as a factor of those of the period before; in the first one there is nothing to check. */
async function checkRowChange(
  db: DuckDBConnection,
  folder: string,
  { expectations }: Definition,
  asOf: string,
): Promise<CheckOutcome[]> {
  const outcomes: CheckOutcome[] = []
  for (const { table, range } of expectations.rowChange) {
    const periods = await listPeriods(`${folder}/${table}`)
    const before = periods.filter((period) => period < asOf).at(-1)
    if (before === undefined) continue
    const path = snapshotPath(folder, table, before)
    const was = await count(db, `read_parquet(${text(path)})`)
    const factor = (await count(db, periodTable(table))) / Math.max(1, was)
    const what = `rows as a factor of those of ${before}`
    outcomes.push(inRange('ROW_CHANGE', { table, column: null }, what, factor, range))
  }
  return outcomes
}

/** Whether the newest time of a column is no older than it may be at the end of the period's day. */
async function isFresh(
  db: DuckDBConnection,
  { table, column, days }: Freshness,
  asOf: string,
): Promise<CheckOutcome> {
  const newest = `max(CAST(${name(column)} AS TIMESTAMP))`
  const age = `date_diff('second', ${newest}, ${momentOf(asOf)}) / 86400.0`
  const [row] = await rowsOf(
    db,
    `SELECT CAST(${newest} AS VARCHAR) AS newest, CAST(${age} AS DOUBLE) AS age FROM ${periodTable(table)}`,
  )
  const passed = typeof row?.age === 'number' && row.age < days + 1
  return {
    ...{
      check: 'STALE',
      table,
      column,
      expects: `a value of the last ${days} days before ${asOf}`,
    },
    ...{ found: passed ? 'ok' : `the newest is ${row?.newest ?? 'blank'}`, passed },
  }
}

async function runRowCheck(db: DuckDBConnection, check: RowCheck): Promise<CheckOutcome> {
  const first = await rowsOf(
    db,
    `SELECT key, value, CAST(count(*) OVER () AS INTEGER) AS n FROM (${check.query}) ORDER BY key LIMIT ${NAMED}`,
  ).catch((error: unknown) => {
    throw invalidCheck(check, error)
  })
  const n = Number(first[0]?.n ?? 0)
  const { code, table, column, expects, hint } = check
  const shown = first.map(({ key, value }) => `${short(key)}${value ? ` (${short(value)})` : ''}`)
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

/** A condition or a pattern of the definition that DuckDB does not understand; the other queries are our own. */
function invalidCheck({ code, table, column, expects }: RowCheck, error: unknown): unknown {
  if (code !== 'CHECK_FAILED' && code !== 'PATTERN_BROKEN') return error
  const [cause = ''] = String(error instanceof Error ? error.message : error).split('\n')
  return new StageError('CHECK_INVALID', `${expects}: ${cause}`, {
    where: `table ${table}${column === null ? '' : `, column ${column}`}`,
    hint: 'correct it in the data set file; a condition is SQL of the columns of its table',
  })
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
