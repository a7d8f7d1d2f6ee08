// The data set of a project, for the commands that work without a pipeline run.
import { join } from 'node:path'
import { CodedError, isRecord } from '@weir/base'
import type { Definition } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import type { Effects } from '@weir/runner/plugin'
import { listPeriods } from '@weir/tables/snapshot-files'

export interface DataSet {
  /** The project's folder. */
  readonly root: string
  readonly definition: Definition
  /** The definition's file, as params.yaml has it. */
  readonly path: string
  /** Folder of the snapshots that ingest stored. */
  readonly folder: string
  /** The stored periods, earliest first. */
  readonly periods: readonly string[]
}

/**
 * The data set that params.yaml names, with the snapshots that stand.
 * @throws CodedError DEFINITION_UNNAMED, PERIOD_MISSING, and what readDefinition throws
 */
export async function dataSetOf(effects: Effects): Promise<DataSet> {
  const { root, values } = await effects.params()
  const data = isRecord(values.data) ? values.data : {}
  if (typeof data.definition !== 'string') {
    throw new CodedError('DEFINITION_UNNAMED', 'params.yaml names no data set', {
      where: join(root, 'params.yaml'),
      hint: 'data.definition is the path of its definition file',
    })
  }
  const definition = await readDefinition(join(root, data.definition))
  const folder = join(root, 'artifacts', 'snapshots')
  const periods = await listPeriods(join(folder, definition.entity.table))
  if (periods.length === 0) throw periodMissing('there are no snapshots', [])
  return { root, definition, path: data.definition, folder, periods }
}

/** @throws CodedError PERIOD_MISSING where the period was not ingested */
export function checkStored({ periods }: DataSet, period: string): void {
  if (!periods.includes(period)) throw periodMissing(`there is no snapshot of ${period}`, periods)
}

function periodMissing(message: string, periods: readonly string[]): CodedError {
  const hint =
    periods.length > 0 ? `there are: ${periods.join(', ')}` : 'weir run --until ingest stores them'
  return new CodedError('PERIOD_MISSING', message, { where: 'artifacts/snapshots', hint })
}
