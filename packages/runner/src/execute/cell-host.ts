// The program of a cell's process: loads the code that was hashed, runs it, and reports by messages; or describes cells.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type CodedError, errnoOf, isCodedError } from '@weir/base'
import { FULL_HINT, meansFull } from '@weir/base/files'
import { checked, openContext } from './cell-context.ts'
import { describe, failDescription } from './cell-describe.ts'
import type { CellJob, CellMessage, RunJob } from './cell-message.ts'
import { cellPlace } from './cell-place.ts'
import { receiveJob, sendToRunner } from './channel.ts'
import { stopDebugging, waitForDebugger } from './inspect.ts'
import { checkForms } from './output-forms.ts'
import { takePackagesOf } from './outside-packages.ts'
import { commandFailure } from './shell.ts'
import type { LoadedStage } from './stage-definition.ts'

const stopped = new AbortController()
/** File operations that Node has under way. */
const FILE_WORK = /^FSReq/

receiveJob<CellJob>(
  (job) => {
    // An error that no one catches counts at any time, also while the process ends.
    const uncaught = job.kind === 'run' ? failing(job) : failDescription
    process.on('uncaughtException', uncaught)
    process.on('unhandledRejection', uncaught)
    if (job.kind === 'run') runJob(job)
    else void describe(job)
  },
  // A cell whose runner has died must end: it has nobody to report to, and the next run may start the same stage.
  () => process.exit(1),
)

function runJob(job: RunJob): void {
  // Before signal handlers are set: the process blocks while it waits, so the default action of a signal must end it.
  if (job.inspect) waitForDebugger(job.inspect.port, sendToRunner)
  process.once('SIGTERM', () => {
    stopped.abort()
    // A cell that ignores the abort is ended after a second.
    setTimeout(() => process.exit(143), 1_000).unref()
  })
  const fail = failing(job)
  run(job).then((check) => finish(check, fail), fail)
}

/** Runs the cell; gives the check of what it has made, for when its last writes have ended. */
async function run(job: RunJob): Promise<() => void> {
  takePackagesOf(job.root, [job.packed])
  const module = (await import(pathToFileURL(job.packed).href)) as { default?: LoadedStage }
  const stage = module.default
  if (typeof stage?.run !== 'function')
    throw new Error(
      'the module has no default export made with defineStage({ title, params, run })',
    )
  checked(sendToRunner)({ kind: 'title', title: stage.title })
  for (const path of Object.values(job.outputs)) mkdirSync(dirname(path), { recursive: true })
  const { context, recorded } = openContext(stage, job, sendToRunner, stopped.signal)
  await stage.run(context)
  if (job.metricsPath && Object.keys(recorded).length > 0 && !existsSync(job.metricsPath))
    writeFileSync(job.metricsPath, `${JSON.stringify(recorded, null, 2)}\n`)
  return () => checkForms(stage.outputs, job)
}

/** Lets file operations that the cell did not wait for end, and hears of their errors; then ends the process. */
function finish(check: () => void, fail: (error: unknown) => void): void {
  setImmediate(() => {
    if (process.getActiveResourcesInfo().some((name) => FILE_WORK.test(name)))
      setTimeout(finish, 1, check, fail)
    else done(check, fail)
  })
}

function done(check: () => void, fail: (error: unknown) => void): void {
  try {
    check()
  } catch (error) {
    fail(error)
  }
  end({ kind: 'done' }, 0)
}

/** Ends a cell that failed. A coded error is told as it is; anything else is a bug and comes with its stack. */
function failing({ packed, folder }: RunJob): (error: unknown) => void {
  return (error) => {
    const expected = isCodedError(error)
    // The output of a `$` command is in the log already, and its stack shows only zx.
    if (commandFailure(error) === undefined && (!expected || error.code === 'CELL_MESSAGE'))
      process.stderr.write(`${stackOf(error)}\n`)
    const place = cellPlace(error, packed, folder)
    const failure = expected ? codedFailure(error) : bugFailure(error)
    end({ kind: 'failed', ...failure, ...(place && { place }) }, 1)
  }
}

function stackOf(error: unknown): string {
  return (error instanceof Error && error.stack) || String(error)
}

/** What an error says of itself. */
type Failure = Omit<CellMessage & { readonly kind: 'failed' }, 'kind' | 'place'>

function codedFailure({ code, message, where, hint, param }: CodedError): Failure {
  return {
    code,
    message,
    ...(where !== undefined && { where }),
    ...(hint !== undefined && { hint }),
    ...(param !== undefined && { param }),
  }
}

function bugFailure(error: unknown): Failure {
  const message = commandFailure(error) ?? (error instanceof Error ? error.message : String(error))
  return meansFull(errnoOf(error))
    ? { code: 'DISK_FULL', message, hint: FULL_HINT }
    : { code: 'STAGE_FAILED', message }
}

/** Says how the stage ended, and ends the process whether or not that can be said. */
function end(message: CellMessage, code: number): void {
  try {
    sendToRunner(message)
  } finally {
    stopDebugging()
    process.exit(code)
  }
}
