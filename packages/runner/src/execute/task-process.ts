// A process of a task: what shells and cells have in common.
import { instanceText } from '../config/instance.ts'
import type { ExecutorHost } from './executor.ts'
import { type ProcessNotes, RUN_VARIABLE } from './orphans.ts'
import { type ChildHandlers, type Ended, type Launch, runProcess, type Stops } from './process.ts'
import type { SaidQueue } from './said-queue.ts'
import type { Result, Task, TaskEnd } from './task.ts'

/** What running a task takes. */
export interface TaskContext {
  readonly task: Task
  readonly host: ExecutorHost
  readonly notes: ProcessNotes
  readonly said: SaidQueue
  readonly stops: Stops
}

/** What the processes of a task came to. */
export type Outcome = Omit<Result, 'outputs' | 'seconds'>

/** What differs between the processes of tasks. */
export interface TaskLaunch extends Pick<Launch, 'command' | 'args' | 'channel'> {
  readonly started?: ChildHandlers['started']
  /** Ends it besides the task's own stops. */
  readonly signal?: AbortSignal
}

/** Runs a process of a task, noted while it runs: the next run stops it, should this one be killed. */
export async function runTaskProcess(
  { task, host, notes, said, stops }: TaskContext,
  { command, args, channel, started, signal }: TaskLaunch,
): Promise<Ended> {
  let pid: number | undefined
  const ended = await runProcess(
    { command, args, channel, cwd: task.folder, env: environmentOf(task, host) },
    {
      output: (stream) => ({
        write: (bytes) => said.push({ kind: 'output', stream, bytes }),
        end: () => said.push({ kind: 'output_end', stream }),
      }),
      warn: (message) => said.push({ kind: 'warning', message }),
      behind: said.full,
      started(child) {
        pid = child.pid
        if (pid !== undefined) notes.began(pid)
        started?.(child)
      },
    },
    { signal: signal ? AbortSignal.any([stops.signal, signal]) : stops.signal, kill: stops.kill },
  )
  if (pid !== undefined) notes.ended(pid)
  return ended
}

/** The environment of a task: that of the run, what the stage declares, and where it is. */
function environmentOf({ id, env, folder }: Task, host: ExecutorHost): NodeJS.ProcessEnv {
  return {
    ...host.env,
    ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
    WEIR_ROOT: folder,
    WEIR_STAGE: instanceText(id),
    [RUN_VARIABLE]: id.run,
  }
}

/** How a process ended that was no success. */
export function failedEnd({ code, signal, error }: Ended, line?: string): TaskEnd {
  const which = line === undefined ? {} : { line }
  if (error) return { how: 'not_started', message: error.message, ...which }
  if (signal) return { how: 'signal', signal, ...which }
  return { how: 'exit', code, ...which }
}
