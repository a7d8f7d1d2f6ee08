// The five methods by which a session has tasks run, wherever that is.
import type { Progress } from '../report/show.ts'
import type { ContentStore } from '../store/content-store.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { Result, Task } from './task.ts'

/** Runs tasks. A handle is known until its end was polled and its logs were read. */
export interface Executor {
  /** Takes a task on, whose inputs are in its folder, and gives a handle for it. */
  submit(task: Task): Promise<string>
  /** Waits until the state differs from `seen`. Once it is `ended`, the outputs are in the task's folder. */
  poll(handle: string, seen: TaskState): Promise<Status>
  /** Ends a task: `stop` gives it a few seconds to end by itself. One that has ended is left as it is. */
  cancel(handle: string, how: 'stop' | 'kill'): Promise<void>
  /** All messages and output of a task. Call it once, before the end is polled. */
  logs(handle: string): AsyncIterable<Said>
  capacity(): Promise<Capacity>
}

/** waiting (for its turn) → running → stopping (cancelled, or out of time) → ended. Steps may be left out. */
export type TaskState = 'waiting' | 'running' | 'stopping' | 'ended'

export type Status =
  | { readonly state: Exclude<TaskState, 'ended'> }
  | { readonly state: 'ended'; readonly result: Result }

/** What a task says while it runs. */
export type Said =
  | { readonly kind: 'output'; readonly stream: OutputStream; readonly bytes: Buffer }
  /** No more bytes come of this process's stream. */
  | { readonly kind: 'output_end'; readonly stream: OutputStream }
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** It waits until a debugger is attached at this address. */
  | { readonly kind: 'debugger'; readonly url: string }
  /** A message of the executor for people; not part of the log. */
  | { readonly kind: 'warning'; readonly message: string }

export type OutputStream = 'stdout' | 'stderr'

export interface Capacity {
  /** How many tasks it takes at once. */
  readonly tasks: number
}

/** What a run gives its executor. */
export interface ExecutorHost {
  /** The project's folder. */
  readonly root: string
  /** A folder of this run, for notes. What the run leaves there is cleared after its end. */
  readonly scratch: string
  /** The environment that the run was started in. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The script that a cell's process executes. */
  readonly cellHost: string
  /** The project's store: contents of files and folders, and the objects that they are made of. */
  readonly contents: ContentStore
  readonly objects: ObjectStore
}

/** Makes the executor of one run. */
export type OpenExecutor = (host: ExecutorHost) => Executor
