// Runs a TypeScript cell: a process of its own that loads the very bundle that was hashed.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isReference, type Stage } from '../config/model.ts'
import { nestedValues } from '../config/params.ts'
import type { Problem } from '../problem.ts'
import type { Block } from '../report/document.ts'
import type { MetricValue } from '../show.ts'
import { endProblem, stageEnvironment } from './command.ts'
import { referenceText } from './contents.ts'
import type { Prepared } from './decide.ts'
import type { CellJob, CellMessage } from './events.ts'
import type { Attempt, Execution } from './execution.ts'
import { fileOuts } from './outputs.ts'
import { type Ears, runProcess } from './process.ts'
import type { StageLog } from './stage-log.ts'

/** What has been heard of a cell. */
interface Heard {
  title: string
  done: boolean
  problem?: Problem
  readonly metrics: Record<string, MetricValue>
  readonly shown: Block[]
}

/** Runs a cell that writes its outputs at `places`. */
export async function runCell(
  execution: Execution,
  stage: Stage,
  prepared: Prepared,
  places: Readonly<Record<string, string>>,
  folder: string,
  log: StageLog,
): Promise<Attempt> {
  const { workspace, scratch, signal } = execution
  const job = await cellJob(execution, stage, prepared, places, folder)
  const heard: Heard = { title: stage.desc ?? stage.name, done: false, metrics: {}, shown: [] }
  const launch = {
    command: process.execPath,
    args: ['--enable-source-maps', workspace.surroundings.cellHost],
    cwd: workspace.root,
    env: stageEnvironment(execution, stage),
    ipc: true,
  }
  let pid: number | undefined
  const ears: Ears = {
    line: log.line,
    message: (message) => hear(message as CellMessage, heard, execution, stage, log),
    started(child) {
      pid = child.pid
      if (pid !== undefined) scratch.noteProcess(pid)
      // A child that could not start or is gone already is told of by its end.
      child.send?.(job, () => undefined)
    },
  }
  const ended = await runProcess(launch, ears, signal)
  if (pid !== undefined) scratch.forgetProcess(pid)
  const { title, metrics, shown } = heard
  if (ended.code === 0 && heard.done) return { ok: true, record: { title, metrics, shown } }
  const file = stage.command.kind === 'run' ? stage.command.file : ''
  return {
    ok: false,
    problem: (!signal.aborted && heard.problem) || endProblem(stage, file, ended, signal),
  }
}

async function cellJob(
  { workspace }: Execution,
  stage: Stage,
  prepared: Prepared,
  places: Readonly<Record<string, string>>,
  folder: string,
): Promise<CellJob> {
  const inputs: Record<string, string> = {}
  for (const [index, dep] of stage.deps.entries())
    inputs[dep] = isReference(dep)
      ? keepText(join(folder, 'references', `${index}.json`), await referenceText(workspace, dep))
      : resolve(workspace.root, dep)
  const metrics = fileOuts(stage).filter((out) => out.kind === 'metric')
  const metricsPath = metrics.length === 1 ? places[metrics[0]?.path ?? ''] : undefined
  return {
    kind: 'job',
    bundle: join(workspace.root, prepared.cell?.bundle ?? ''),
    stage: stage.name,
    params: nestedValues(stage.params, workspace.pipeline.params),
    inputs,
    outputs: places,
    ...(metricsPath !== undefined && { metricsPath }),
  }
}

function keepText(path: string, text: string | null): string {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `${text ?? 'null'}\n`)
  return path
}

function hear(
  message: CellMessage,
  heard: Heard,
  execution: Execution,
  stage: Stage,
  log: StageLog,
): void {
  switch (message.kind) {
    case 'title':
      heard.title = message.title
      return
    case 'log':
      log.line(message.line)
      return
    case 'progress':
      execution.listen({ kind: 'stage_progress', stage: stage.name, progress: message.progress })
      return
    case 'metrics':
      Object.assign(heard.metrics, message.values)
      return
    case 'show':
      heard.shown.push(message.block)
      return
    case 'done':
      heard.done = true
      return
    case 'failed':
      heard.problem = toldProblem(message, stage)
  }
}

function toldProblem(message: Extract<CellMessage, { kind: 'failed' }>, stage: Stage): Problem {
  const { code, where, hint } = message
  const place = where === undefined ? stage.place : { file: where }
  return {
    code,
    message: `stage '${stage.name}': ${message.message}`,
    place,
    ...(hint !== undefined && { hint }),
  }
}
