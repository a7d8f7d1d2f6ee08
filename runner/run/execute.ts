// Carries a decision out for one stage: restores its outputs, or runs it, takes its outputs in and records them.
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from '../config/model.ts'
import type { Reason } from '../key/reason.ts'
import type { LockEntry, RecordedOut } from '../lock/lockfile.ts'
import type { Problem } from '../problem.ts'
import type { RunRecord } from '../store/runs.ts'
import { writeState } from '../store/write.ts'
import { runCell } from './cell.ts'
import { runCommand } from './command.ts'
import { dependencyDigest } from './contents.ts'
import type { Decision, Prepared } from './decide.ts'
import type { Listener, StageResult } from './events.ts'
import {
  clearInPlace,
  learnOutputs,
  moveIntoPlace,
  prepareAside,
  putBack,
  restoreOutputs,
  takeIn,
} from './outputs.ts'
import type { Scratch } from './scratch.ts'
import { systemProblem } from './system-problem.ts'
import type { Workspace } from './workspace.ts'

/** What executing a stage needs besides the stage. */
export interface Execution {
  readonly workspace: Workspace
  readonly scratch: Scratch
  readonly runId: string
  readonly listen: Listener
  readonly signal: AbortSignal
}

/** One attempt's outcome: what the cell told, or the problem. */
export type Attempt =
  | { readonly ok: true; readonly record: Omit<RunRecord, 'seconds'> }
  | { readonly ok: false; readonly problem: Problem }

/** A place to append lines of a stage's log to. */
export interface StageLog {
  readonly path: string
  /** Appends a line. That it cannot be written is thrown by `check`, since nobody hears what a stream's listener throws. */
  line(text: string): void
  check(): void
  tail(): string[]
  close(): void
}

const TAIL_LINES = 12
const RETRY_MS = 500

/** Restores or runs a stage, whichever was decided. A restore that meets a corrupt object becomes a run. */
export async function execute(
  execution: Execution,
  stage: Stage,
  decision: Extract<Decision, { action: 'restore' | 'run' }>,
): Promise<Omit<StageResult, 'seconds'>> {
  if (decision.action === 'run')
    return runStage(execution, stage, decision.prepared, decision.reasons)
  const { workspace, scratch } = execution
  const folder = scratch.stageFolder(stage.name)
  const failure = restoreOutputs(workspace, stage, decision.entry.outs, folder)
  if (!failure) {
    workspace.lock.set(stage.name, { ...decision.entry, ...modulesOf(decision.prepared) })
    return { name: stage.name, outcome: 'restored', reasons: decision.reasons }
  }
  workspace.runs.forget(decision.entry.key)
  const reasons: Reason[] = [
    ...decision.reasons,
    ...(failure.kind === 'corrupt'
      ? [{ kind: 'cache_corrupt', digest: failure.digest } as const]
      : []),
  ]
  if (!stage.frozen) return runStage(execution, stage, decision.prepared, reasons)
  const problem: Problem = {
    code: 'CACHE_CORRUPT',
    message: `stage '${stage.name}' is frozen, and object ${failure.digest} of the cache is ${failure.kind}`,
    place: stage.place,
    hint: 'take `frozen` away to run it',
  }
  return { name: stage.name, outcome: 'failed', reasons, problem }
}

function modulesOf({ modules }: Prepared): Pick<LockEntry, 'modules'> {
  return modules ? { modules } : {}
}

async function runStage(
  execution: Execution,
  stage: Stage,
  prepared: Prepared,
  reasons: readonly Reason[],
): Promise<Omit<StageResult, 'seconds'>> {
  const { workspace, listen } = execution
  listen({ kind: 'stage_started', stage: stage.name, reasons })
  workspace.lock.suspend(stage.name)
  let recorded = false
  try {
    const failure = await attempts(execution, stage, prepared)
    recorded = failure === undefined
    if (!failure) return { name: stage.name, outcome: 'ran', reasons }
    return { name: stage.name, outcome: 'failed', reasons, ...failure }
  } finally {
    // The old entry still tells the truth about the old outputs, which are back in place.
    if (!recorded) workspace.lock.resume(stage.name)
  }
}

interface Failure {
  readonly problem: Problem
  readonly tail: readonly string[]
  readonly logPath: string
}

async function attempts(
  execution: Execution,
  stage: Stage,
  prepared: Prepared,
): Promise<Failure | undefined> {
  for (let attempt = 1; ; attempt++) {
    const failure = await attemptOnce(execution, stage, prepared)
    if (!failure) return undefined
    const again = attempt <= stage.retries && !execution.signal.aborted
    if (!again) return failure
    const { problem } = failure
    execution.listen({
      kind: 'stage_retry',
      stage: stage.name,
      attempt,
      of: stage.retries,
      problem,
    })
    await sleep(RETRY_MS * attempt, undefined, { signal: execution.signal }).catch(() => undefined)
  }
}

async function attemptOnce(
  execution: Execution,
  stage: Stage,
  prepared: Prepared,
): Promise<Failure | undefined> {
  const folder = execution.scratch.stageFolder(stage.name)
  const log = openStageLog(
    join(execution.workspace.root, '.weir', 'logs', `${stage.name}.txt`),
    execution.listen,
    stage.name,
  )
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
  const { key, document } = prepared
  const entry: LockEntry = { key, document, ...modulesOf(prepared), outs }
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

interface Deadline {
  readonly signal: AbortSignal
  passed(): boolean
  clear(): void
}

/** The run's signal, or the stage's own timeout, whichever comes first. */
function deadline(stage: Stage, signal: AbortSignal): Deadline {
  const timeout = new AbortController()
  const timer =
    stage.timeoutMs === undefined ? undefined : setTimeout(() => timeout.abort(), stage.timeoutMs)
  return {
    signal: AbortSignal.any([signal, timeout.signal]),
    passed: () => timeout.signal.aborted,
    clear: () => clearTimeout(timer),
  }
}

function timeoutProblem(stage: Stage): Problem {
  return {
    code: 'STAGE_TIMEOUT',
    message: `stage '${stage.name}' took longer than its timeout of ${(stage.timeoutMs ?? 0) / 1000} s and was stopped`,
    place: stage.place,
    hint: 'raise `timeout`, or make it faster',
  }
}

function openStageLog(path: string, listen: Listener, stage: string): StageLog {
  writeState(path, '')
  const file = openSync(path, 'w')
  const last: string[] = []
  let failure: unknown
  return {
    path,
    line(text) {
      try {
        writeSync(file, `${text}\n`)
      } catch (error) {
        failure ??= error
      }
      last.push(text)
      if (last.length > TAIL_LINES) last.shift()
      listen({ kind: 'stage_log', stage, line: text })
    },
    check() {
      if (failure !== undefined) throw failure
    },
    tail: () => last,
    close: () => closeSync(file),
  }
}
