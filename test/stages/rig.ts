// Runs a cell as the runner would: checked params, absolute inputs and outputs, and a record of what it showed.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DataTable, MetricValue, Ports, StageDefinition, TableView } from '@weir/runner'
import { StageError } from '@weir/runner'
import { type CellOptions, openPorts, runCell as runWithPorts } from '@weir/runner/testing'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { text } from '@weir/tables/quote'
import { onTestFinished } from 'vitest'

/** What a cell said while it ran. */
export interface Said {
  readonly tables: TableView[]
  readonly charts: string[]
  readonly logs: string[]
  readonly notes: string[]
  metrics: Readonly<Record<string, MetricValue>>
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

/** Runs a cell; its outputs' parent folders exist, as the runner promises. */
export async function runCell<Params>(
  cell: StageDefinition<Params>,
  params: Params,
  inputs: Readonly<Record<string, string>>,
  outputs: Readonly<Record<string, string>>,
  signal: AbortSignal = new AbortController().signal,
): Promise<Said> {
  for (const path of Object.values(outputs)) await mkdir(dirname(path), { recursive: true })
  const said: Said = { tables: [], charts: [], logs: [], notes: [], metrics: {} }
  const [deps, outs] = [openPorts('test', 'dep', inputs), openPorts('test', 'out', outputs)]
  await cell.run({
    stage: 'test',
    params,
    input: deps.at,
    output: outs.at,
    inputs: deps.all,
    outputs: outs.all,
    metrics: (values) => {
      said.metrics = values
    },
    show: {
      table(view: TableView | DataTable) {
        if ('rows' in view) said.tables.push(view)
      },
      chart: (_, about) => said.charts.push(about.title),
      markdown: () => undefined,
    },
    log: (message) => said.logs.push(message),
    progress: ({ note }) => said.notes.push(note ?? ''),
    get $(): never {
      throw new Error('this rig runs no commands')
    },
    signal,
  })
  return said
}

/** Runs a cell with ports in a folder that goes with the test, and tells what it said. */
export async function runStage<Params, Inputs extends Ports, Outputs extends Ports>(
  cell: StageDefinition<Params, Inputs, Outputs>,
  options: CellOptions<Params, Inputs, Outputs>,
): Promise<Said> {
  const { shown, logs, progress, metrics } = await runWithPorts(cell, {
    folder: await temporary(),
    ...options,
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
