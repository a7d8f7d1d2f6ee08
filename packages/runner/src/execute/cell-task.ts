// Runs a TypeScript cell in a process of its own, which loads exactly the module that was hashed.
import { join, resolve } from 'node:path'
import { instanceText } from '../config/instance.ts'
import type { Block } from '../report/document.ts'
import type { MetricValue } from '../report/show.ts'
import type { CellMessage, RunJob } from './cell-message.ts'
import { wrongMessage } from './cell-message-form.ts'
import { cellHostCommand, type LineHandlers, MOST_BYTES, openChannel, tooLarge } from './channel.ts'
import { recordedMessage } from './recorded-block.ts'
import type { SaidQueue } from './said-queue.ts'
import type { Task, TaskCode, TaskEnd } from './task.ts'
import { failedEnd, type Outcome, runTaskProcess, type TaskContext } from './task-process.ts'

/** The address of the debugger is told in a message, and not in the log as well. */
const QUIET_INSPECTOR = '--inspect-publish-uid=http'

type CellTask = TaskCode & { readonly kind: 'cell' }

/** What a cell has reported so far. */
interface Heard {
  title?: string
  done: boolean
  failed?: TaskEnd & { readonly how: 'error' }
  readonly metrics: Record<string, MetricValue>
  readonly shown: Block[]
  /** How much of it is kept in memory. */
  keptBytes: number
}

/** Runs the cell of a task. */
export async function runCell(context: TaskContext, code: CellTask): Promise<Outcome> {
  const { task, host, said } = context
  const heard: Heard = { done: false, metrics: {}, shown: [], keptBytes: 0 }
  const refused = new AbortController()
  const refuse = (why: string): void => {
    heard.failed ??= messageFailure(why)
    refused.abort()
  }
  const lines: LineHandlers = {
    message(value, bytes) {
      const wrong = hear(value, bytes, heard, said)
      if (wrong !== undefined) refuse(wrong)
    },
    broken: (why) => refuse(`a message is none: ${why}`),
  }
  const job = cellJob(task, code, host.root)
  const process = await runTaskProcess(context, {
    ...cellHostCommand(host, task.inspect ? [QUIET_INSPECTOR] : []),
    started: (child) => openChannel(child, job, lines),
    signal: refused.signal,
  })
  const { title, done, failed, metrics, shown } = heard
  const isDone = process.code === 0 && done && !failed
  const ended: TaskEnd = isDone ? { how: 'done' } : (failed ?? failedEnd(process))
  return { ended, metrics, shown, ...(title !== undefined && { title }) }
}

function cellJob(
  { id, folder, params, inputs, outputs, inspect }: Task,
  { entry, ports }: CellTask,
  root: string,
): RunJob {
  const places = (all: readonly { readonly name: string; readonly path: string }[]) =>
    Object.fromEntries(all.map(({ name, path }) => [name, resolve(folder, path)]))
  const metrics = outputs.filter(({ kind }) => kind === 'metric')
  const [only] = metrics.length === 1 ? metrics : []
  return {
    kind: 'run',
    packed: join(folder, entry),
    root,
    folder,
    stage: instanceText(id),
    params,
    inputs: places(inputs),
    outputs: places(outputs),
    ports,
    ...(only && { metricsPath: resolve(folder, only.path) }),
    ...(inspect && { inspect }),
  }
}

/** Takes one message in; what is wrong with it, if anything is. */
function hear(value: unknown, bytes: number, heard: Heard, said: SaidQueue): string | undefined {
  const read = readMessage(value)
  if ('wrong' in read) return read.wrong
  const { message } = read
  switch (message.kind) {
    case 'title':
      heard.title = message.title
      return undefined
    case 'log':
      said.push({ kind: 'line', text: message.line })
      return undefined
    case 'progress':
      said.push({ kind: 'progress', progress: message.progress })
      return undefined
    case 'debugger':
      said.push({ kind: 'debugger', url: message.url })
      return undefined
    case 'metrics':
      Object.assign(heard.metrics, message.values)
      return keepWithin(heard, bytes)
    case 'show':
      heard.shown.push(message.block)
      return keepWithin(heard, bytes)
    case 'done':
      heard.done = true
      return undefined
    case 'failed': {
      const { kind: _, ...failure } = message
      heard.failed = { how: 'error', ...failure }
      return undefined
    }
  }
}

function keepWithin(heard: Heard, bytes: number): string | undefined {
  heard.keptBytes += bytes
  return heard.keptBytes > MOST_BYTES
    ? `all that it shows is too much: ${tooLarge(heard.keptBytes, MOST_BYTES)}`
    : undefined
}

/** A message in the form in which it is recorded; or what is wrong with it. */
function readMessage(
  value: unknown,
): { readonly message: CellMessage } | { readonly wrong: string } {
  const wrong = wrongMessage(value)
  if (wrong !== undefined) return { wrong }
  const message = value as CellMessage
  try {
    return { message: recordedMessage(message) }
  } catch (error) {
    return { wrong: `${message.kind}: ${(error as Error).message}` }
  }
}

function messageFailure(message: string): TaskEnd & { readonly how: 'error' } {
  return {
    how: 'error',
    code: 'CELL_MESSAGE',
    message,
    hint: 'a cell reports by what its run is given (log, show, metrics, progress)',
  }
}
