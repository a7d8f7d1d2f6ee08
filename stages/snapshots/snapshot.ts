// The immutable snapshot of one table and period: typed, in order of its key, written whole or not at all.
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { COLUMN_TYPES } from '@weir/formats/column-types'
import type { TableSpec } from '@weir/formats/definition'
import { writeParquet } from '@weir/tables/duckdb'
import { name } from '@weir/tables/quote'
import { RAW } from '../raw/raw-table.ts'

/** Writes the loaded raw rows, or none where nothing is loaded, as the table's snapshot. */
export async function writeSnapshot(
  db: DuckDBConnection,
  table: TableSpec,
  path: string,
  loaded: boolean,
): Promise<void> {
  const cells = table.columns.map(({ name: column, type }) => {
    const value = loaded ? COLUMN_TYPES[type].parse(name(column)) : 'NULL'
    return `CAST(${value} AS ${COLUMN_TYPES[type].sql}) AS ${name(column)}`
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
