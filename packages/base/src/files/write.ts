// Writes a file whole or not at all: aside, then renamed into place.
import { dirname } from 'node:path'
import { asideName } from './aside.ts'
import type { Rights } from './rights.ts'
import { syncFolder } from './sync-folder.ts'
import { diskFiles, type Files } from './text-files.ts'

/** What a write may need besides path and content. */
interface Manner {
  readonly files: Files
  /** On the disk when it returns, so that a power cut cannot lose it. */
  readonly durable?: boolean
  readonly rights?: Rights | undefined
}

/**
 * Writes a file of the runner's own state, so that a reader, or a crash, sees the old content or the new one and nothing
 * between. Its folder is made, and a folder that stands in its place is rubbish and goes.
 */
export function writeState(path: string, content: string | Uint8Array, files = diskFiles): void {
  try {
    put(path, content, { files })
  } catch {
    // Tries first and mends on failure: a check before each of thousands of writes would cost more.
    if (files.stat(path)?.folder) files.remove(path)
    files.makeFolder(dirname(path))
    put(path, content, { files })
  }
}

/**
 * Replaces a file of the user's, durably. A link stays, and what it leads to is replaced, also outside the project, and
 * made where it does not exist yet. Mode and owner stay as they are. @throws a coded error where the file is read-only
 */
export function replaceFile(path: string, content: string | Uint8Array, files = diskFiles): void {
  const target = files.real(path)
  const rights = files.stat(target)
  if (rights) files.checkWritable(target)
  put(target, content, { files, durable: true, rights })
}

function put(path: string, content: string | Uint8Array, manner: Manner): void {
  const { files, durable = false } = manner
  const aside = asideName(path)
  try {
    fill(aside, content, manner)
    files.rename(aside, path)
  } catch (error) {
    discard(aside, files)
    throw error
  }
  if (durable) syncFolder(dirname(path), files)
}

function fill(path: string, content: string | Uint8Array, manner: Manner): void {
  const { files, durable = false, rights } = manner
  const file = files.open(path, 'empty')
  try {
    if (rights) files.setRights(file, rights)
    files.write(file, content)
    if (durable) files.sync(file)
  } finally {
    files.close(file)
  }
}

/** Removes a temporary file. A failure is ignored: a later run sweeps it, and the first error is the one to report. */
function discard(aside: string, files: Files): void {
  try {
    files.remove(aside)
  } catch {}
}
