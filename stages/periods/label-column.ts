// The name of the label of a feature file: what the data call the event, for texts that people read.
import { join } from 'node:path'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { text } from '@weir/tables/quote'

/**
 * The last column of a period's feature file, which is the label.
 * @param featuresFolder a folder of `<as_of>.parquet` files, which has the period's
 */
export async function labelColumn(featuresFolder: string, period: string): Promise<string> {
  const source = text(join(featuresFolder, `${period}.parquet`))
  const columns = await withDuckDB((db) =>
    rowsOf(db, `DESCRIBE SELECT * FROM read_parquet(${source})`),
  )
  return String(columns.at(-1)?.column_name)
}
