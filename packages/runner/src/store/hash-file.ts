// The hash of one file, taken between two looks at its metadata: one that is written to meanwhile is hashed again.

import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs'
import { CodedError } from '@weir/base/coded-error'
import type { Digest } from '@weir/base/digest'
import { fsPath } from './byte-path.ts'
import { type Copy, type Reading, readFile } from './read-file.ts'
import { type Stamp, sameStamp, settlesAt, stampOf } from './stamp.ts'

/** A file as it was while it was hashed. */
export interface HashedFile {
  readonly sha256: Digest
  readonly stamp: Stamp
  readonly exec: boolean
  /** True if every later write gives another stamp. */
  readonly settled: boolean
}

/** How often a file that is written to meanwhile is hashed before that is a problem. */
const TRIES = 3

export function isExec({ mode }: Stats): boolean {
  return (mode & 0o100) !== 0
}

/** The error for what is neither a file nor a folder: a pipe would be waited for without end. */
export function notAFile(path: string): Error {
  const hint = 'sockets, pipes and devices have no content to hash: take it out of there'
  return new CodedError('NOT_A_FILE', `'${path}' is neither a file nor a folder`, { hint })
}

/** The error for a file that never stood still. */
function changing(path: string): Error {
  const hint = 'run again when nothing writes there any more'
  return new CodedError('FILE_CHANGING', `'${path}' was written to each time that it was hashed`, {
    hint,
  })
}

/** Hashes a file; one that is written to meanwhile is hashed again. */
export function hashSteady(path: string, reading: Reading): HashedFile {
  return steady(path, () => hashOnce(path, reading))
}

/** Attempts it until the file stood still. @throws FILE_CHANGING where it never does */
export function steady(path: string, attempt: () => HashedFile | undefined): HashedFile {
  for (let tries = 0; tries < TRIES; tries++) {
    const hashed = attempt()
    if (hashed) return hashed
  }
  throw changing(path)
}

/** The hash of a file and a copy of its bytes; undefined if the file changed between start and end. */
export function hashOnce(path: string, reading: Reading, copy?: Copy): HashedFile | undefined {
  const file = openFile(path)
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw notAFile(path)
    const stamp = stampOf(stats)
    const settled = settlesAt(stamp) < Date.now()
    const digest = readFile({ file, size: stats.size }, reading, copy)
    if (!sameStamp(stamp, stampOf(fstatSync(file)))) return undefined
    return { sha256: digest, stamp, exec: isExec(stats), settled }
  } finally {
    closeSync(file)
  }
}

/** Opens a file to read; a pipe is not waited for. */
function openFile(path: string): number {
  return openSync(fsPath(path), constants.O_RDONLY | constants.O_NONBLOCK)
}
