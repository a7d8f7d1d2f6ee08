// The program of a cell's process: loads the code that was hashed, runs it, and reports by messages; or describes cells.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { StageError } from '@weir/base/stage-error'
import { FULL_HINT, meansFull } from '@weir/base/system-problem'
import { checkChart } from '../report/chart-data.ts'
import type { MetricValue, Progress } from '../report/show.ts'
import { describe, failDescription } from './cell-describe.ts'
import {
  type CellJob,
  type CellMessage,
  type RunJob,
  type ShownBlock,
  wrongMessage,
} from './cell-message.ts'
import { receiveJob, sendToRunner } from './channel.ts'
import { openInputs, openOutputs } from './open-ports.ts'
import { openPorts } from './port-maps.ts'
import type { LoadedContext, LoadedStage } from './stage-definition.ts'

const stopped = new AbortController()
/** File operations that Node has under way. */
const FILE_WORK = /^FSReq/

receiveJob<CellJob>(
  (job) => {
    // An error that no one catches counts at any time, also while the process ends.
    const uncaught = job.kind === 'run' ? fail : failDescription
    process.on('uncaughtException', uncaught)
    process.on('unhandledRejection', uncaught)
    if (job.kind === 'run') runJob(job)
    else void describe(job)
  },
  // Without its runner a cell has nobody to report to, and the next run must not meet it.
  () => process.exit(1),
)

function runJob(job: RunJob): void {
  process.once('SIGTERM', () => {
    stopped.abort()
    // A cell that does not listen is not waited for.
    setTimeout(() => process.exit(143), 1_000).unref()
  })
  run(job).then(finish, fail)
}

async function run(job: RunJob): Promise<void> {
  const module = (await import(pathToFileURL(job.packed).href)) as { default?: LoadedStage }
  const stage = module.default
  if (typeof stage?.run !== 'function')
    throw new Error(
      'the module has no default export made with defineStage({ title, params, run })',
    )
  send({ kind: 'title', title: stage.title })
  for (const path of Object.values(job.outputs)) mkdirSync(dirname(path), { recursive: true })
  const metrics: Record<string, MetricValue> = {}
  await stage.run(contextOf(stage, job, metrics))
  if (job.metricsPath && Object.keys(metrics).length > 0 && !existsSync(job.metricsPath))
    writeFileSync(job.metricsPath, `${JSON.stringify(metrics, null, 2)}\n`)
}

function contextOf(
  definition: LoadedStage,
  job: RunJob,
  recorded: Record<string, MetricValue>,
): LoadedContext {
  const { stage } = job
  const [inputs, outputs] = [
    openPorts(stage, 'dep', job.inputs),
    openPorts(stage, 'out', job.outputs, job.effects),
  ]
  const show = (block: ShownBlock): void => send({ kind: 'show', block })
  return {
    stage,
    input: inputs.at,
    output: outputs.at,
    inputs: definition.inputs ? openInputs(definition.inputs, job) : inputs.all,
    outputs: definition.outputs ? openOutputs(definition.outputs, job) : outputs.all,
    params: job.params,
    signal: stopped.signal,
    metrics(values) {
      send({ kind: 'metrics', values })
      Object.assign(recorded, values)
    },
    show: {
      table: (view) => show({ kind: 'table', view }),
      chart(spec, about) {
        checkChart(spec)
        show({ kind: 'chart', spec, title: about.title, alt: about.alt })
      },
      markdown: (text) => show({ kind: 'markdown', text }),
    },
    log: (line) => send({ kind: 'log', line }),
    progress: progressSender(),
  }
}

/** Progress is for the eye: a value that is none (0 of 0 rows: NaN) is said once, and does not fail the stage. */
function progressSender(): (progress: Progress) => void {
  let warned = false
  return (progress) => {
    const message: CellMessage = { kind: 'progress', progress }
    const wrong = wrongMessage(message)
    if (wrong === undefined) send(message)
    else if (!warned) send({ kind: 'log', line: `warning: not shown: ${wrong}` })
    warned ||= wrong !== undefined
  }
}

/** Sends a message. What is wrong with it is told here, where the cell's stack says who made it. */
function send(message: CellMessage): void {
  const wrong = wrongMessage(message)
  if (wrong !== undefined) throw wrongUse(wrong)
  try {
    sendToRunner(message)
  } catch (error) {
    throw wrongUse(`${message.kind}: ${(error as Error).message}`)
  }
}

function wrongUse(why: string): Error {
  return new StageError('CELL_MESSAGE', why, {
    hint: 'the log says where in the cell; see docs/contracts.md for what a cell can report',
  })
}

/** Lets file operations that the cell did not wait for end, and hears of their errors; then ends the process. */
function finish(): void {
  setImmediate(() => {
    if (process.getActiveResourcesInfo().some((name) => FILE_WORK.test(name))) setTimeout(finish, 1)
    else end({ kind: 'done' }, 0)
  })
}

/** A StageError is told as it is; anything else is a bug and comes with its stack. */
function fail(error: unknown): void {
  const { name, code, message, where, hint, param, stack } = Object(
    error ?? String(error),
  ) as Error & Record<'code' | 'where' | 'hint' | 'param', string | undefined>
  const expected = name === 'StageError' && code !== undefined
  const full = !expected && meansFull(code)
  if (!expected || code === 'CELL_MESSAGE') process.stderr.write(`${stack ?? String(error)}\n`)
  end(
    {
      kind: 'failed',
      code: expected ? code : full ? 'DISK_FULL' : 'STAGE_FAILED',
      message: message ?? String(error),
      ...(expected && where !== undefined && { where }),
      ...(expected && hint !== undefined && { hint }),
      ...(expected && param !== undefined && { param }),
      ...(full && { hint: FULL_HINT }),
    },
    1,
  )
}

/** Says how the stage ended, and ends the process whether or not that can be said. */
function end(message: CellMessage, code: number): void {
  try {
    sendToRunner(message)
  } finally {
    process.exit(code)
  }
}
