// Which period has labels enough to judge and to train a model: labels come late, so it is not always the newest.
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { name, text } from '@weir/tables/quote'
import { listPeriods } from './frame.ts'

/** A period, and how many of its entities have a label. */
export interface LabelledPeriod {
  readonly asOf: string
  readonly entities: number
  readonly labelled: number
}

/**
 * The periods up to `asOf` in which the share of entities with a known label is at least `complete`, in order.
 * @param featuresFolder a folder of `<as_of>.parquet` files, whose last column is the label
 * @param complete `label.complete` of the data set's definition, above 0 and at most 1
 */
export async function labelledPeriods(
  featuresFolder: string,
  asOf: string,
  complete: number,
): Promise<LabelledPeriod[]> {
  const periods = (await listPeriods(featuresFolder)).filter((period) => period <= asOf)
  return withDuckDB(async (db) => {
    const labelled: LabelledPeriod[] = []
    for (const period of periods) {
      const found = await countLabels(db, join(featuresFolder, `${period}.parquet`), period)
      if (isComplete(found, complete)) labelled.push(found)
    }
    return labelled
  })
}

/** The newest of the labelled periods up to `asOf`; null where there is none. */
export async function labelledPeriod(
  featuresFolder: string,
  asOf: string,
  complete: number,
): Promise<LabelledPeriod | null> {
  const periods = (await listPeriods(featuresFolder)).filter((period) => period <= asOf)
  return withDuckDB(async (db) => {
    for (const period of periods.toReversed()) {
      const found = await countLabels(db, join(featuresFolder, `${period}.parquet`), period)
      if (isComplete(found, complete)) return found
    }
    return null
  })
}

function isComplete({ labelled, entities }: LabelledPeriod, complete: number): boolean {
  return labelled > 0 && labelled >= complete * entities
}

async function countLabels(
  db: DuckDBConnection,
  path: string,
  asOf: string,
): Promise<LabelledPeriod> {
  const source = `read_parquet(${text(path)})`
  const columns = await rowsOf(db, `DESCRIBE SELECT * FROM ${source}`)
  const label = name(String(columns.at(-1)?.column_name))
  const query = `SELECT count(*) AS entities, count(${label}) AS labelled FROM ${source}`
  const [row] = await rowsOf(db, query)
  return { asOf, entities: Number(row?.entities), labelled: Number(row?.labelled) }
}
