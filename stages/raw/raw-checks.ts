// Finds what is wrong with the cells and the keys of the loaded raw rows.
import type { DuckDBConnection } from '@duckdb/node-api'
import { COLUMN_TYPES } from '@weir/formats/column-types'
import type { ColumnSpec, TableSpec } from '@weir/formats/definition'
import { blankAsNull } from '@weir/formats/raw-sql'
import { count, rowsOf } from '@weir/tables/duckdb'
import { name } from '@weir/tables/quote'
import { type DataProblem, rowsText } from './data-problem.ts'
import { loadRaw, RAW, ROW } from './raw-table.ts'
import type { RawFile } from './source.ts'

type Report = (problem: DataProblem) => void

/** How many offending rows a problem names, and how much of a text it shows. */
const NAMED = 5
const SHOWN = 80

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
  // One pass tells which columns are at fault; only those are gone through again for their rows.
  for (const column of await badColumns(db, table)) await tellCells(db, file, column, tell)
  await checkKey(db, file, table, tell)
  const rows = await count(db, RAW)
  if (rows === 0 && sound && !mayBeEmpty) {
    tell({
      code: 'TABLE_EMPTY',
      where: file.label,
      message: 'the file has a header and no rows',
      hint: 'export the table again',
    })
  }
  return sound ? rows : undefined
}

/** SQL of whether a cell is neither blank nor a value of its column's type. */
function isBad({ name: column, type }: ColumnSpec): string {
  return `${blankAsNull(name(column))} IS NOT NULL AND ${COLUMN_TYPES[type].parse(name(column))} IS NULL`
}

async function badColumns(db: DuckDBConnection, { columns }: TableSpec): Promise<ColumnSpec[]> {
  const any = columns.map((column, at) => `bool_or(${isBad(column)}) AS c${at}`)
  const [row = {}] = await rowsOf(db, `SELECT ${any.join(', ')} FROM ${RAW}`)
  return columns.filter((_, at) => row[`c${at}`] === true)
}

/** Reports the cells whose text is no value of the column's type. */
async function tellCells(
  db: DuckDBConnection,
  file: RawFile,
  column: ColumnSpec,
  report: Report,
): Promise<void> {
  const query = `SELECT ${ROW} AS r, ${name(column.name)} AS v FROM ${RAW} WHERE ${isBad(column)}`
  const { n, rows, values } = await offenders(db, query)
  report({
    code: `${column.type.toUpperCase()}_INVALID`,
    where: `${file.label}, column ${column.name}, ${rowsText(rows, n)}`,
    message: `${n} ${n === 1 ? 'value is' : 'values are'} no ${column.type}: ${values.map((value) => JSON.stringify(value)).join(', ')}`,
    hint: `${column.type} columns take ${COLUMN_TYPES[column.type].accepts}`,
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
    report({
      code: 'KEY_NULL',
      where: `${label}, ${rowsText(nulls.rows, nulls.n)}`,
      message,
      hint: 'every row names its key; correct the export, or the key of the table',
    })
  }
  // A key is one by its value: 7 and 7.0 are the same integer.
  const specs = table.columns.filter((column) => table.key.includes(column.name))
  const values = specs.map((column) => COLUMN_TYPES[column.type].parse(name(column.name)))
  const whole = values.map((value) => `${value} IS NOT NULL`).join(' AND ')
  const shown = keys.join(" || ' ' || ")
  const groups = `SELECT 1 FROM ${RAW} WHERE ${whole} GROUP BY ${values.join(', ')} HAVING count(*) > 1`
  if ((await count(db, `(${groups} LIMIT 1)`)) === 0) return
  const again = await offenders(
    db,
    `SELECT ${ROW} AS r, ${shown} AS v FROM ${RAW} WHERE ${whole} QUALIFY row_number() OVER (PARTITION BY ${values.join(', ')} ORDER BY ${ROW}) > 1`,
  )
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
    values: first.map(({ v }) => short(String(v))),
  }
}

function short(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
