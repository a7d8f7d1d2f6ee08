// Copies one file and hashes it in the same pass; where the file system can, the copy is a clone.
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { fsPath } from './byte-path.ts'
import { type HashedFile, hashOnce, isExec, steady } from './hash-file.ts'
import type { Reading } from './read-file.ts'
import { sameStamp, stampOf } from './stamp.ts'

/** Smaller files are copied faster than it takes to ask for a clone. */
const CLONE_FROM = 1 << 20

/** Makes a file of the user's own with the content of another. */
export function copyFile(path: string, to: string, reading: Reading): HashedFile {
  const mode = ownMode(isExec(statSync(fsPath(path))))
  return steady(path, () => copyHashed(path, to, mode, reading))
}

/** Copies a file to a new path, with a mode, and hashes it. Undefined if the file changed meanwhile. */
export function copyHashed(
  path: string,
  to: string,
  mode: number,
  reading: Reading,
): HashedFile | undefined {
  const before = stampOf(statSync(fsPath(path)))
  if (before[1] >= CLONE_FROM && cloned(path, to, mode)) {
    const hashed = hashOnce(path, reading)
    return hashed && sameStamp(before, hashed.stamp) ? hashed : undefined
  }
  const copy = createFile(to, mode)
  try {
    return hashOnce(path, reading, copy)
  } finally {
    closeSync(copy)
  }
}

/** Creates an empty file, with its folder, in place of what may be left of an attempt before. */
export function createFile(path: string, mode: number): number {
  const create = (): number => openSync(fsPath(path), 'wx', mode)
  try {
    return create()
  } catch {
    rmSync(fsPath(path), { force: true })
    mkdirSync(fsPath(dirname(path)), { recursive: true })
    return create()
  }
}

let cannotClone = false

/** Makes a clone with a mode (less the mask of the user); false where the file system cannot, which is remembered. */
function cloned(from: string, to: string, mode: number): boolean {
  if (cannotClone) return false
  const file = createFile(to, mode)
  const masked = fstatSync(file).mode & 0o777
  closeSync(file)
  try {
    copyFileSync(fsPath(from), fsPath(to), constants.COPYFILE_FICLONE_FORCE)
    chmodSync(fsPath(to), masked)
  } catch {
    cannotClone = true
  }
  return !cannotClone
}

/** The mode of a file as a program makes it, less the mask of the user. */
export function ownMode(exec: boolean): number {
  return exec ? 0o777 : 0o666
}
