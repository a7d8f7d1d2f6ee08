// The result of a query as typed columns.
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api'
import { StageError } from '@weir/base'
import {
  BigIntColumn,
  type Blanks,
  BooleanColumn,
  type Column,
  type Columns,
  DateColumn,
  LevelColumn,
  NumberColumn,
  TextColumn,
} from './column.ts'
import { rowsOf } from './duckdb.ts'
import { name } from './quote.ts'
import { bigints, blanks, type Chunks, codes, doubles, flags, texts } from './vectors.ts'

export interface ColumnOptions {
  /** Columns of 64-bit integers to be given as bigint; the others are numbers, and must be safe ones. */
  readonly bigints?: readonly string[]
}

/**
 * The rows of a query as typed columns, copied once out of DuckDB's chunks. BIGINT becomes number where all values
 * are safe integers, or bigint on request; DECIMAL a double; DATE and TIMESTAMP dates, the latter cut to
 * milliseconds; ENUM, UUID and TIME texts.
 * @throws StageError COLUMN_TYPE for a type that is none of these (a list, a blob), COLUMN_UNKNOWN for an option that
 *   names no column, TABLE_QUERY for an empty query and for two columns of one name, INTEGER_UNSAFE for integers beyond ±(2^53 − 1)
 */
export async function queryColumns(
  db: DuckDBConnection,
  query: string,
  { bigints: asked = [] }: ColumnOptions = {},
): Promise<Columns> {
  // DESCRIBE of nothing lists the tables.
  if (query.trim() === '') throw queryError(query, 'the query is empty', 'say what to select')
  const described = await rowsOf(db, `DESCRIBE ${query}`)
  const sources = described.map((row) => sourceOf(String(row.column_name), String(row.column_type)))
  checkNames(asked, sources)
  checkTwice(sources, query)
  const select = sources.map(({ sql }, at) => `${sql} AS c${at}`).join(', ')
  const result = await db.run(`SELECT ${select} FROM (${query})`)
  const chunks = await result.fetchAllChunks()
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0)
  const columns = sources.map((source, at): [string, Column] => [
    source.column,
    columnOf({ chunks, rows }, at, source, result.columnType(at), asked.includes(source.column)),
  ])
  return { rows, columns: new Map(columns) }
}

/** How a column is read: SQL that makes it one of the few types that are copied, and what it is then. */
interface Source {
  readonly column: string
  readonly kind: Column['kind']
  readonly sql: string
}

const INTEGER = /^U?(TINYINT|SMALLINT|INTEGER)$/
const LARGE = /^U?(BIGINT|HUGEINT)$/
const REAL = /^(FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/
const MOMENT = /^TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?$/
const AS_TEXT = /^(UUID|TIME|TIME WITH TIME ZONE|JSON|"NULL")$/

function sourceOf(column: string, type: string): Source {
  const value = name(column)
  const source = (kind: Column['kind'], sql: string): Source => ({ column, kind, sql })
  if (type === 'BOOLEAN') return source('boolean', value)
  if (INTEGER.test(type)) return source('integer', `CAST(${value} AS DOUBLE)`)
  if (LARGE.test(type)) return source('bigint', `CAST(${value} AS BIGINT)`)
  if (REAL.test(type)) return source('number', `CAST(${value} AS DOUBLE)`)
  if (type === 'VARCHAR' || type.startsWith('ENUM(')) return source('text', value)
  if (AS_TEXT.test(type)) return source('text', `CAST(${value} AS VARCHAR)`)
  if (type === 'DATE') return source('date', milliseconds(`CAST(${value} AS TIMESTAMP)`))
  if (MOMENT.test(type)) return source('timestamp', milliseconds(cut(value)))
  throw new StageError(
    'COLUMN_TYPE',
    `${column} is of the type ${type}, which no column can hold`,
    {
      where: `column ${column}`,
      hint: 'choose what you need of it by a query: .sql("select … from it")',
    },
  )
}

/** Cut to the millisecond before, also before 1970, where epoch_ms alone would give the one after. */
function cut(moment: string): string {
  return `date_trunc('milliseconds', CAST(${moment} AS TIMESTAMP))`
}

function milliseconds(moment: string): string {
  return `CAST(epoch_ms(${moment}) AS DOUBLE)`
}

function columnOf(
  result: Chunks,
  at: number,
  { column, kind }: Source,
  type: DuckDBType,
  asBigint: boolean,
): Column {
  const blank = blanks(result, at)
  switch (kind) {
    case 'boolean':
      return new BooleanColumn(flags(result, at), blank)
    case 'integer':
    case 'number':
      return new NumberColumn(kind, doubles(result, at), blank)
    case 'bigint':
      return integers(column, bigints(result, at), blank, asBigint)
    case 'date':
    case 'timestamp':
      return new DateColumn(kind, doubles(result, at), blank)
    case 'text':
      return 'values' in type
        ? new LevelColumn(codes(result, at, type.values.length), type.values, blank)
        : new TextColumn(texts(result, at))
  }
}

/** Integers of 64 bits as numbers, or as they are. */
function integers(column: string, values: BigInt64Array, blank: Blanks, asBigint: boolean): Column {
  if (asBigint) return new BigIntColumn(values, blank)
  const numbers = new Float64Array(values.length)
  for (let row = 0; row < values.length; row++) {
    const value = Number(values[row])
    // The value of a blank row is arbitrary.
    const isBlank = blank !== null && blank[row] === 1
    if (!isBlank && !Number.isSafeInteger(value)) throw unsafe(column, row, values[row])
    numbers[row] = value
  }
  return new NumberColumn('integer', numbers, blank)
}

function unsafe(column: string, row: number, value: bigint | undefined): StageError {
  return new StageError('INTEGER_UNSAFE', `${column} holds ${value}, which no number can hold`, {
    where: `column ${column}, row ${row + 1}`,
    hint: `ask for it as bigint: { bigints: ['${column}'] }`,
  })
}

function checkNames(asked: readonly string[], sources: readonly Source[]): void {
  const known = sources.map(({ column }) => column)
  const unknown = asked.find((column) => !known.includes(column))
  if (unknown === undefined) return
  throw new StageError('COLUMN_UNKNOWN', `there is no column ${unknown}`, {
    where: 'option bigints',
    hint: `there are: ${known.join(', ')}`,
  })
}

/** Refuses two columns of one name: the second could not be read by name. */
function checkTwice(sources: readonly Source[], query: string): void {
  const names = sources.map(({ column }) => column)
  const twice = names.find((column, at) => names.indexOf(column) < at)
  if (twice === undefined) return
  throw queryError(
    query,
    `the query gives two columns that are called ${twice}`,
    'name one of them with AS',
  )
}

function queryError(where: string, message: string, hint: string): StageError {
  return new StageError('TABLE_QUERY', message, { where, hint })
}
