// The snapshots that ingest stored, by table.
import type { Definition } from '@weir/formats/definition'
import { StageError } from '@weir/runner'
import type { Snapshot, Snapshots } from '@weir/tables/feature-query'
import { listPeriods, snapshotPath } from '@weir/tables/snapshot-files'

/** The stored snapshots of every table of a definition, earliest first. */
export async function listSnapshots(folder: string, definition: Definition): Promise<Snapshots> {
  const stored = new Map<string, Snapshot[]>()
  for (const { name } of definition.tables) {
    const periods = await listPeriods(`${folder}/${name}`)
    stored.set(
      name,
      periods.map((asOf) => ({ asOf, path: snapshotPath(folder, name, asOf) })),
    )
  }
  return (table) => stored.get(table) ?? []
}

/**
 * The path of a table's snapshot of a period.
 * @throws StageError SNAPSHOT_MISSING
 */
export function snapshotOf(snapshots: Snapshots, table: string, asOf: string): string {
  const found = snapshots(table).find((snapshot) => snapshot.asOf === asOf)
  if (found !== undefined) return found.path
  throw new StageError('SNAPSHOT_MISSING', `there is no snapshot of ${table} of ${asOf}`, {
    where: `${asOf}, table ${table}`,
    hint: 'run the stage ingest',
  })
}
