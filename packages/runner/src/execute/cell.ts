// Runs a TypeScript cell: a process of its own that loads the very code that was hashed.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Problem } from '@weir/base/problem'
import { isReference, type Stage } from '../config/model.ts'
import { nestedValues } from '../config/params.ts'
import { referenceText } from '../plan/contents.ts'
import type { Prepared } from '../plan/decide.ts'
import { portPaths } from '../plan/port-paths.ts'
import type { Block } from '../report/document.ts'
import type { MetricValue } from '../report/show.ts'
import type { Attempt, Execution } from '../session/execution.ts'
import type { Mask } from '../session/mask.ts'
import { fileOuts } from '../session/outputs.ts'
import type { StageLog } from '../session/stage-log.ts'
import { type CellMessage, type RunJob, recordedMessage, wrongMessage } from './cell-message.ts'
import { cellHostCommand, type LineHandlers, MOST_BYTES, openChannel, tooLarge } from './channel.ts'
import { endProblem, runStageProcess } from './stage-process.ts'

/** What has been heard of a cell. */
interface Heard {
  title: string
  done: boolean
  problem?: Problem
  readonly metrics: Record<string, MetricValue>
  readonly shown: Block[]
  /** How much of it is kept in memory. */
  keptBytes: number
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
  const { workspace, signal } = execution
  const job = await cellJob(execution, stage, prepared, places, folder)
  const title = stage.desc ?? stage.name
  const heard: Heard = { title, done: false, metrics: {}, shown: [], keptBytes: 0 }
  const refused = new AbortController()
  const refuse = (why: string): void => {
    heard.problem ??= messageProblem(stage, why)
    refused.abort()
  }
  const lines: LineHandlers = {
    message(value, bytes) {
      const wrong = hear(value, bytes, heard, execution, stage, log)
      if (wrong !== undefined) refuse(wrong)
    },
    broken: (why) => refuse(`a message is none: ${why}`),
  }
  const ended = await runStageProcess(execution, stage, {
    ...cellHostCommand(workspace.surroundings),
    log,
    started: (child) => openChannel(child, job, lines),
    signal: refused.signal,
  })
  const { metrics, shown } = heard
  if (ended.code === 0 && heard.done && !heard.problem)
    return { ok: true, record: { title: heard.title, metrics, shown } }
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
): Promise<RunJob> {
  const inputs: Record<string, string> = {}
  const { command } = stage
  const description = command.kind === 'run' ? workspace.code.description(command.file) : undefined
  for (const [index, dep] of stage.deps.entries())
    inputs[dep] = isReference(dep)
      ? keepText(join(folder, 'references', `${index}.json`), await referenceText(workspace, dep))
      : resolve(workspace.root, dep)
  const metrics = fileOuts(stage).filter((out) => out.kind === 'metric')
  const metricsPath = metrics.length === 1 ? places[metrics[0]?.path ?? ''] : undefined
  return {
    kind: 'run',
    packed: join(workspace.root, prepared.cell?.packed ?? ''),
    stage: stage.name,
    params: nestedValues(stage.params, workspace.pipeline.params),
    inputs,
    outputs: places,
    ports: portPaths(description, workspace.pipeline),
    effects: stage.outs.map((out) => out.path).filter(isReference),
    ...(metricsPath !== undefined && { metricsPath }),
  }
}

function keepText(path: string, text: string | null): string {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `${text ?? 'null'}\n`)
  return path
}

/** Takes one message in; what is wrong with it, if anything is. */
function hear(
  value: unknown,
  bytes: number,
  heard: Heard,
  execution: Execution,
  stage: Stage,
  log: StageLog,
): string | undefined {
  const read = readMessage(value, execution.mask)
  if ('wrong' in read) return read.wrong
  const { message } = read
  switch (message.kind) {
    case 'title':
      heard.title = message.title
      return undefined
    case 'log':
      log.line(message.line)
      return undefined
    case 'progress':
      execution.listen({ kind: 'stage_progress', stage: stage.name, progress: message.progress })
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
    case 'failed':
      heard.problem = toldProblem(message, stage)
      return undefined
  }
}

function keepWithin(heard: Heard, bytes: number): string | undefined {
  heard.keptBytes += bytes
  return heard.keptBytes > MOST_BYTES
    ? `all that it shows is too much: ${tooLarge(heard.keptBytes, MOST_BYTES)}`
    : undefined
}

/** A message in the form in which it is recorded, without secrets; or what is wrong with it. */
function readMessage(
  value: unknown,
  mask: Mask,
): { readonly message: CellMessage } | { readonly wrong: string } {
  const wrong = wrongMessage(value)
  if (wrong !== undefined) return { wrong: mask(wrong) }
  const message = value as CellMessage
  try {
    return { message: mask(recordedMessage(message)) }
  } catch (error) {
    // What holds itself, or is nested too deep.
    return { wrong: `${message.kind}: ${mask((error as Error).message)}` }
  }
}

function messageProblem(stage: Stage, why: string): Problem {
  return {
    code: 'CELL_MESSAGE',
    message: `stage '${stage.name}': ${why}`,
    place: stage.place,
    hint: 'a cell reports by what its run is given (log, show, metrics, progress)',
  }
}

function toldProblem(message: Extract<CellMessage, { kind: 'failed' }>, stage: Stage): Problem {
  const { code, where, hint, param } = message
  const place = where === undefined ? stage.place : { file: where }
  return {
    code,
    message: `stage '${stage.name}': ${message.message}`,
    place,
    ...(hint !== undefined && { hint }),
    ...(param !== undefined && { param }),
  }
}
