// The program of a cell's process: loads the bundle that was hashed, checks the params, runs it, reports by messages.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StageContext, StageDefinition } from '../api.ts'
import { openPorts } from '../ports.ts'
import { checkChart } from '../report/chart-data.ts'
import type { MetricValue } from '../show.ts'
import type { CellJob, CellMessage } from './events.ts'
import { FULL_HINT, meansFull } from './system-problem.ts'

const stopped = new AbortController()

process.once('message', (job: CellJob) => {
  // A cell that waits for what cannot come any more ends, instead of hanging on the channel.
  process.channel?.unref()
  run(job).then(finish, (error: unknown) => fail(error))
})
// Without its runner a cell has nobody to report to, and the next run must not meet it.
process.once('disconnect', () => process.exit(1))
process.once('SIGTERM', () => {
  stopped.abort()
  // A cell that does not listen is not waited for.
  setTimeout(() => process.exit(143), 1_000).unref()
})

async function run(job: CellJob): Promise<void> {
  const module = (await import(pathToFileURL(job.bundle).href)) as { default?: StageDefinition }
  const stage = module.default
  if (typeof stage?.run !== 'function')
    throw new Error(
      'the module has no default export made with defineStage({ title, params, run })',
    )
  send({ kind: 'title', title: stage.title })
  for (const path of Object.values(job.outputs)) mkdirSync(dirname(path), { recursive: true })
  const metrics: Record<string, MetricValue> = {}
  await stage.run(contextOf(job, metrics))
  if (job.metricsPath && Object.keys(metrics).length > 0 && !existsSync(job.metricsPath))
    writeFileSync(job.metricsPath, `${JSON.stringify(metrics, null, 2)}\n`)
}

function contextOf(job: CellJob, recorded: Record<string, MetricValue>): StageContext<never> {
  const { stage } = job
  const [inputs, outputs] = [
    openPorts(stage, 'dep', job.inputs),
    openPorts(stage, 'out', job.outputs),
  ]
  return {
    stage,
    input: inputs.at,
    output: outputs.at,
    inputs: inputs.all,
    outputs: outputs.all,
    params: job.params as never,
    signal: stopped.signal,
    metrics(values) {
      Object.assign(recorded, values)
      send({ kind: 'metrics', values })
    },
    show: {
      table: (view) => send({ kind: 'show', block: { kind: 'table', view } }),
      chart(spec, { title, alt }) {
        checkChart(spec)
        send({ kind: 'show', block: { kind: 'chart', spec, title, alt } })
      },
      markdown: (text) => send({ kind: 'show', block: { kind: 'markdown', text } }),
    },
    log: (line) => send({ kind: 'log', line }),
    progress: (progress) => send({ kind: 'progress', progress }),
  }
}

function send(message: CellMessage): void {
  process.send?.(message)
}

function finish(): void {
  process.send?.({ kind: 'done' } satisfies CellMessage, () => process.exit(0))
}

/** A StageError is told as it is; anything else is a bug and comes with its stack. */
function fail(error: unknown): void {
  const { name, code, message, where, hint, stack } = Object(error ?? String(error)) as Error &
    Record<'code' | 'where' | 'hint', string | undefined>
  const expected = name === 'StageError' && code !== undefined
  const full = !expected && meansFull(code)
  if (!expected) process.stderr.write(`${stack ?? String(error)}\n`)
  const told: CellMessage = {
    kind: 'failed',
    code: expected ? code : full ? 'DISK_FULL' : 'STAGE_FAILED',
    message: message ?? String(error),
    ...(expected && where !== undefined && { where }),
    ...(expected && hint !== undefined && { hint }),
    ...(full && { hint: FULL_HINT }),
  }
  process.send?.(told, () => process.exit(1))
}
