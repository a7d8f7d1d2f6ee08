// Commits the result of a task: all that it made is verified, hashed, stored and moved into place, then recorded.
import type { Problem } from '@weir/base'
import type { Stage } from '../config/model.ts'
import type { Result } from '../execute/task.ts'
import { dependencyDigest } from '../plan/contents.ts'
import type { Prepared } from '../plan/key.ts'
import type { LockEntry, RecordedOut } from '../store/lock-file.ts'
import type { Execution } from './execution.ts'
import { readMetrics } from './metric-files.ts'
import { missingOut, type Places, type TakenIn, takeIn } from './outputs.ts'
import type { StageLog } from './stage-log.ts'

/** One attempt under way. */
export interface Attempt {
  readonly stage: Stage
  readonly prepared: Prepared
  /** Counted from 1. */
  readonly number: number
  /** Scratch space of its own. */
  readonly folder: string
  readonly log: StageLog
  /** When it began, by the clock of `performance`. */
  readonly started: number
}

/** Commits; or gives the problem for which the result does not count, with nothing in place and nothing recorded. */
export async function commit(
  execution: Execution,
  attempt: Attempt,
  places: Places,
  result: Result,
): Promise<Problem | undefined> {
  const { workspace, signal } = execution
  const { stage, prepared } = attempt
  const absent = Object.keys(places.outputs).find((path) => !result.outputs.includes(path))
  if (absent !== undefined) return missingOut(stage, absent)
  const taken = await takeIn(workspace, stage, places.of, signal)
  if (isProblem(taken)) return taken
  const problem = (await inputsMoved(execution, stage, prepared)) ?? mutexLost(execution, stage)
  if (problem) return problem
  places.moveIntoPlace(taken.contents)
  await record(execution, attempt, result, taken.outs)
  places.forget()
  return undefined
}

function isProblem(value: TakenIn | Problem): value is Problem {
  return 'code' in value
}

/** The problem if a dependency changed during the run: such a run is not recorded. */
async function inputsMoved(
  { workspace, signal }: Execution,
  stage: Stage,
  { document }: Prepared,
): Promise<Problem | undefined> {
  for (const [path, digest] of Object.entries(document.deps)) {
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

/** The problem if the run has lost the project's mutex: another run may be at work, so nothing is recorded. */
export function mutexLost({ isHeld }: Execution, stage: Stage): Problem | undefined {
  if (isHeld()) return undefined
  return {
    code: 'MUTEX_LOST',
    message: `the run's mutex was removed while it was at work; the result of stage '${stage.name}' is not recorded`,
    hint: 'run again when no other run is at work; `weir unlock` is for mutexes of runs that are gone',
  }
}

/** Records the run under its key, then the stage's entry in the lock. */
async function record(
  { workspace, mask }: Execution,
  { stage, prepared, log, started }: Attempt,
  { title = stage.desc ?? stage.name, metrics, shown }: Result,
  outs: Readonly<Record<string, RecordedOut>>,
): Promise<void> {
  const { root, runCache, lock } = workspace
  const { key, document, modules } = prepared
  const entry: LockEntry = { key, document, ...(modules && { modules }), outs }
  // A cell reports its figures; those of a command stand in its files.
  const figures = stage.command.kind === 'run' ? metrics : await readMetrics(root, stage)
  const seconds = (performance.now() - started) / 1000
  runCache.keep(entry, { ...mask({ title, metrics: figures }), shown, seconds }, log.path)
  lock.set(stage.id, entry)
}
