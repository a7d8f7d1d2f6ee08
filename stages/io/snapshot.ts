// The immutable snapshot of one table and period: typed, in order of its key, written whole or not at all.
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnSpec, TableSpec } from '../../ml/definition.ts'
import { ACCEPTED, blankAsNull, parsed, SQL_TYPES } from '../sql/parse.ts'
import { name } from '../sql/quote.ts'
import { type DataProblem, rowsText } from './data-problem.ts'
import { rowsOf, writeParquet } from './duckdb.ts'
import { loadRaw, RAW, ROW } from './raw-table.ts'
import type { RawFile } from './source.ts'

type Report = (problem: DataProblem) => void

/** How many offending rows a problem names. */
const NAMED = 5

/** The path of a snapshot. */
export function snapshotPath(folder: string, table: string, asOf: string): string {
  return join(folder, table, `${asOf}.parquet`)
}

/**
 * Loads and checks a raw file; every problem of it is reported.
 * @returns the number of rows, or undefined when it must not be stored
 */
export async function checkTable(
  db: DuckDBConnection,
  file: RawFile,
  table: TableSpec,
  mayBeEmpty: boolean,
  report: Report,
): Promise<number | undefined> {
  let sound = true
  const tell: Report = (problem) => {
    sound = false
    report(problem)
  }
  if (!(await loadRaw(db, file, table, tell))) return undefined
  for (const column of table.columns) await checkCells(db, file, column, tell)
  await checkKey(db, file, table, tell)
  const rows = await count(db, RAW)
  if (rows === 0 && sound && !mayBeEmpty) {
    tell({ code: 'TABLE_EMPTY', where: file.label, message: 'the file has a header and no rows' })
  }
  return sound ? rows : undefined
}

/** Writes the loaded raw rows, or none where nothing is loaded, as the table's snapshot. */
export async function writeSnapshot(
  db: DuckDBConnection,
  table: TableSpec,
  path: string,
  loaded: boolean,
): Promise<void> {
  const cells = table.columns.map(({ name: column, type }) => {
    const value = loaded ? parsed(name(column), type) : 'NULL'
    return `CAST(${value} AS ${SQL_TYPES[type]}) AS ${name(column)}`
  })
  const source = loaded ? `FROM ${RAW}` : 'WHERE false'
  const typed = `SELECT ${cells.join(', ')} ${source}`
  await mkdir(join(path, '..'), { recursive: true })
  const aside = `${path}.part`
  await writeParquet(
    db,
    `SELECT * FROM (${typed}) ORDER BY ${table.key.map(name).join(', ')}`,
    aside,
  )
  await rename(aside, path)
}

/** Cells whose text is no value of the column's type. */
async function checkCells(
  db: DuckDBConnection,
  file: RawFile,
  column: ColumnSpec,
  report: Report,
): Promise<void> {
  const raw = name(column.name)
  const bad = `${blankAsNull(raw)} IS NOT NULL AND ${parsed(raw, column.type)} IS NULL`
  const { n, rows, values } = await offenders(
    db,
    `SELECT ${ROW} AS r, ${raw} AS v FROM ${RAW} WHERE ${bad}`,
  )
  if (n === 0) return
  report({
    code: `${column.type.toUpperCase()}_INVALID`,
    where: `${file.label}, column ${column.name}, ${rowsText(rows, n)}`,
    message: `${n} ${n === 1 ? 'value is' : 'values are'} no ${column.type}: ${values.map((value) => JSON.stringify(value)).join(', ')}`,
    hint: `a ${column.type} column takes ${ACCEPTED[column.type]}`,
  })
}

async function checkKey(
  db: DuckDBConnection,
  file: RawFile,
  table: TableSpec,
  report: Report,
): Promise<void> {
  const keys = table.key.map(name)
  const label = `${file.label}, column ${table.key.join(', ')}`
  const blank = keys.map((key) => `${blankAsNull(key)} IS NULL`).join(' OR ')
  const nulls = await offenders(db, `SELECT ${ROW} AS r, '' AS v FROM ${RAW} WHERE ${blank}`)
  if (nulls.n > 0) {
    const message = `${nulls.n} ${nulls.n === 1 ? 'row has' : 'rows have'} no key`
    report({ code: 'KEY_NULL', where: `${label}, ${rowsText(nulls.rows, nulls.n)}`, message })
  }
  // A key is one by its value: 7 and 7.0 are the same integer.
  const specs = table.columns.filter((column) => table.key.includes(column.name))
  const values = specs.map((column) => parsed(name(column.name), column.type)).join(', ')
  const shown = keys.join(" || ' ' || ")
  const again = await offenders(
    db,
    `SELECT ${ROW} AS r, ${shown} AS v FROM ${RAW} WHERE NOT (${blank}) QUALIFY row_number() OVER (PARTITION BY ${values} ORDER BY ${ROW}) > 1`,
  )
  if (again.n === 0) return
  report({
    code: 'KEY_DUPLICATE',
    where: `${label}, ${rowsText(again.rows, again.n)}`,
    message: `${again.n} ${again.n === 1 ? 'row repeats' : 'rows repeat'} a key: ${again.values.join(', ')}`,
    hint: 'a table has one row a key and period; a longer key is declared with key: [...]',
  })
}

interface Offenders {
  readonly n: number
  /** The first rows, from 1. */
  readonly rows: readonly number[]
  /** Their values. */
  readonly values: readonly string[]
}

/** How many rows a query of `r` (row) and `v` (value) gives, and the first of them. */
async function offenders(db: DuckDBConnection, query: string): Promise<Offenders> {
  const first = await rowsOf(
    db,
    `SELECT CAST(r AS INTEGER) AS r, v, CAST(count(*) OVER () AS INTEGER) AS n FROM (${query}) ORDER BY r LIMIT ${NAMED}`,
  )
  return {
    n: Number(first[0]?.n ?? 0),
    rows: first.map((row) => Number(row.r)),
    values: first.map((row) => String(row.v)),
  }
}

/** The number of rows of a table or of a table function. */
export async function count(db: DuckDBConnection, from: string): Promise<number> {
  const [row] = await rowsOf(db, `SELECT CAST(count(*) AS DOUBLE) AS n FROM ${from}`)
  return Number(row?.n ?? 0)
}
