// The program of a thread that works on files: does the batches that it is sent, one after another, and helps other
// threads with large files.
import { parentPort } from 'node:worker_threads'
import { type FileTask, perform } from './file-task.ts'
import { helpWith, type Share } from './read-file.ts'
import { stopped } from './stopped.ts'

/** Tasks for a thread, and a flag in shared memory that is set to stop them. */
export interface Batch {
  readonly tasks: readonly FileTask[]
  readonly stop: Int32Array
}

/** A share of another thread to help with, and the number of the helper. */
export interface Help {
  readonly share: Share
  readonly helper: number
  readonly stop: Int32Array
  /** How many batches wait for a thread: these go first. */
  readonly waiting: Int32Array
}

/** What a thread says while it does a batch, or once it has done what it was sent. */
export type Message = { readonly share: Share } | Answer

/** An error loses its members on its way, so they are sent as plain data. */
export type Answer =
  | { readonly results: readonly ReturnType<typeof perform>[] }
  | { readonly error: PlainError }
  | { readonly helped: true }

export interface PlainError {
  readonly message: string
  readonly members: Readonly<Record<string, unknown>>
}

parentPort?.on('message', (work: Batch | Help) => say('share' in work ? help(work) : answer(work)))

function say(message: Message): void {
  parentPort?.postMessage(message)
}

function answer({ tasks, stop }: Batch): Answer {
  const isStopped = isSet(stop)
  try {
    return {
      results: tasks.map((task) => {
        if (isStopped()) throw stopped()
        return perform(task, isStopped, (share) => say({ share }))
      }),
    }
  } catch (error) {
    return { error: { message: (error as Error).message, members: { ...(error as Error) } } }
  }
}

function help({ share, helper, stop, waiting }: Help): Answer {
  helpWith(share, helper, { isStopped: isSet(stop), isWanted: isSet(waiting) })
  return { helped: true }
}

function isSet(flag: Int32Array): () => boolean {
  return () => Atomics.load(flag, 0) !== 0
}
