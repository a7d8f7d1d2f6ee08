// Where the snapshots of a data set are: one Parquet file a table and period.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The path of a snapshot. */
export function snapshotPath(folder: string, table: string, asOf: string): string {
  return join(folder, table, `${asOf}.parquet`)
}

/** The periods (YYYY-MM-DD) of a folder of `<as_of>.parquet` files, earliest first; none if there is no such folder. */
export async function listPeriods(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return names.flatMap((file) => /^(\d{4}-\d{2}-\d{2})\.parquet$/.exec(file)?.[1] ?? []).sort()
}
