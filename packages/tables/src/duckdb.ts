// An in-memory DuckDB that gives the same bytes on every run.
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { text } from './quote.ts'

/** A value as DuckDB gives it to JavaScript; a BIGINT is a bigint. */
export type Cell = string | number | bigint | boolean | null | object

/**
 * Runs `work` on a fresh in-memory database and closes it.
 * One thread: rows keep their order and Parquet files their bytes, and stages that run side by side share the machine.
 * When `signal` aborts, the running query is interrupted.
 */
export async function withDuckDB<T>(
  work: (db: DuckDBConnection) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const db = await instance.connect()
  const interrupt = () => db.interrupt()
  signal?.addEventListener('abort', interrupt, { once: true })
  try {
    await db.run("SET TimeZone = 'UTC'")
    return await work(db)
  } finally {
    signal?.removeEventListener('abort', interrupt)
    db.closeSync()
    instance.closeSync()
  }
}

/** The rows of a query as objects by column. */
export async function rowsOf(db: DuckDBConnection, sql: string): Promise<Record<string, Cell>[]> {
  const result = await db.run(sql)
  return (await result.getRowObjectsJS()) as Record<string, Cell>[]
}

/** Writes a query's rows to a Parquet file, in the query's order; the same rows give the same bytes. */
export async function writeParquet(
  db: DuckDBConnection,
  query: string,
  path: string,
): Promise<void> {
  await db.run(`COPY (${query}) TO ${text(path)} (FORMAT parquet, COMPRESSION zstd)`)
}

/** The number of rows of a table or of a table function. */
export async function count(db: DuckDBConnection, from: string): Promise<number> {
  const [row] = await rowsOf(db, `SELECT CAST(count(*) AS DOUBLE) AS n FROM ${from}`)
  return Number(row?.n ?? 0)
}
