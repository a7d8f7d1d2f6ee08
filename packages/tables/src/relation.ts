// Tables as relations of a DuckDB connection: files by their format, columns in memory by a copy.
import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { StageError } from '@weir/base'
import { readFeather } from './arrow.ts'
import type { Column, Columns, ColumnValue } from './column.ts'
import { checkColumnNames } from './column-problems.ts'
import { readHeader } from './csv-header.ts'
import { name, text } from './quote.ts'

export type TableFormat = 'parquet' | 'csv' | 'feather'

const FORMATS: readonly (readonly [RegExp, TableFormat])[] = [
  [/\.(parquet|pq)$/i, 'parquet'],
  [/\.(csv|tsv)(\.gz)?$/i, 'csv'],
  [/\.(feather|arrow)$/i, 'feather'],
]

/**
 * The format of a file by how its name ends.
 * @throws StageError TABLE_FORMAT
 */
export function formatOf(path: string): TableFormat {
  const format = FORMATS.find(([pattern]) => pattern.test(path))?.[1]
  if (format !== undefined) return format
  throw new StageError('TABLE_FORMAT', `the format of the table ${path} is not known`, {
    where: path,
    hint: 'its name ends in .parquet, .csv, .tsv or .feather',
  })
}

/**
 * Makes a file known to a connection as a relation.
 * @param label what messages call the file
 * @throws StageError TABLE_FORMAT, TABLE_UNREADABLE
 */
export async function openFile(
  db: DuckDBConnection,
  relation: string,
  path: string,
  label: string,
): Promise<void> {
  const format = formatOf(path)
  try {
    if (format === 'feather') await loadColumns(db, relation, await readFeather(path))
    else await db.run(`CREATE TEMP VIEW ${name(relation)} AS FROM ${await source(path, format)}`)
  } catch (error) {
    throw unreadable(label, error)
  }
}

async function source(path: string, format: 'parquet' | 'csv'): Promise<string> {
  if (format === 'parquet') return `read_parquet(${text(path)})`
  // All of the file is looked at before its types are decided: a text in the last row makes a column text. The quotes
  // are those of RFC 4180 and the separator that of the header: guessed from the rows, a text with either misleads.
  const header = await readHeader(path)
  const separator = typeof header === 'string' ? '' : `, delim = ${text(header.separator)}`
  return `read_csv(${text(path)}, header = true, sample_size = -1, quote = '"', escape = '"'${separator})`
}

function unreadable(label: string, error: unknown): unknown {
  if (error instanceof StageError) return error
  return new StageError('TABLE_UNREADABLE', `cannot read ${label}: ${causeOf(error)}`, {
    where: label,
    hint: 'it may be cut short or damaged: run the stage that writes it again, with --force',
  })
}

/** The first line of what DuckDB says; the rest repeats the query. */
export function causeOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n').find((line) => line !== '') ?? message
}

/** Rows of a chunk: what DuckDB itself uses. */
const CHUNK = 2048

/**
 * Copies columns into a temporary table.
 * @throws StageError COLUMN_NAME
 */
export async function loadColumns(
  db: DuckDBConnection,
  relation: string,
  { rows, columns }: Columns,
): Promise<void> {
  checkColumnNames([...columns.keys()])
  const { DuckDBDataChunk } = await import('@duckdb/node-api')
  const kinds = await duckTypes()
  const cells = [...columns].map(([column, { kind }]) => `${name(column)} ${SQL[kind]}`)
  await db.run(`CREATE TEMP TABLE ${name(relation)} (${cells.join(', ')})`)
  const appender = await db.createAppender(relation)
  const types = [...columns.values()].map(({ kind }) => kinds[kind].type)
  for (let from = 0; from < rows; from += CHUNK) {
    const size = Math.min(CHUNK, rows - from)
    const chunk = DuckDBDataChunk.create(types, size)
    for (const [at, column] of [...columns.values()].entries()) {
      chunk.setColumnValues(at, values(column, from, size, kinds[column.kind].value))
    }
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

const SQL: Readonly<Record<Column['kind'], string>> = {
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
  bigint: 'BIGINT',
  number: 'DOUBLE',
  text: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

type ToDuckDB = (value: Exclude<ColumnValue, null>) => DuckDBValue

const DAY_MS = 86_400_000

/** By kind, the type of a column in DuckDB, and how its values are given to it. */
async function duckTypes(): Promise<
  Readonly<Record<Column['kind'], { readonly type: DuckDBType; readonly value: ToDuckDB }>>
> {
  const duckdb = await import('@duckdb/node-api')
  const same: ToDuckDB = (value) => (value instanceof Date ? value.toISOString() : value)
  const days: ToDuckDB = (value) => new duckdb.DuckDBDateValue(Math.floor(Number(value) / DAY_MS))
  const micros: ToDuckDB = (value) =>
    new duckdb.DuckDBTimestampValue(BigInt(Math.floor(Number(value))) * 1000n)
  return {
    boolean: { type: duckdb.BOOLEAN, value: same },
    integer: { type: duckdb.BIGINT, value: (value) => BigInt(Number(value)) },
    bigint: { type: duckdb.BIGINT, value: same },
    number: { type: duckdb.DOUBLE, value: same },
    text: { type: duckdb.VARCHAR, value: same },
    date: { type: duckdb.DATE, value: days },
    timestamp: { type: duckdb.TIMESTAMP, value: micros },
  }
}

function values(column: Column, from: number, size: number, convert: ToDuckDB): DuckDBValue[] {
  return Array.from({ length: size }, (_, at) => {
    const value = column.at(from + at) ?? null
    return value === null ? null : convert(value)
  })
}
