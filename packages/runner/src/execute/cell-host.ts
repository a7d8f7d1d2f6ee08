// The program of a cell's process: loads the code that was hashed, runs it, and reports by messages; or describes cells.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FULL_HINT, meansFull } from '@weir/base/system-problem'
import { checked, openContext } from './cell-context.ts'
import { describe, failDescription } from './cell-describe.ts'
import type { CellJob, CellMessage, RunJob } from './cell-message.ts'
import { receiveJob, sendToRunner } from './channel.ts'
import type { LoadedStage } from './stage-definition.ts'

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
  checked(sendToRunner)({ kind: 'title', title: stage.title })
  for (const path of Object.values(job.outputs)) mkdirSync(dirname(path), { recursive: true })
  const { context, recorded } = openContext(stage, job, sendToRunner, stopped.signal)
  await stage.run(context)
  if (job.metricsPath && Object.keys(recorded).length > 0 && !existsSync(job.metricsPath))
    writeFileSync(job.metricsPath, `${JSON.stringify(recorded, null, 2)}\n`)
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
