// The door for tests of cells: runs one cell on given inputs, in the process of the test.
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { isRecord, StageError } from '@weir/base'
import { type ContextJob, openContext } from '../execute/cell-context.ts'
import type { CellMessage, ShownBlock } from '../execute/cell-message.ts'
import { openInputs } from '../execute/open-ports.ts'
import { checkForms } from '../execute/output-forms.ts'
import type { InputsOf, Opened, Port, Ports } from '../execute/port.ts'
import { recordedMessage } from '../execute/recorded-block.ts'
import type { StageDefinition } from '../execute/stage-definition.ts'
import { misfits } from '../plan/check-values.ts'
import type { MetricValue, Progress } from '../report/show.ts'

/**
 * What a port is given: a path to what is there; or a value, which is written for the cell as an output of this port
 * is. Of a folder it is what its files hold, by their names in it.
 */
export type Given<One extends Port> = string | { readonly value: GivenValue<One> }

type GivenValue<One extends Port> =
  ReturnType<One['output']> extends { write(value: infer Value): Promise<void> }
    ? Value
    : ReturnType<One['output']> extends { write(file: string, data: infer Data): Promise<void> }
      ? Readonly<Record<string, Data>>
      : ReturnType<One['input']> extends { read(): Promise<infer Value> }
        ? Value
        : never

/** What a cell is run with. */
export interface CellOptions<Params, Inputs extends Ports, Outputs extends Ports> {
  readonly params: Params
  readonly inputs: { readonly [Name in keyof Inputs]: Given<Inputs[Name]> }
  /** Where outputs go, by name; in the folder where nothing is said. */
  readonly outputs?: { readonly [Name in keyof Outputs]?: string }
  /** What is written goes there: a fresh folder, which is yours to remove, where none is given. */
  readonly folder?: string
  readonly signal?: AbortSignal
}

/** What a cell did. */
export interface CellRun<Outputs extends Ports> {
  /** Its outputs, opened to be read. */
  readonly outputs: InputsOf<Outputs>
  readonly metrics: Readonly<Record<string, MetricValue>>
  /** What it put into the notebook, as it is recorded. */
  readonly shown: readonly ShownBlock[]
  readonly logs: readonly string[]
  readonly progress: readonly Progress[]
  readonly folder: string
}

/** Runs a cell to its end. @throws what it throws; StageError PARAM_TYPE for params that its schema refuses */
export async function runCell<Params, Inputs extends Ports, Outputs extends Ports>(
  cell: StageDefinition<Params, Inputs, Outputs>,
  options: CellOptions<Params, Inputs, Outputs>,
): Promise<CellRun<Outputs>> {
  const wrong = cell.params && misfits(cell.params, options.params)
  if (wrong) throw new StageError('PARAM_TYPE', `the params do not fit: ${wrong}`)
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'weir-cell-'))
  const job = await jobOf(cell, options, folder)
  const signal = options.signal ?? new AbortController().signal
  const report = createReport()
  const { context } = openContext(cell, job, report.take, signal)
  await cell.run(context)
  checkForms(cell.outputs, job)
  const { metrics, shown, logs, progress } = report
  const written = {
    ...job,
    inputs: job.outputs,
    ports: { ...job.ports, inputs: job.ports.outputs },
  }
  const outputs = openInputs(cell.outputs, written)
  return { outputs, metrics, shown, logs, progress, folder }
}

/** Every port is where its own path, as it is written, leads: to what is given, or to a place in the folder. */
async function jobOf<Params, Inputs extends Ports, Outputs extends Ports>(
  cell: StageDefinition<Params, Inputs, Outputs>,
  options: CellOptions<Params, Inputs, Outputs>,
  folder: string,
): Promise<ContextJob<Params>> {
  const [given, wanted]: Readonly<Record<string, unknown>>[] = [
    options.inputs,
    options.outputs ?? {},
  ]
  const inputs: Record<string, string> = {}
  for (const [name, port] of Object.entries<Port>(cell.inputs ?? {}))
    inputs[port.path] = await placeGiven(name, port, given?.[name], join(folder, 'inputs'))
  const outputs: Record<string, string> = {}
  for (const [name, { kind, path }] of Object.entries<Port>(cell.outputs ?? {})) {
    if (kind === 'ref') continue
    const place = resolve(String(wanted?.[name] ?? join(folder, 'outputs', path)))
    outputs[path] = place
    mkdirSync(dirname(place), { recursive: true })
  }
  const ports = { inputs: pathsOf(cell.inputs), outputs: pathsOf(cell.outputs) }
  return { stage: 'test', params: options.params, inputs, outputs, ports }
}

function pathsOf(ports: Ports = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(ports).map(([name, { path }]) => [name, path]))
}

/** Where an input is. What is given as a value is written as the port itself would write it. */
async function placeGiven(
  name: string,
  port: Port,
  given: unknown,
  folder: string,
): Promise<string> {
  if (typeof given === 'string') return existing(name, given)
  if (!isRecord(given) || !('value' in given))
    throw new StageError('DEP_MISSING', `input '${name}' is not given`, {
      hint: `give a path, or a value: inputs: { ${name}: { value: … } }`,
    })
  // A table's format is told by the end of its name.
  const end = /\.\w+$/.exec(port.path)?.[0] ?? ''
  const place = join(folder, `${name}${end}`)
  mkdirSync(port.form === 'folder' ? place : folder, { recursive: true })
  const output = port.output({ name: port.path, path: place })
  if (!isWritable(output)) writeFileSync(place, JSON.stringify(given.value))
  else if (port.form !== 'folder') await output.write(given.value)
  else
    for (const [file, data] of Object.entries(Object(given.value))) await output.write(file, data)
  return place
}

function existing(name: string, given: string): string {
  const place = resolve(given)
  if (existsSync(place)) return place
  throw new StageError('DEP_MISSING', `input '${name}': there is nothing at '${given}'`, {
    hint: `a path begins at ${process.cwd()}`,
  })
}

function isWritable(
  output: Opened,
): output is Opened & { write(...values: readonly unknown[]): Promise<void> } {
  return 'write' in output
}

/** Takes what a cell reports, in the form in which a run records it. */
function createReport() {
  const report = {
    metrics: {} as Record<string, MetricValue>,
    shown: [] as ShownBlock[],
    logs: [] as string[],
    progress: [] as Progress[],
  }
  const take = (sent: CellMessage): void => {
    const message = recordedMessage(sent)
    if (message.kind === 'metrics') Object.assign(report.metrics, message.values)
    else if (message.kind === 'show') report.shown.push(message.block)
    else if (message.kind === 'log') report.logs.push(message.line)
    else if (message.kind === 'progress') report.progress.push(message.progress)
  }
  return { ...report, take }
}
