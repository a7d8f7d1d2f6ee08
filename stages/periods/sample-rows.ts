// Which rows of a period are drawn for what would take too long on all of them.
import type { DuckDBConnection } from '@duckdb/node-api'
import type { FeatureColumn, FeatureValue } from '@weir/formats/dataset'
import { FOLDS } from '@weir/ml/drift'
import { rowsOf } from '@weir/tables/duckdb'
import type { PeriodFile } from './frame.ts'

/** Rows of a period at most, but for chance: each entity is drawn by itself. */
const MOST_ROWS = 10_000
/** Values of a period at most: with very many columns the rows become fewer. */
const MOST_VALUES = 2_000_000
const PARTS = 1_000_000

/** The rows that were drawn, by their places in the file, and the fold of each. */
export interface DrawnRows {
  readonly at: readonly number[]
  readonly fold: readonly number[]
}

/**
 * Draws entities by a hash of their key and the seed, so that one entity is drawn in both periods or in neither,
 * and has one fold.
 */
export async function drawRows(
  db: DuckDBConnection,
  { source, entity }: PeriodFile,
  columns: number,
  seed: number,
): Promise<DrawnRows> {
  const most = Math.min(MOST_ROWS, Math.floor(MOST_VALUES / Math.max(1, columns)))
  const [counted] = await rowsOf(db, `SELECT count(*) AS n FROM ${source}`)
  const parts = Math.ceil(Math.min(1, most / Number(counted?.n)) * PARTS)
  const hashed = `SELECT row_number() OVER () - 1 AS place, hash(CAST(${entity} AS VARCHAR), ${seed}) AS h FROM ${source}`
  const query = `SELECT place, h % ${FOLDS} AS fold FROM (${hashed}) WHERE h // ${FOLDS} % ${PARTS} < ${parts} ORDER BY place`
  const rows = await rowsOf(db, query)
  return { at: rows.map((row) => Number(row.place)), fold: rows.map((row) => Number(row.fold)) }
}

/** The drawn values of a column. */
export function drawnValues(column: FeatureColumn, { at }: DrawnRows): FeatureValue[] {
  return at.map((row) => column.at(row) ?? null)
}
