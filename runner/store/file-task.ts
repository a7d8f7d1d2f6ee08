// One piece of work on one file, done in one pass: hash it, hash it into the store, or bring it back from there.
// Plain data in and out, so that a thread can do it; nothing here waits.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { asideName } from '../../base/aside.ts'
import { type Digest, sha256 } from '../../base/digest.ts'
import type { CacheSettings } from '../config/model.ts'
import { fsPath } from './byte-path.ts'
import { type Stamp, sameStamp, settlesAt, stampOf } from './stamp.ts'
import { stopped } from './stopped.ts'

export type LinkKind = CacheSettings['link']

/** The store's folder, and how its objects are placed. */
export interface ObjectPlace {
  readonly folder: string
  readonly link: LinkKind
}

/** Hash a file; and make it an object, if `into` is set. */
export interface HashTask {
  readonly kind: 'hash'
  readonly path: string
  readonly into?: ObjectPlace
}

/** Lay an object down at a path where nothing is, verified. */
export interface RestoreTask {
  readonly kind: 'restore'
  readonly path: string
  readonly digest: Digest
  readonly exec: boolean
  readonly from: ObjectPlace
}

/** Make a file of the user's own with the content of another. */
export interface CopyTask {
  readonly kind: 'copy'
  readonly path: string
  readonly to: string
}

export type FileTask = HashTask | RestoreTask | CopyTask

/** A file as it was while it was hashed. */
export interface HashedFile {
  readonly sha256: Digest
  readonly stamp: Stamp
  readonly exec: boolean
  /** True if every later write gives another stamp. */
  readonly settled: boolean
}

/** What a restore came to. */
export type Restored = 'restored' | 'absent' | 'corrupt'

/** What a kind of task gives. */
export type ResultOf<T extends FileTask> = T extends RestoreTask ? Restored : HashedFile

/** Asked between pieces of a large file. */
export type IsStopped = () => boolean

const CHUNK = 1 << 20
/** Smaller files are copied faster than it takes to ask for a clone. */
const CLONE_FROM = 1 << 20
const READ_ONLY = 0o444
/** How often a file that is written to meanwhile is hashed before that is a problem. */
const TRIES = 3

/** Does one task. Throws what the file system throws, and coded errors of its own. */
export function perform(task: FileTask, isStopped: IsStopped): HashedFile | Restored {
  if (task.kind === 'restore') return restore(task, isStopped)
  if (task.kind === 'copy') return copy(task, isStopped)
  return task.into ? keep(task.path, task.into, isStopped) : hashSteady(task.path, isStopped)
}

/** Where an object is. */
export function objectPath(folder: string, digest: string): string {
  return join(folder, digest.slice(0, 2), digest.slice(2))
}

/** True if there is an object of this digest; its content is verified when it is restored. */
export function isObject(folder: string, digest: string): boolean {
  return statSync(objectPath(folder, digest), { throwIfNoEntry: false })?.isFile() ?? false
}

export function isExec({ mode }: Stats): boolean {
  return (mode & 0o100) !== 0
}

/** The error for what is neither a file nor a folder: a pipe would be waited for without end. */
export function notAFile(path: string): Error {
  const hint = 'sockets, pipes and devices have no content to hash: take it out of there'
  return coded('NOT_A_FILE', `'${path}' is neither a file nor a folder`, hint)
}

/** The error for a file that never stood still. */
function changing(path: string): Error {
  const hint = 'run again when nothing writes there any more'
  return coded('FILE_CHANGING', `'${path}' was written to each time that it was hashed`, hint)
}

function coded(code: string, message: string, hint: string): Error {
  return Object.assign(new Error(message), { code, hint })
}

/** Hashes a file; one that is written to meanwhile is hashed again. */
function hashSteady(path: string, isStopped: IsStopped): HashedFile {
  return steady(path, () => hashOnce(path, isStopped))
}

function steady(path: string, attempt: () => HashedFile | undefined): HashedFile {
  for (let tries = 0; tries < TRIES; tries++) {
    const hashed = attempt()
    if (hashed) return hashed
  }
  throw changing(path)
}

/** The hash of a file and a copy of its bytes for `write`; undefined if the file changed between start and end. */
function hashOnce(
  path: string,
  isStopped: IsStopped,
  write?: (bytes: Buffer) => void,
): HashedFile | undefined {
  const file = openFile(path)
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw notAFile(path)
    const stamp = stampOf(stats)
    const settled = settlesAt(stamp) < Date.now()
    const digest = hashOpen(file, stats.size, isStopped, write)
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

let buffer: Buffer | undefined

/**
 * The digest of a file of this size; one that tells no size (in /proc) is read to its end. No byte beyond the size is
 * read: a file that grows has no end, and its stamp tells that it has changed.
 */
function hashOpen(
  file: number,
  size: number,
  isStopped: IsStopped,
  write?: (bytes: Buffer) => void,
): Digest {
  buffer ??= Buffer.allocUnsafeSlow(CHUNK)
  const first = buffer.subarray(0, readSync(file, buffer))
  write?.(first)
  if (first.length === size && size > 0) return sha256(first)
  const hash = createHash('sha256').update(first)
  for (let total = first.length; total < size || size === 0; ) {
    if (isStopped()) throw stopped()
    const read = readSync(file, buffer)
    if (read === 0) break
    const bytes = buffer.subarray(0, read)
    hash.update(bytes)
    write?.(bytes)
    total += read
  }
  return hash.digest('hex') as Digest
}

/** Hashes a file into the store. What stands in the object's place is replaced: its content need not be looked at. */
function keep(path: string, into: ObjectPlace, isStopped: IsStopped): HashedFile {
  const aside = asideName(join(into.folder, 'tmp', 'object'))
  try {
    const hashed =
      into.link === 'hard' && shareable(path) && linked(path, aside)
        ? hashSteady(path, isStopped)
        : steady(path, () => copyHashed(path, aside, READ_ONLY, isStopped))
    moveOver(aside, objectPath(into.folder, hashed.sha256))
    return hashed
  } finally {
    rmSync(aside, { force: true })
  }
}

/** Makes a text an object. */
export function writeObject(folder: string, digest: Digest, text: string): void {
  const aside = asideName(join(folder, 'tmp', 'object'))
  try {
    const file = createFile(aside, READ_ONLY)
    try {
      writeAll(file, Buffer.from(text))
    } finally {
      closeSync(file)
    }
    moveOver(aside, objectPath(folder, digest))
  } finally {
    rmSync(aside, { force: true })
  }
}

/** Renames into place; what is in the way there goes. */
function moveOver(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    rmSync(to, { recursive: true, force: true })
    mkdirSync(dirname(to), { recursive: true })
    renameSync(from, to)
  }
}

/**
 * True for a file that may be one with its object: a link leads to a file that is not ours to share,
 * and an executable would lend its mode to every file of the same content.
 */
function shareable(path: string): boolean {
  const stats = lstatSync(fsPath(path))
  return stats.isFile() && (stats.mode & 0o111) === 0
}

/** Makes a read-only file appear under a second name; false where the file system cannot. */
function linked(from: string, to: string): boolean {
  try {
    mkdirSync(dirname(to), { recursive: true })
    chmodSync(fsPath(from), READ_ONLY)
    linkSync(fsPath(from), fsPath(to))
    return true
  } catch {
    return false
  }
}

/**
 * Copies a file to a new path and hashes it, in one pass; where the file system can, the copy is a clone.
 * Undefined if the file changed meanwhile.
 */
function copyHashed(
  path: string,
  to: string,
  mode: number,
  isStopped: IsStopped,
): HashedFile | undefined {
  const before = stampOf(statSync(fsPath(path)))
  if (before[1] >= CLONE_FROM && cloned(path, to, mode)) {
    const hashed = hashOnce(path, isStopped)
    return hashed && sameStamp(before, hashed.stamp) ? hashed : undefined
  }
  const copy = createFile(to, mode)
  try {
    return hashOnce(path, isStopped, (bytes) => writeAll(copy, bytes))
  } finally {
    closeSync(copy)
  }
}

/** Creates an empty file, with its folder, in place of what may be left of an attempt before. */
function createFile(path: string, mode: number): number {
  const create = (): number => openSync(fsPath(path), 'wx', mode)
  try {
    return create()
  } catch {
    rmSync(fsPath(path), { force: true })
    mkdirSync(fsPath(dirname(path)), { recursive: true })
    return create()
  }
}

/** A write may take less than all of the bytes. */
function writeAll(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes.subarray(done))
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

/** Lays an object down and hashes what it lays down; a corrupt object is discarded, its absence is understood. */
function restore(task: RestoreTask, isStopped: IsStopped): Restored {
  const { path, digest, exec, from } = task
  const object = objectPath(from.folder, digest)
  if (!isObject(from.folder, digest)) return 'absent'
  if (from.link === 'hard' && !exec && linked(object, path)) {
    if (hashSteady(object, isStopped).sha256 === digest) return 'restored'
  } else {
    const copied = steady(object, () => copyHashed(object, path, ownMode(exec), isStopped))
    if (copied.sha256 === digest) return 'restored'
  }
  for (const wrong of [path, object]) rmSync(fsPath(wrong), { recursive: true, force: true })
  return 'corrupt'
}

function copy({ path, to }: CopyTask, isStopped: IsStopped): HashedFile {
  const mode = ownMode(isExec(statSync(fsPath(path))))
  return steady(path, () => copyHashed(path, to, mode, isStopped))
}

/** The mode of a file as a program makes it, less the mask of the user. */
function ownMode(exec: boolean): number {
  return exec ? 0o777 : 0o666
}
