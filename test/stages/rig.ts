// Runs a cell by the runner's door for tests, and keeps what it showed.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { MetricValue, Ports, StageDefinition, TableView } from '@weir/runner'
import { StageError } from '@weir/runner'
import { type CellOptions, runCell } from '@weir/runner/testing'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { text } from '@weir/tables/quote'
import { onTestFinished } from 'vitest'

/** What a cell said while it ran. */
export interface Said {
  readonly tables: TableView[]
  readonly charts: string[]
  readonly logs: string[]
  readonly notes: string[]
  readonly metrics: Readonly<Record<string, MetricValue>>
}

/** A fresh folder that is removed when the test ends. */
export async function temporary(): Promise<string> {
  const { folder, remove } = await temporaryFolder()
  onTestFinished(remove)
  return folder
}

/** A fresh folder, and what removes it. */
export async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Runs a cell in a folder that goes with the test, and tells what it said. */
export async function runStage<Params, Inputs extends Ports, Outputs extends Ports>(
  cell: StageDefinition<Params, Inputs, Outputs>,
  options: CellOptions<Params, Inputs, Outputs>,
): Promise<Said> {
  const { shown, logs, progress, metrics } = await runCell(cell, {
    ...options,
    folder: options.folder ?? (await temporary()),
  })
  return {
    tables: shown.flatMap((block) => (block.kind === 'table' ? [block.view] : [])),
    charts: shown.flatMap((block) => (block.kind === 'chart' ? [block.title] : [])),
    logs: [...logs],
    notes: progress.flatMap(({ note }) => (note === undefined ? [] : [note])),
    metrics,
  }
}

/** The StageError that a promise ends in. */
export async function failure(work: Promise<unknown>): Promise<StageError> {
  try {
    await work
  } catch (error) {
    if (error instanceof StageError) return error
    throw error
  }
  throw new Error('nothing failed')
}

/** Writes text files by path under a folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

/** The rows of a Parquet file, big integers as numbers and times as text. */
export async function readParquet(path: string): Promise<Record<string, unknown>[]> {
  const rows = await withDuckDB((db) => rowsOf(db, `FROM read_parquet(${text(path)})`))
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, plain(v)])))
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  return value instanceof Date ? value.toISOString().replace('T00:00:00.000Z', '') : value
}
