// A few threads that read, hash and copy files, so that the event loop stays free however large they are.
// A thread is started only when there is something for it, and keeps the process alive only while it works.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { CodedError } from '@weir/base'
import type { FileTask, ResultOf } from './file-task.ts'
import type { Batch, Help, Message, PlainError } from './file-thread.ts'
import { createOffers } from './help-offers.ts'
import { leave } from './read-file.ts'
import { throwIfStopped, whenStopped } from './stopped.ts'

/** Threads that work on files. */
export interface FilePool {
  /** Does the batches and gives their results in order; the first error or the signal's abort ends all of them. */
  run<T extends FileTask>(
    batches: readonly (readonly T[])[],
    signal?: AbortSignal,
  ): Promise<ResultOf<T>[]>
}

type Results = readonly ResultOf<FileTask>[]

interface Job extends Batch {
  done(results: Results): void
  failed(error: Error): void
}

interface Thread {
  readonly worker: Worker
  work: Job | Help | undefined
}

/** A pool of threads that run a script: file-thread.ts, bundled. */
export function createFilePool(script: string): FilePool {
  const threads = new Set<Thread>()
  let queue: Job[] = []
  /** How many batches wait. */
  const waiting = sharedNumber()
  const offers = createOffers(waiting)

  const assign = (): void => {
    while (threads.size < availableParallelism() || idle()) {
      const work = queue.shift() ?? offers.take()
      if (!work) break
      give(idle() ?? start(), work)
    }
    Atomics.store(waiting, 0, queue.length)
  }
  const idle = (): Thread | undefined => [...threads].find(({ work }) => work === undefined)
  const give = (thread: Thread, work: Job | Help): void => {
    thread.work = work
    thread.worker.ref()
    thread.worker.postMessage(isHelp(work) ? work : { tasks: work.tasks, stop: work.stop })
  }
  const start = (): Thread => {
    // A thread that dies must not close the files that its helpers read and write.
    const worker = new Worker(script, { trackUnmanagedFds: false })
    const thread: Thread = { worker, work: undefined }
    let cause: unknown
    worker.on('message', (message: Message) => onMessage(thread, message))
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('exit', (code) => {
      threads.delete(thread)
      const { work } = thread
      if (isHelp(work)) leave(work.share, work.helper)
      else work?.failed(threadDied(cause ?? `it exited with ${code}`))
      assign()
    })
    threads.add(thread)
    return thread
  }
  const onMessage = (thread: Thread, message: Message): void => {
    const { work } = thread
    if ('share' in message) {
      if (work) offers.add(message.share, work.stop)
    } else {
      thread.work = undefined
      thread.worker.unref()
      if (isHelp(work)) offers.giveBack(work)
      else if ('error' in message) work?.failed(revived(message.error))
      else if ('results' in message) work?.done(message.results)
    }
    assign()
  }

  return {
    async run<T extends FileTask>(batches: readonly (readonly T[])[], signal?: AbortSignal) {
      throwIfStopped(signal)
      const stop = sharedNumber()
      const jobs = batches.map((tasks) => queued(queue, tasks, stop))
      assign()
      const abort = whenStopped(signal)
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

function isHelp(work: Job | Help | undefined): work is Help {
  return work !== undefined && 'share' in work
}

/** A number in shared memory, 0 at first. */
function sharedNumber(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
}

/** Puts a batch at the end of the queue; settles when a thread has done it. */
function queued(queue: Job[], tasks: readonly FileTask[], stop: Int32Array): Promise<Results> {
  return new Promise((done, failed) => {
    queue.push({ tasks, stop, done, failed })
  })
}

/** The error of the thread, with what it had besides a message (code, errno, path, hint). */
function revived({ message, members }: PlainError): Error {
  return Object.assign(new Error(message), members)
}

function threadDied(cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new CodedError('THREAD_DIED', `a thread that hashes files ended: ${why}`, {
    hint: 'run again; if it stays so, look for a lack of memory',
  })
}
