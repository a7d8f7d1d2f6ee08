// Reading and writing tables: a file as columns, an Arquero table or an Arrow table; a query over some; and back.
import { writeFile } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { StageError } from '@weir/base'
import type { ColumnTable } from 'arquero'
import { featherOf } from './arrow.ts'
import type { Columns } from './column.ts'
import { checkColumnNames } from './column-problems.ts'
import { columnsFrom, type TableData } from './columns-from.ts'
import { withDuckDB, writeParquet } from './duckdb.ts'
import { type ColumnOptions, queryColumns } from './query-columns.ts'
import { name, text } from './quote.ts'
import { causeOf, formatOf, loadColumns, openFile } from './relation.ts'

/** A table in a file: a port, or a path. */
export interface TableFile {
  /** Absolute path. */
  readonly path: string
  /** What messages call it; by default its path. */
  readonly name?: string
}

/** Relations of a query by name: tables in files, or in memory. */
export type Relations = Readonly<Record<string, TableFile | TableData>>

/**
 * The columns of a Parquet, CSV or Feather file.
 * @throws StageError TABLE_FORMAT, TABLE_UNREADABLE, TABLE_COMPRESSED and what queryColumns throws
 */
export function readTable(file: TableFile, options?: ColumnOptions): Promise<Columns> {
  return queryTables('FROM it', { it: file }, options)
}

/**
 * The columns that a query gives of some relations.
 * @throws StageError TABLE_QUERY, and as readTable
 */
export function queryTables(
  query: string,
  relations: Relations,
  options?: ColumnOptions,
): Promise<Columns> {
  return withRelations(query, relations, (db, checked) => queryColumns(db, checked, options))
}

/**
 * Writes a table as Parquet, CSV or Feather, as the file's name ends; the same table gives the same bytes.
 * @throws StageError TABLE_FORMAT, COLUMN_NAME and what columnsFrom throws
 */
export async function writeTable(path: string, data: TableData): Promise<void> {
  const columns = await columnsFrom(data)
  checkColumnNames([...columns.columns.keys()])
  if (formatOf(path) === 'feather') await writeFile(path, await featherOf(columns))
  else await writeQuery(path, 'FROM it', { it: columns })
}

/**
 * Writes what a query gives of some relations.
 * @throws StageError TABLE_QUERY, TABLE_FORMAT
 */
export async function writeQuery(path: string, query: string, relations: Relations): Promise<void> {
  const format = formatOf(path)
  if (format === 'feather') {
    await writeFile(path, await featherOf(await queryTables(query, relations)))
    return
  }
  await withRelations(query, relations, async (db, checked) => {
    if (format === 'parquet') await writeParquet(db, checked, path)
    else await db.run(`COPY (${checked}) TO ${text(path)} (FORMAT csv, HEADER)`)
  })
}

/** Columns as an Arquero table, without a copy. */
export async function toArquero({ columns }: Columns): Promise<ColumnTable> {
  const { table } = await import('arquero')
  return table(columns)
}

async function withRelations<T>(
  query: string,
  relations: Relations,
  work: (db: DuckDBConnection, query: string) => Promise<T>,
): Promise<T> {
  return withDuckDB(async (db) => {
    for (const [relation, from] of Object.entries(relations)) {
      if (isFile(from)) await openFile(db, relation, from.path, from.name ?? from.path)
      else await loadColumns(db, relation, await columnsFrom(from))
    }
    try {
      return await work(db, query.replace(/;\s*$/, ''))
    } catch (error) {
      throw error instanceof StageError ? error : failed(error, query, Object.keys(relations))
    }
  })
}

function isFile(from: TableFile | TableData): from is TableFile {
  return 'path' in from && typeof from.path === 'string'
}

function failed(error: unknown, query: string, relations: readonly string[]): StageError {
  return new StageError('TABLE_QUERY', causeOf(error), {
    where: query.length > 200 ? `${query.slice(0, 200)}…` : query,
    hint: `its relations are: ${relations.map(name).join(', ')}`,
  })
}
