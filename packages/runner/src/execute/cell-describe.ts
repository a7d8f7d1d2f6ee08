// The cell's side of a description: loads the modules of cells one after another and says what each is.
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { isRecord } from '@weir/base'
import type {
  CellDescription,
  DescribeJob,
  DescribeMessage,
  PortDescription,
} from './cell-message.ts'
import { cellPlace } from './cell-place.ts'
import { sendToRunner } from './channel.ts'
import { takePackagesOf } from './outside-packages.ts'

/** The cell that is being loaded: an uncaught error is attributed to it. */
let loading: { readonly path: string; readonly root: string } | undefined

/** Describes cells until one fails. The rest go to a fresh process, since a failed cell may leave a patched global. */
export async function describe({ runner, root, modules }: DescribeJob): Promise<void> {
  endWithRunner(runner)
  takePackagesOf(
    root,
    modules.map(({ path }) => path),
  )
  for (const { file, path } of modules) {
    loading = { path, root }
    try {
      const module = (await import(pathToFileURL(path).href)) as { default?: unknown }
      const description = descriptionOf(module.default)
      // Lets pending rejections of this cell surface before the next one is loaded.
      await new Promise(setImmediate)
      send({ kind: 'described', file, description })
    } catch (error) {
      failDescription(error)
    }
  }
  process.exit(0)
}

/** Says why the cell that is being loaded cannot be, and ends. */
export function failDescription(error: unknown): void {
  const { message = String(error) } = Object(error ?? String(error)) as Partial<Error>
  const place = loading && cellPlace(error, loading.path, loading.root)
  try {
    send({ kind: 'undescribed', message, ...(place && { place }) })
  } finally {
    process.exit(1)
  }
}

/** Ends this process when its runner ends, also while a cell blocks the main thread. */
function endWithRunner(runner: number): void {
  const watch = `const { workerData } = require('node:worker_threads')
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, 200)`
  new Worker(watch, { eval: true, workerData: runner }).unref()
}

function send(message: DescribeMessage): void {
  sendToRunner(message)
}

function descriptionOf(cell: unknown): CellDescription {
  const { title, params, inputs, outputs, run } = Object(cell) as Record<string, unknown>
  if (typeof run !== 'function')
    throw new TypeError(
      `its default export ${cell === undefined ? 'is missing' : 'has no run function'}: export default defineStage({ title, params, run })`,
    )
  if (title !== undefined && typeof title !== 'string')
    throw new TypeError('the title of its default export is no text')
  const about = {
    ...(title !== undefined && { title }),
    inputs: portsOf('inputs', inputs),
    outputs: portsOf('outputs', outputs),
  }
  if (params === undefined) return about
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    throw new TypeError('the params of its default export are no JSON Schema: Type.Object({…})')
  // Drops the symbols that TypeBox adds: they are no part of a JSON Schema.
  const schema = JSON.parse(JSON.stringify(params)) as CellDescription['params'] & object
  return { ...about, params: schema }
}

function portsOf(list: string, ports: unknown): Record<string, PortDescription> {
  if (ports === undefined) return {}
  if (!isRecord(ports))
    throw new TypeError(`the ${list} of its default export are no ports by name`)
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]) => {
      const { kind, path, input, output } = Object(port) as Record<string, unknown>
      if (typeof kind !== 'string' || typeof path !== 'string' || path === '')
        throw new TypeError(`${list}.${name} of its default export is no port: ${name}: file('…')`)
      if (typeof input !== 'function' || typeof output !== 'function')
        throw new TypeError(`${list}.${name} of its default export lacks input or output`)
      return [name, { kind, path }]
    }),
  )
}
