// One attempt at a stage: it runs, its outputs are taken in and moved into place, and the run is recorded.
import { join } from 'node:path'
import type { Stage } from '../config/model.ts'
import type { LockEntry, RecordedOut } from '../lock/lockfile.ts'
import type { Problem } from '../problem.ts'
import type { RunRecord } from '../store/runs.ts'
import { runCell } from './cell.ts'
import { runCommand } from './command.ts'
import { dependencyDigest } from './contents.ts'
import { deadline, timeoutProblem } from './deadline.ts'
import type { Prepared } from './decide.ts'
import type { Execution } from './execution.ts'
import {
  clearInPlace,
  learnOutputs,
  moveIntoPlace,
  prepareAside,
  putBack,
  takeIn,
} from './outputs.ts'
import { openStageLog, type StageLog } from './stage-log.ts'
import { systemProblem } from './system-problem.ts'
import type { Workspace } from './workspace.ts'

/** Why an attempt failed, with the end of its log. */
export interface Failure {
  readonly problem: Problem
  readonly tail: readonly string[]
  readonly logPath: string
}

/** Makes one attempt; undefined if the stage ran and is recorded. */
export async function attemptOnce(
  execution: Execution,
  stage: Stage,
  prepared: Prepared,
): Promise<Failure | undefined> {
  const folder = execution.scratch.stageFolder(stage.name)
  const log = openStageLog(execution.workspace.root, stage.name, execution.listen)
  const fail = (problem: Problem): Failure => ({ problem, tail: log.tail(), logPath: log.path })
  const timer = deadline(stage, execution.signal)
  try {
    const started = performance.now()
    const job = { ...execution, signal: timer.signal }
    const problem =
      stage.command.kind === 'run'
        ? await asCell(job, stage, prepared, folder, log, started)
        : await asCommand(job, stage, prepared, folder, log, started)
    if (!problem) return undefined
    return fail(timer.passed() ? timeoutProblem(stage) : problem)
  } catch (error) {
    return fail(systemProblem(error, stage))
  } finally {
    timer.clear()
    log.close()
  }
}

async function asCell(
  execution: Execution,
  stage: Stage,
  prepared: Prepared,
  folder: string,
  log: StageLog,
  started: number,
): Promise<Problem | undefined> {
  const { workspace } = execution
  const places = prepareAside(workspace.root, stage, folder)
  const attempt = await runCell(execution, stage, prepared, places, folder, log)
  log.check()
  if (!attempt.ok) return attempt.problem
  const outs = await takeIn(workspace, stage, (path) => places[path] ?? path)
  if (isProblem(outs)) return outs
  const moved = await inputsMoved(workspace, stage, prepared)
  if (moved) return moved
  moveIntoPlace(workspace.root, stage, places, folder)
  recordRun(
    workspace,
    stage,
    prepared,
    outs,
    { ...attempt.record, seconds: since(started) },
    log.path,
  )
  return undefined
}

async function asCommand(
  execution: Execution,
  stage: Stage,
  prepared: Prepared,
  folder: string,
  log: StageLog,
  started: number,
): Promise<Problem | undefined> {
  const { workspace } = execution
  clearInPlace(workspace.root, stage, folder)
  try {
    const attempt = await runCommand(execution, stage, log)
    log.check()
    const outs = attempt.ok
      ? await takeIn(workspace, stage, (path) => join(workspace.root, path))
      : attempt.problem
    const problem = isProblem(outs) ? outs : await inputsMoved(workspace, stage, prepared)
    if (problem || isProblem(outs) || !attempt.ok) {
      putBack(workspace.root, stage, folder)
      return problem
    }
    recordRun(
      workspace,
      stage,
      prepared,
      outs,
      { ...attempt.record, seconds: since(started) },
      log.path,
    )
    return undefined
  } catch (error) {
    putBack(workspace.root, stage, folder)
    throw error
  }
}

function isProblem(value: Record<string, RecordedOut> | Problem): value is Problem {
  return typeof (value as Problem).code === 'string'
}

function since(started: number): number {
  return (performance.now() - started) / 1000
}

function recordRun(
  workspace: Workspace,
  stage: Stage,
  prepared: Prepared,
  outs: Readonly<Record<string, RecordedOut>>,
  record: RunRecord,
  logPath: string,
): void {
  const { key, document, modules } = prepared
  const entry: LockEntry = { key, document, ...(modules && { modules }), outs }
  learnOutputs(workspace, outs)
  workspace.runs.keep(entry, record, logPath)
  workspace.lock.set(stage.name, entry)
}

/** The problem if a dependency is not any more what the key says: such a run is not recorded. */
async function inputsMoved(
  workspace: Workspace,
  stage: Stage,
  prepared: Prepared,
): Promise<Problem | undefined> {
  for (const [path, digest] of Object.entries(prepared.document.deps)) {
    if ((await dependencyDigest(workspace, path)) === digest) continue
    return {
      code: 'INPUT_CHANGED',
      message: `'${path}' changed while stage '${stage.name}' ran; its result is not recorded`,
      place: stage.place,
      hint: 'run again when nothing writes there any more',
    }
  }
  return undefined
}
