// Reads an open file to its digest, and writes a copy of what it reads. The pieces of a large file are taken by
// whichever thread is free: the owner, which opened the file, and helpers that the pool sends.
import { createHash } from 'node:crypto'
import { readSync, writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type Digest, sha256 } from '@weir/base'
import { createFileHash, joinPieces, PIECE } from './file-digest.ts'
import { stopped } from './stopped.ts'

/** A file that is open. */
export interface OpenFile {
  readonly file: number
  readonly size: number
}

/** Where a copy of the bytes goes: an open file, or a function that gets them in order. */
export type Copy = number | ((bytes: Buffer) => void)

/**
 * Pieces of a file that threads take from each other: plain data with shared memory. A descriptor is the whole
 * process's, so helpers use those of the owner, which closes them only when no helper is at work any more.
 */
export interface Share extends OpenFile {
  readonly copy?: number
  /** The number of the first piece. */
  readonly first: number
  readonly count: number
  /** 32 bytes a piece. */
  readonly digests: Uint8Array
  /** 1 for each piece whose digest is there. */
  readonly done: Uint8Array
  /** How many pieces were taken; then for each helper that there may be, 1 while it is at work. */
  readonly control: Int32Array
}

type Sharable = Pick<Share, 'file' | 'size' | 'copy'>

/** How a file is read: asked between chunks whether to stop, and with whom the pieces of a large one are shared. */
export interface Reading {
  isStopped(): boolean
  /** Asks for helpers, who may come late or never. */
  share?(share: Share): void
}

const CHUNK = 1 << 20
const DIGEST_BYTES = 32
/** Pieces of one share, 64 GB: a file of any size needs little memory. */
const SHARE_PIECES = 4096
const TAKEN = 0

let buffer: Buffer | undefined

/**
 * The digest of a file; one that tells no size (in /proc) is read to its end. No byte beyond the size is read: a file
 * that grows has no end. One that changes gives a digest of no use, and another stamp.
 */
export function readFile(open: OpenFile, reading: Reading, copy?: Copy): Digest {
  if (open.size <= PIECE || typeof copy === 'function') return readInOrder(open, reading, copy)
  const shared = { ...open, ...(copy !== undefined && { copy }) }
  return joinPieces(open.size, pieceDigests(shared, reading))
}

function readInOrder({ file, size }: OpenFile, { isStopped }: Reading, copy?: Copy): Digest {
  const write = typeof copy === 'number' ? (bytes: Buffer) => writeAll(copy, bytes) : copy
  buffer ??= Buffer.allocUnsafeSlow(CHUNK)
  const first = buffer.subarray(0, readSync(file, buffer))
  write?.(first)
  if (first.length === size && size > 0) return sha256(first)
  const hash = createFileHash()
  hash.update(first)
  for (let total = first.length; total < size || size === 0; ) {
    if (isStopped()) throw stopped()
    const read = readSync(file, buffer)
    if (read === 0) break
    const bytes = buffer.subarray(0, read)
    hash.update(bytes)
    write?.(bytes)
    total += read
  }
  return hash.digest()
}

/** The SHA-256 of each piece, in order. */
function* pieceDigests(open: Sharable, reading: Reading): Generator<string> {
  const pieces = Math.ceil(open.size / PIECE)
  for (let first = 0; first < pieces; first += SHARE_PIECES) {
    const share = createShare(open, first, Math.min(SHARE_PIECES, pieces - first))
    readShare(share, reading)
    for (let index = 0; index < share.count; index++) yield digestAt(share, index)
  }
}

function createShare(open: Sharable, first: number, count: number): Share {
  const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes)
  const helpers = Math.min(count, availableParallelism())
  return {
    ...open,
    first,
    count,
    digests: new Uint8Array(shared(count * DIGEST_BYTES)),
    done: new Uint8Array(shared(count)),
    control: new Int32Array(shared((1 + helpers) * Int32Array.BYTES_PER_ELEMENT)),
  }
}

function digestAt({ digests }: Share, index: number): string {
  const at = index * DIGEST_BYTES
  return Buffer.from(digests.buffer, at, DIGEST_BYTES).toString('hex')
}

/** How many helpers a share can have over all its time. */
export function mostHelpers({ control }: Share): number {
  return control.length - 1
}

/** How many pieces nobody has taken yet. */
export function piecesLeft({ count, control }: Share): number {
  return Math.max(0, count - Atomics.load(control, TAKEN))
}

/** Reads all pieces of a share, as its owner. What a helper took and did not do is done here, or fails here. */
function readShare(share: Share, reading: Reading): void {
  reading.share?.(share)
  try {
    while (takePiece(share, reading));
  } finally {
    close(share)
  }
  for (const [index, done] of share.done.entries()) if (done === 0) readPiece(share, index, reading)
}

/** Lets nobody take a piece any more, and waits for the helpers that are at work. */
function close({ count, control }: Share): void {
  Atomics.store(control, TAKEN, count)
  for (let helper = 1; helper < control.length; helper++)
    while (Atomics.load(control, helper) === 1) Atomics.wait(control, helper, 1)
}

/** How a helper reads: asked before each piece whether other work waits for it. */
export interface Helping extends Reading {
  isWanted(): boolean
}

/**
 * Reads pieces of another thread's share while there are any, as its helper of a number from 1 on. Being at work is
 * told before a piece is taken: the owner either sees it, or has let nobody take one any more.
 */
export function helpWith(share: Share, helper: number, helping: Helping): void {
  Atomics.store(share.control, helper, 1)
  try {
    while (!helping.isWanted() && takePiece(share, helping));
  } catch {
    // The owner reads that piece itself, and reports what it meets.
  } finally {
    leave(share, helper)
  }
}

/** A helper's end, which is told for it if its thread died. */
export function leave({ control }: Share, helper: number): void {
  Atomics.store(control, helper, 0)
  Atomics.notify(control, helper)
}

/** Reads a piece that nobody has taken; false where there is none. */
function takePiece(share: Share, reading: Reading): boolean {
  const index = Atomics.add(share.control, TAKEN, 1)
  if (index < share.count) readPiece(share, index, reading)
  return index < share.count
}

function readPiece(share: Share, index: number, { isStopped }: Reading): void {
  buffer ??= Buffer.allocUnsafeSlow(CHUNK)
  const hash = createHash('sha256')
  let at = (share.first + index) * PIECE
  const end = Math.min(share.size, at + PIECE)
  while (at < end) {
    if (isStopped()) throw stopped()
    const read = readSync(share.file, buffer, 0, Math.min(CHUNK, end - at), at)
    if (read === 0) break
    const bytes = buffer.subarray(0, read)
    hash.update(bytes)
    if (share.copy !== undefined) writeAll(share.copy, bytes, at)
    at += read
  }
  share.digests.set(hash.digest(), index * DIGEST_BYTES)
  share.done[index] = 1
}

/** Writes all bytes, at a position or where the file is; a write may take less than all. */
export function writeAll(file: number, bytes: Buffer, position?: number): void {
  for (let done = 0; done < bytes.length; ) {
    const at = position === undefined ? null : position + done
    done += writeSync(file, bytes, done, bytes.length - done, at)
  }
}
