// One attempt at a stage: its places are made ready, an executor runs its task, and the result is committed or undone.
import type { Problem } from '@weir/base'
import { systemProblem } from '@weir/base/files'
import type { Stage } from '../config/model.ts'
import type { Executor, Said, TaskState } from '../execute/executor.ts'
import type { Result, Task } from '../execute/task.ts'
import type { Prepared } from '../plan/key.ts'
import { type Attempt, commit } from './commit.ts'
import { deadline, timeoutProblem } from './deadline.ts'
import type { Execution } from './execution.ts'
import { makeTask } from './make-task.ts'
import { makePlaces } from './outputs.ts'
import { resultProblem, withoutSecrets } from './result-problem.ts'
import { openStageLog, type StageLog } from './stage-log.ts'

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
  number: number,
): Promise<Failure | undefined> {
  const { id } = stage
  const folder = execution.scratch.stageFolder(id)
  const log = openStageLog(execution, id)
  const timer = deadline(stage, execution.signal)
  const attempt = { stage, prepared, number, folder, log, started: performance.now() }
  const fail = (problem: Problem): Failure => ({
    problem: execution.mask(timer.passed() ? timeoutProblem(stage) : problem),
    tail: log.tail(),
    logPath: log.path,
  })
  try {
    const problem = await runAndCommit({ ...execution, signal: timer.signal }, attempt, timer)
    return problem && fail(problem)
  } catch (error) {
    return fail(timer.passed() ? timeoutProblem(stage) : systemProblem(error, stage))
  } finally {
    timer.clear()
    log.close()
  }
}

async function runAndCommit(
  execution: Execution,
  attempt: Attempt,
  timer: ReturnType<typeof deadline>,
): Promise<Problem | undefined> {
  const { workspace, runId: run, signal, inspect } = execution
  const { stage, prepared, number, folder, log } = attempt
  const places = await makePlaces(workspace, stage, folder, signal)
  try {
    const timeoutMs = timer.pause()
    const options = { prepared, places, folder, run, attempt: number, timeoutMs }
    const made = await makeTask(workspace, stage, options)
    const task = inspect?.stage === stage.name ? { ...made, inspect: { port: inspect.port } } : made
    const result = await perform(execution, task, log)
    timer.resume(result.seconds * 1000)
    log.check()
    const problem =
      resultProblem(stage, result) ?? (await commit(execution, attempt, places, result))
    if (problem) places.putBack()
    return problem
  } catch (error) {
    places.putBack()
    throw error
  }
}

/** Has a task run, with its log written as it comes, and cancelled when the run ends. */
async function perform(execution: Execution, task: Task, log: StageLog): Promise<Result> {
  const { executor, signal, mask, behind } = execution
  if (signal.aborted) return CANCELLED
  const handle = await executor.submit(task)
  const stopping = new AbortController()
  const release = cancelWithRun(execution, handle, log)
  const said = executor.logs(handle)
  // The log is closed only when all of it is read, also after an error.
  const [end, read] = await Promise.allSettled([
    endOf(executor, handle, stopping),
    follow(said, log, behind, stopping.signal),
  ])
  release()
  if (end.status === 'rejected') throw end.reason
  if (read.status === 'rejected') throw read.reason
  return withoutSecrets(end.value, mask)
}

/** The result of a task that was never submitted. */
const CANCELLED: Result = {
  ended: { how: 'cancelled' },
  metrics: {},
  shown: [],
  outputs: [],
  seconds: 0,
}

/** Waits for a task's end; aborts `stopping` as soon as the task is being ended. */
async function endOf(
  executor: Executor,
  handle: string,
  stopping: AbortController,
): Promise<Result> {
  let seen: TaskState = 'waiting'
  try {
    for (;;) {
      const status = await executor.poll(handle, seen)
      if (status.state === 'ended') return status.result
      if (status.state === 'stopping') stopping.abort()
      seen = status.state
    }
  } finally {
    stopping.abort()
  }
}

/** Writes a task's messages to the log. Waits for a slow reader of the run's output, unless the task is being ended. */
async function follow(
  said: AsyncIterable<Said>,
  log: StageLog,
  behind: Execution['behind'],
  stopping: AbortSignal,
): Promise<void> {
  const stopped = new Promise<void>((resolve) =>
    stopping.addEventListener('abort', () => resolve(), { once: true }),
  )
  for await (const item of said) {
    log.take(item)
    const caughtUp = stopping.aborted ? undefined : behind()
    if (caughtUp) await Promise.race([caughtUp, stopped])
  }
}

/** Cancels a task when the run is stopped or killed; gives the way to let go of it. */
function cancelWithRun(
  { executor, signal, kill }: Execution,
  handle: string,
  log: StageLog,
): () => void {
  const cancel = (how: 'stop' | 'kill'): void => {
    executor.cancel(handle, how).catch((error: Error) => {
      log.take({ kind: 'warning', message: `its task could not be cancelled: ${error.message}` })
    })
  }
  const [stop, killNow] = [() => cancel('stop'), () => cancel('kill')]
  signal.addEventListener('abort', stop, { once: true })
  kill.addEventListener('abort', killNow, { once: true })
  // What came while the task was being submitted.
  if (kill.aborted) killNow()
  else if (signal.aborted) stop()
  return () => {
    signal.removeEventListener('abort', stop)
    kill.removeEventListener('abort', killNow)
  }
}
