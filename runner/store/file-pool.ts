// A few threads that read, hash and copy files, so that the event loop stays free however large they are.
// A thread is started only when there is something for it, and keeps the process alive only while it works.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { FileTask, ResultOf } from './file-task.ts'
import type { Answer, PlainError } from './file-thread.ts'
import { stopped, throwIfStopped } from './stopped.ts'

/** Threads that work on files. */
export interface FilePool {
  /** Does the batches and gives their results in order; the first error or the signal's abort ends all of them. */
  run<T extends FileTask>(
    batches: readonly (readonly T[])[],
    signal?: AbortSignal,
  ): Promise<ResultOf<T>[]>
}

/** More threads than this only wait for the disk. */
const MOST_THREADS = 8

type Results = readonly ResultOf<FileTask>[]

interface Job {
  readonly tasks: readonly FileTask[]
  readonly stop: Int32Array
  done(results: Results): void
  failed(error: Error): void
}

interface Thread {
  readonly worker: Worker
  job: Job | undefined
}

/** A pool of threads that run a script: file-thread.ts, bundled. */
export function createFilePool(script: string): FilePool {
  const threads = new Set<Thread>()
  let queue: Job[] = []

  const assign = (): void => {
    for (let [job] = queue; job; [job] = queue) {
      const free = [...threads].find((thread) => thread.job === undefined)
      if (!free && threads.size >= Math.min(availableParallelism(), MOST_THREADS)) return
      queue.shift()
      give(free ?? start(), job)
    }
  }
  const give = (thread: Thread, job: Job): void => {
    thread.job = job
    thread.worker.ref()
    thread.worker.postMessage({ tasks: job.tasks, stop: job.stop })
  }
  const start = (): Thread => {
    const thread: Thread = { worker: new Worker(script), job: undefined }
    let cause: unknown
    thread.worker.on('message', (answer: Answer) => finish(thread, answer))
    thread.worker.on('error', (error) => {
      cause = error
    })
    thread.worker.on('exit', (code) => {
      threads.delete(thread)
      thread.job?.failed(threadDied(cause ?? `it exited with ${code}`))
      assign()
    })
    threads.add(thread)
    return thread
  }
  const finish = (thread: Thread, answer: Answer): void => {
    const { job } = thread
    thread.job = undefined
    thread.worker.unref()
    if ('error' in answer) job?.failed(revived(answer.error))
    else job?.done(answer.results)
    assign()
  }

  return {
    async run<T extends FileTask>(batches: readonly (readonly T[])[], signal?: AbortSignal) {
      throwIfStopped(signal)
      const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
      const jobs = batches.map((tasks) => queued(queue, tasks, stop))
      assign()
      const abort = whenAborted(signal)
      try {
        const results = await Promise.race([Promise.all(jobs), abort.promise])
        return results.flat() as ResultOf<T>[]
      } catch (error) {
        Atomics.store(stop, 0, 1)
        queue = queue.filter((job) => job.stop !== stop)
        throw error
      } finally {
        abort.forget()
      }
    },
  }
}

/** Puts a batch at the end of the queue; settles when a thread has done it. */
function queued(queue: Job[], tasks: readonly FileTask[], stop: Int32Array): Promise<Results> {
  return new Promise((done, failed) => {
    queue.push({ tasks, stop, done, failed })
  })
}

/** A promise that rejects once the signal is aborted. */
function whenAborted(signal: AbortSignal | undefined): {
  readonly promise: Promise<never>
  forget(): void
} {
  let onAbort = (): void => undefined
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(stopped())
  })
  signal?.addEventListener('abort', onAbort, { once: true })
  return { promise, forget: () => signal?.removeEventListener('abort', onAbort) }
}

/** The error of the thread, with what it had besides a message (code, errno, path, hint). */
function revived({ message, members }: PlainError): Error {
  return Object.assign(new Error(message), members)
}

function threadDied(cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause)
  return Object.assign(new Error(`a thread that hashes files ended: ${why}`), {
    code: 'THREAD_DIED',
    hint: 'run again; if it stays so, look for a lack of memory',
  })
}
