// One piece of work on one file, done in one pass: hash it, hash it into the store, bring it back from there, or copy it.
// Plain data in and out, so that a thread can do it; nothing here waits.
import { copyFile } from './copy-file.ts'
import { type HashedFile, hashSteady, type SeenFile } from './hash-file.ts'
import { keepObject, type ObjectPlace, type Restoration, restoreObject } from './object-file.ts'
import type { Restored } from './object-store.ts'
import type { Reading } from './read-file.ts'

/** Hash a file; and make it an object, if `into` is set. */
export interface HashTask {
  readonly kind: 'hash'
  readonly path: string
  readonly into?: ObjectPlace
  /** What the last look at it gave. */
  readonly seen?: SeenFile
}

/** Lay an object down, verified. */
export interface RestoreTask extends Restoration {
  readonly kind: 'restore'
}

/** Make a file of the user's own with the content of another. */
export interface CopyTask {
  readonly kind: 'copy'
  readonly path: string
  readonly to: string
}

export type FileTask = HashTask | RestoreTask | CopyTask

/** What a kind of task gives. */
export type ResultOf<T extends FileTask> = T extends RestoreTask ? Restored : HashedFile

/**
 * Does one task, and asks between chunks of a large file whether to stop; the pieces of such a file may be shared.
 * Throws what the file system throws, and coded errors of its own.
 */
export function perform(
  task: FileTask,
  isStopped: Reading['isStopped'],
  share?: Reading['share'],
): HashedFile | Restored {
  const reading: Reading = { isStopped, ...(share && { share }) }
  if (task.kind === 'restore') return restoreObject(task, reading)
  if (task.kind === 'copy') return copyFile(task.path, task.to, reading)
  return task.into
    ? keepObject(task.path, task.into, reading, task.seen)
    : hashSteady(task.path, reading, task.seen)
}
