// The hash of one file, taken between two looks at its metadata: one that is written to meanwhile is hashed again.

import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs'
import { CodedError, type Digest } from '@weir/base'
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

/** A file as it was when somebody looked at it: with that, hashing need not look before it reads. */
export interface SeenFile {
  readonly stamp: Stamp
  readonly exec: boolean
}

/** How often a file that is written to meanwhile is hashed before that is a problem. */
const TRIES = 3

export function isExec({ mode }: Stats): boolean {
  return (mode & 0o100) !== 0
}

/** The error for what is neither a file nor a folder: reading a pipe would block for ever. */
export function notAFile(path: string): Error {
  const hint = 'sockets, pipes and devices have no content to hash: take it out of there'
  return new CodedError('NOT_A_FILE', `'${path}' is neither a file nor a folder`, { hint })
}

/** The error for a file that changed during each attempt to hash it. */
function changing(path: string): Error {
  const hint = 'run again when nothing writes there any more'
  return new CodedError('FILE_CHANGING', `'${path}' was written to each time that it was hashed`, {
    hint,
  })
}

/** Hashes a file; one that is written to meanwhile is hashed again. */
export function hashSteady(path: string, reading: Reading, seen?: SeenFile): HashedFile {
  return steady(path, (first) => hashOnce(path, reading, undefined, first ? seen : undefined))
}

/** Attempts it until the file stood still. @throws FILE_CHANGING where it never does */
export function steady(
  path: string,
  attempt: (first: boolean) => HashedFile | undefined,
): HashedFile {
  for (let tries = 0; tries < TRIES; tries++) {
    const hashed = attempt(tries === 0)
    if (hashed) return hashed
  }
  throw changing(path)
}

/**
 * The hash of a file and a copy of its bytes; undefined if the file changed between start and end. The start is the
 * look that `seen` is from, if that is given.
 */
export function hashOnce(
  path: string,
  reading: Reading,
  copy?: Copy,
  seen?: SeenFile,
): HashedFile | undefined {
  const file = openFile(path)
  try {
    const { stamp, exec } = seen ?? lookAt(file, path)
    const settled = settlesAt(stamp) < Date.now()
    const digest = readFile({ file, size: stamp[1] }, reading, copy)
    if (!sameStamp(stamp, stampOf(fstatSync(file)))) return undefined
    return { sha256: digest, stamp, exec, settled }
  } finally {
    closeSync(file)
  }
}

function lookAt(file: number, path: string): SeenFile {
  const stats = fstatSync(file)
  if (!stats.isFile()) throw notAFile(path)
  return seenFile(stats)
}

/** What stats say of a file. */
export function seenFile(stats: Stats): SeenFile {
  return { stamp: stampOf(stats), exec: isExec(stats) }
}

/** Opens a file to read; a pipe is not waited for. */
function openFile(path: string): number {
  return openSync(fsPath(path), constants.O_RDONLY | constants.O_NONBLOCK)
}
