// One attempt at a stage: it runs, its outputs are taken in and moved into place, and the run is recorded.
import { join } from 'node:path'
import type { Problem } from '@weir/base/problem'
import { systemProblem } from '@weir/base/system-problem'
import type { Stage } from '../config/model.ts'
import { runCell } from '../execute/cell.ts'
import { runCommand } from '../execute/command.ts'
import { dependencyDigest } from '../plan/contents.ts'
import type { Prepared } from '../plan/decide.ts'
import type { LockEntry, RecordedOut } from '../store/lock-file.ts'
import { deadline, timeoutProblem } from './deadline.ts'
import type { Attempt, Execution } from './execution.ts'
import {
  clearInPlace,
  moveIntoPlace,
  prepareAside,
  putBack,
  type TakenIn,
  takeIn,
} from './outputs.ts'
import { forgetPersisted, notePersisted } from './persisted.ts'
import { openStageLog, type StageLog } from './stage-log.ts'

/** Why an attempt failed, with the end of its log. */
export interface Failure {
  readonly problem: Problem
  readonly tail: readonly string[]
  readonly logPath: string
}

/** One attempt under way. */
interface Job {
  readonly execution: Execution
  readonly stage: Stage
  readonly prepared: Prepared
  /** Scratch space of its own. */
  readonly folder: string
  readonly log: StageLog
  readonly started: number
}

/** What a stage that ended well told of itself. */
type Told = Extract<Attempt, { ok: true }>['record']

/** Makes one attempt; undefined if the stage ran and is recorded. */
export async function attemptOnce(
  execution: Execution,
  stage: Stage,
  prepared: Prepared,
): Promise<Failure | undefined> {
  const folder = execution.scratch.stageFolder(stage.name)
  const log = openStageLog(execution, stage.name)
  const fail = (problem: Problem): Failure => ({
    problem: execution.mask(problem),
    tail: log.tail(),
    logPath: log.path,
  })
  const timer = deadline(stage, execution.signal)
  const bounded = { ...execution, signal: timer.signal }
  const job = { execution: bounded, stage, prepared, folder, log, started: performance.now() }
  try {
    const problem = stage.command.kind === 'run' ? await asCell(job) : await asCommand(job)
    if (!problem) return undefined
    return fail(timer.passed() ? timeoutProblem(stage) : problem)
  } catch (error) {
    return fail(timer.passed() ? timeoutProblem(stage) : systemProblem(error, stage))
  } finally {
    timer.clear()
    log.close()
  }
}

/** A cell writes aside; what it wrote is moved into place once it is sound. */
async function asCell(job: Job): Promise<Problem | undefined> {
  const { execution, stage, prepared, folder, log } = job
  const { workspace } = execution
  const places = await prepareAside(workspace, stage, folder, execution.signal)
  const attempt = await runCell(execution, stage, prepared, places, folder, log)
  log.check()
  if (!attempt.ok) return attempt.problem
  const taken = await soundOutputs(job, (path) => places[path] ?? path)
  if (isProblem(taken)) return taken
  notePersisted(workspace.root, stage, folder)
  moveIntoPlace(workspace, stage, places, folder, taken.contents)
  record(job, attempt.record, taken.outs)
  return undefined
}

/** A command writes in place; unless that is sound, what was there before comes back. */
async function asCommand(job: Job): Promise<Problem | undefined> {
  const { execution, stage, folder, log } = job
  const { workspace, signal } = execution
  const { root } = workspace
  await clearInPlace(workspace, stage, folder, signal)
  try {
    const attempt = await runCommand(execution, stage, log)
    log.check()
    const problem = attempt.ok ? await takeInPlace(job, attempt.record) : attempt.problem
    if (problem) putBack(root, stage, folder)
    return problem
  } catch (error) {
    putBack(root, stage, folder)
    throw error
  }
}

/** Records what a command wrote in place; the problem if that is not sound. */
async function takeInPlace(job: Job, told: Told): Promise<Problem | undefined> {
  const { root } = job.execution.workspace
  const taken = await soundOutputs(job, (path) => join(root, path))
  if (isProblem(taken)) return taken
  record(job, told, taken.outs)
  return undefined
}

/** The outputs, hashed and kept; or why they do not count. */
async function soundOutputs(
  { execution, stage, prepared }: Job,
  placeOf: (path: string) => string,
): Promise<TakenIn | Problem> {
  const taken = await takeIn(execution.workspace, stage, placeOf, execution.signal)
  if (isProblem(taken)) return taken
  return (await inputsMoved(execution, stage, prepared)) ?? mutexLost(execution, stage) ?? taken
}

function isProblem(value: TakenIn | Problem): value is Problem {
  return 'code' in value
}

function record(
  { execution, stage, prepared, folder, log, started }: Job,
  told: Told,
  outs: Readonly<Record<string, RecordedOut>>,
): void {
  const { workspace } = execution
  const { key, document, modules } = prepared
  const entry: LockEntry = { key, document, ...(modules && { modules }), outs }
  const seconds = (performance.now() - started) / 1000
  workspace.runs.keep(entry, { ...execution.mask(told), seconds }, log.path)
  workspace.lock.set(stage.name, entry)
  if (stage.outs.some((out) => out.persist)) forgetPersisted(folder)
}

/** The problem if the run has lost the project's lock: what it did is another run's to do now. */
export function mutexLost({ isHeld }: Execution, stage: Stage): Problem | undefined {
  if (isHeld()) return undefined
  return {
    code: 'MUTEX_LOST',
    message: `the run's lock was removed while it was at work; the result of stage '${stage.name}' is not recorded`,
    hint: 'run again when no other run is at work; `weir unlock` is for locks of runs that are gone',
  }
}

/** The problem if a dependency is not any more what the key says: such a run is not recorded. */
async function inputsMoved(
  { workspace, signal }: Execution,
  stage: Stage,
  prepared: Prepared,
): Promise<Problem | undefined> {
  for (const [path, digest] of Object.entries(prepared.document.deps)) {
    if ((await dependencyDigest(workspace, path, signal)) === digest) continue
    return {
      code: 'INPUT_CHANGED',
      message: `'${path}' changed while stage '${stage.name}' ran; its result is not recorded`,
      place: stage.place,
      hint: 'run again when nothing writes there any more',
    }
  }
  return undefined
}
