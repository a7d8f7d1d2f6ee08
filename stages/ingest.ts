/**
 * Raw exports, CSV or Parquet, become immutable snapshots: one Parquet file a table and period, typed
 * as the data set's definition says, in order of the key. All periods up to as_of are read; the same
 * exports give the same bytes.
 *
 * A blank is a value of its own and stays blank: a blank boolean is never true. Whatever is wrong
 * with a file's form, its texts or its keys is told at once, with the rows, and nothing is stored.
 *
 * Labels come late: those that have come since a period was stored are told of as an append, whatever
 * else differs from what was stored as another export.
 */

import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { Type } from '@sinclair/typebox'
import { AsOf } from '@weir/formats/as-of'
import type { Definition, TableSpec } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import type { PeriodFolder } from '@weir/formats/period-folders'
import { defineStage, file, folder, type Show, type StageContext } from '@weir/runner'
import { withDuckDB } from '@weir/tables/duckdb'
import { snapshotPath } from '@weir/tables/snapshot-files'
import { counted } from './charts/figures.ts'
import { type DataProblem, errorOf } from './raw/data-problem.ts'
import { checkTable } from './raw/raw-checks.ts'
import { findPeriods, findTables, type RawFile } from './raw/source.ts'
import { otherExports } from './snapshots/other-exports.ts'
import { writeSnapshot } from './snapshots/snapshot.ts'

const SNAPSHOTS = 'artifacts/snapshots'

export default defineStage({
  title: 'Ingest raw exports',
  params: {
    as_of: AsOf,
    data: Type.Object({ definition: Type.String(), source: Type.String() }),
  },
  inputs: { definition: file('${data.definition}'), source: folder('${data.source}') },
  outputs: { snapshots: folder(SNAPSHOTS) },
  async run({ params, inputs, outputs, show, log, progress, signal }) {
    const definition = await readDefinition(inputs.definition.path)
    const source = inputs.source.path
    const periods = await findPeriods(source, definition, params.as_of, log)
    const problems: DataProblem[] = []
    const jobs = await jobsOf(source, periods, definition, problems, log)
    const folder = outputs.snapshots.path
    const rows = await withDuckDB(
      (db) => writeAll(db, jobs, definition, folder, problems, { progress, signal }),
      signal,
    )
    const error = errorOf(problems)
    if (error !== undefined) throw error
    for (const line of await changes(definition, folder, signal)) log(line)
    showRows(show, definition, periods, rows)
    log(`${counted(rows.size, 'snapshot')} of ${counted(periods.length, 'period')}`)
  },
})

/**
 * What is other than in the snapshots that stand in the project, of the run before: for people only, since what is
 * stored follows from the exports alone. None where the cell runs apart from the project.
 */
async function changes(
  definition: Definition,
  folder: string,
  signal: AbortSignal,
): Promise<string[]> {
  const root = process.env.WEIR_ROOT
  if (root === undefined) return []
  const standing = join(root, SNAPSHOTS)
  return withDuckDB((db) => otherExports(db, definition, standing, folder), signal)
}

/** One snapshot to be made; without a file it is empty. */
interface Job {
  readonly asOf: string
  readonly table: TableSpec
  readonly file: RawFile | undefined
}

async function jobsOf(
  source: string,
  periods: readonly PeriodFolder[],
  definition: Definition,
  problems: DataProblem[],
  log: (message: string) => void,
): Promise<Job[]> {
  const jobs: Job[] = []
  for (const period of periods) {
    const before = problems.length
    const files = await findTables(source, period, definition, (p) => problems.push(p), log)
    const reported = problems.length > before
    for (const table of definition.tables) {
      const file = files.get(table.name)
      if (file !== undefined || !reported) jobs.push({ asOf: period.asOf, table, file })
    }
  }
  return jobs
}

/** Checks and writes every snapshot; the rows of each, in order of the jobs. */
async function writeAll(
  db: DuckDBConnection,
  jobs: readonly Job[],
  definition: Definition,
  folder: string,
  problems: DataProblem[],
  { progress, signal }: Pick<StageContext<unknown>, 'progress' | 'signal'>,
): Promise<Map<string, number>> {
  const rows = new Map<string, number>()
  for (const [done, { asOf, table, file }] of jobs.entries()) {
    signal.throwIfAborted()
    progress({ done, total: jobs.length, unit: 'tables', note: `${asOf} ${table.name}` })
    const mayBeEmpty =
      table.name === definition.label.table && table.name !== definition.entity.table
    const report = (problem: DataProblem) => problems.push(problem)
    const n = file === undefined ? 0 : await checkTable(db, file, table, mayBeEmpty, report)
    if (n === undefined) continue
    await writeSnapshot(db, table, snapshotPath(folder, table.name, asOf), file !== undefined)
    rows.set(`${asOf} ${table.name}`, n)
  }
  // An interrupted query fails like an unreadable file does; it is none.
  signal.throwIfAborted()
  progress({ done: jobs.length, total: jobs.length, unit: 'tables' })
  return rows
}

function showRows(
  show: Show,
  definition: Definition,
  periods: readonly PeriodFolder[],
  rows: ReadonlyMap<string, number>,
): void {
  show.table({
    caption: 'Rows by table and period',
    columns: ['table', ...periods.map((period) => period.asOf)],
    rows: definition.tables.map(({ name }) => [
      name,
      ...periods.map((period) => rows.get(`${period.asOf} ${name}`) ?? 0),
    ]),
  })
}
