// The program of a thread that works on files: does the batches that it is sent, one after another.
import { parentPort } from 'node:worker_threads'
import { type FileTask, perform } from './file-task.ts'
import { stopped } from './stopped.ts'

/** Tasks for a thread, and a flag in shared memory that is set to stop them. */
export interface Batch {
  readonly tasks: readonly FileTask[]
  readonly stop: Int32Array
}

/** What a thread answers. An error loses its members on its way, so they are sent as plain data. */
export type Answer =
  | { readonly results: readonly ReturnType<typeof perform>[] }
  | { readonly error: PlainError }

export interface PlainError {
  readonly message: string
  readonly members: Readonly<Record<string, unknown>>
}

parentPort?.on('message', (batch: Batch) => parentPort?.postMessage(answer(batch)))

function answer({ tasks, stop }: Batch): Answer {
  const isStopped = (): boolean => Atomics.load(stop, 0) !== 0
  try {
    return {
      results: tasks.map((task) => {
        if (isStopped()) throw stopped()
        return perform(task, isStopped)
      }),
    }
  } catch (error) {
    return { error: { message: (error as Error).message, members: { ...(error as Error) } } }
  }
}
