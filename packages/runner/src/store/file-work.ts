// Does tasks on files without keeping the event loop: a few small files here, what is large or many in threads.
import { createFilePool, type FilePool } from './file-pool.ts'
import { type FileTask, perform, type ResultOf } from './file-task.ts'
import { createPace } from './pace.ts'
import { throwIfStopped } from './stopped.ts'

/** A task and about how many bytes it reads. */
export interface SizedTask<T extends FileTask> {
  readonly task: T
  readonly size: number
}

/** Does tasks on files. */
export interface FileWork {
  /** The results in the order of the tasks; the first error or the signal's abort ends the rest. */
  run<T extends FileTask>(
    tasks: readonly SizedTask<T>[],
    signal?: AbortSignal,
  ): Promise<ResultOf<T>[]>
}

/** A file of this size is hashed in some 3 ms. */
const LARGE_FILE = 4 << 20
/** Starting a thread takes some 20 ms: as much as to hash so many bytes, or so many files. */
const LARGE_WORK = 16 << 20
const MANY_FILES = 300
/** What a thread is given at a time: so much that messages cost little, so little that threads end together. */
const BATCH_BYTES = 32 << 20
const BATCH_FILES = 64

/** Work that runs the script `file-thread` in its threads. */
export function createFileWork(script: string): FileWork {
  let pool: FilePool | undefined
  return {
    async run(tasks, signal) {
      throwIfStopped(signal)
      if (!isLarge(tasks)) return runHere(tasks, signal)
      pool ??= createFilePool(script)
      return pool.run(batchesOf(tasks), signal)
    },
  }
}

type Sized = SizedTask<FileTask>

function isLarge(tasks: readonly Sized[]): boolean {
  const bytes = tasks.reduce((sum, { size }) => sum + size, 0)
  return (
    tasks.length > MANY_FILES || bytes > LARGE_WORK || tasks.some(({ size }) => size > LARGE_FILE)
  )
}

async function runHere<T extends FileTask>(
  tasks: readonly SizedTask<T>[],
  signal?: AbortSignal,
): Promise<ResultOf<T>[]> {
  const pace = createPace(signal)
  const results: ResultOf<T>[] = []
  for (const { task } of tasks) {
    results.push(perform(task, () => signal?.aborted ?? false) as ResultOf<T>)
    if (pace.due()) await pace.rest()
  }
  return results
}

function batchesOf<T extends FileTask>(tasks: readonly SizedTask<T>[]): T[][] {
  const batches: T[][] = []
  let batch: T[] = []
  let bytes = 0
  for (const { task, size } of tasks) {
    if (batch.length === 0) batches.push(batch)
    batch.push(task)
    bytes += size
    if (bytes < BATCH_BYTES && batch.length < BATCH_FILES) continue
    batch = []
    bytes = 0
  }
  return batches
}
