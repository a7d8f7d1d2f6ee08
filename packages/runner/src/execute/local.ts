// The executor that runs tasks as processes of this machine, in the project's folder.
import { lstatSync } from 'node:fs'
import { resolve } from 'node:path'
import { after } from './after.ts'
import { runCell } from './cell-task.ts'
import { runCommands } from './command-task.ts'
import type { Executor, ExecutorHost, Status } from './executor.ts'
import { openProcessNotes, type ProcessNotes } from './orphans.ts'
import { createSaidQueue, type SaidQueue } from './said-queue.ts'
import type { Task } from './task.ts'
import type { Outcome, TaskContext } from './task-process.ts'
import { createWatched, type Watched } from './watched.ts'

/** Opens the executor of a run. */
export function openLocalExecutor(host: ExecutorHost): Executor {
  const notes = openProcessNotes(host.scratch)
  const tasks = new Map<string, LocalTask>()
  const taskOf = (handle: string): LocalTask => {
    const task = tasks.get(handle)
    if (!task) throw new Error(`there is no task ${handle}`)
    return task
  }
  let count = 0
  return {
    async submit(task) {
      const handle = String(++count)
      tasks.set(handle, startTask(task, host, notes))
      return handle
    },
    async poll(handle, seen) {
      const status = await taskOf(handle).status.changed((is) => is.state !== seen)
      if (status.state === 'ended') tasks.delete(handle)
      return status
    },
    async cancel(handle, how) {
      tasks.get(handle)?.cancel(how)
    },
    logs: (handle) => taskOf(handle).said,
    // No limit of its own: `--jobs` decides, since a task may wait for something other than a processor.
    capacity: async () => ({ tasks: Number.POSITIVE_INFINITY }),
  }
}

/** A task that was begun. */
interface LocalTask {
  readonly said: SaidQueue
  readonly status: Watched<Status>
  cancel(how: 'stop' | 'kill'): void
}

function startTask(task: Task, host: ExecutorHost, notes: ProcessNotes): LocalTask {
  const [said, status] = [createSaidQueue(), createWatched<Status>({ state: 'running' })]
  const [stop, kill] = [new AbortController(), new AbortController()]
  const started = performance.now()
  let stopped: 'cancelled' | 'timeout' | undefined
  const end = (why: 'cancelled' | 'timeout', how: 'stop' | 'kill'): void => {
    if (status.value.state === 'ended') return
    stopped ??= why
    status.set({ state: 'stopping' })
    stop.abort()
    if (how === 'kill') kill.abort()
  }
  const { timeoutMs } = task.limits
  const clear = timeoutMs === undefined ? undefined : after(timeoutMs, () => end('timeout', 'stop'))
  const settle = (outcome: Outcome): void => {
    const ended = stopped && outcome.ended.how !== 'done' ? { how: stopped } : outcome.ended
    const seconds = (performance.now() - started) / 1000
    const result = { ...outcome, ended, outputs: outputsOf(task), seconds }
    status.set({ state: 'ended', result })
  }
  const context = { task, host, notes, said, stops: { signal: stop.signal, kill: kill.signal } }
  void run(context)
    .then(settle)
    .catch(status.fail)
    .finally(() => {
      clear?.()
      said.end()
    })
  return { said, status, cancel: (how) => end('cancelled', how) }
}

function run(context: TaskContext): Promise<Outcome> {
  const { code } = context.task
  return code.kind === 'cell' ? runCell(context, code) : runCommands(context, code.lines)
}

/** The outputs at whose paths anything is, if only a link that leads nowhere: a commit tells more of it. */
function outputsOf({ folder, outputs }: Task): string[] {
  const stands = (path: string): boolean =>
    lstatSync(resolve(folder, path), { throwIfNoEntry: false }) !== undefined
  return outputs.filter(({ path }) => stands(path)).map(({ name }) => name)
}
