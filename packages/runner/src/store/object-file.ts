// One object of the store: how a file becomes one, and how it comes back.
import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Digest } from '@weir/base'
import { asideName } from '@weir/base/files'
import type { CacheSettings } from '../config/model.ts'
import { fsPath } from './byte-path.ts'
import { copyHashed, createFile, ownMode } from './copy-file.ts'
import {
  type HashedFile,
  hashOnce,
  hashSteady,
  notAFile,
  type SeenFile,
  seenFile,
  steady,
} from './hash-file.ts'
import { statsOf } from './list-tree.ts'
import type { Restored } from './object-store.ts'
import { type Reading, writeAll } from './read-file.ts'

export type LinkKind = CacheSettings['link']

/** The store's folder, and how its objects are placed. */
export interface ObjectPlace {
  readonly folder: string
  readonly link: LinkKind
}

/** Which object is to come where; at the path nothing stands. */
export interface Restoration {
  readonly path: string
  readonly digest: Digest
  readonly exec: boolean
  readonly from: ObjectPlace
}

/** The mode of objects. */
export const READ_ONLY = 0o444
/** Files up to this size are held in memory on their way into the store. */
const SMALL = 64 * 1024
const NOTHING = Buffer.alloc(0)

/** Where an object is. */
export function objectPath(folder: string, digest: string): string {
  return join(folder, digest.slice(0, 2), digest.slice(2))
}

/** True if there is an object of this digest; its content is verified when it is restored. */
export function isObject(folder: string, digest: string): boolean {
  return statsOf(objectPath(folder, digest))?.isFile() ?? false
}

/** Hashes a file into the store; `seen` is what the last look at it gave. */
export function keepObject(
  path: string,
  into: ObjectPlace,
  reading: Reading,
  seen?: SeenFile,
): HashedFile {
  return steady(path, (first) => {
    const now = first && seen ? seen : look(path)
    const isSmall = now.stamp[1] <= SMALL && into.link === 'copy'
    return isSmall ? keepSmall(path, into.folder, reading, now) : keepLarge(path, into, reading)
  })
}

function look(path: string): SeenFile {
  const stats = statSync(fsPath(path))
  if (!stats.isFile()) throw notAFile(path)
  return seenFile(stats)
}

/**
 * To read a small object costs a fraction of writing it again, and outputs are often what they were. Undefined for a
 * file that is not as it was seen.
 */
function keepSmall(
  path: string,
  folder: string,
  reading: Reading,
  seen: SeenFile,
): HashedFile | undefined {
  let content = NOTHING
  const add = (bytes: Buffer): void => {
    content = Buffer.concat([content, bytes])
  }
  const hashed = hashOnce(path, reading, add, seen)
  if (hashed && !isSound(folder, hashed.sha256, reading))
    writeObject(folder, hashed.sha256, content)
  return hashed
}

/** True for an object that is as it was written. */
function isSound(folder: string, digest: Digest, reading: Reading): boolean {
  const path = objectPath(folder, digest)
  const stats = statsOf(path)
  if (!stats?.isFile() || stats.size > SMALL || (stats.mode & 0o222) !== 0) return false
  return hashSteady(path, reading).sha256 === digest
}

/** What stands in the object's place is replaced: its content need not be looked at. */
function keepLarge(path: string, into: ObjectPlace, reading: Reading): HashedFile {
  const aside = asideName(join(into.folder, 'tmp', 'object'))
  try {
    const hashed =
      into.link === 'hard' && shareable(path) && linked(path, aside)
        ? hashSteady(path, reading)
        : steady(path, () => copyHashed(path, aside, READ_ONLY, reading))
    moveOver(aside, objectPath(into.folder, hashed.sha256))
    return hashed
  } finally {
    rmSync(aside, { force: true })
  }
}

/**
 * Makes a content an object, in place of what may be there. Written aside in the folder where it will be: threads that
 * make files in one folder wait for each other, and so do all renames from one folder to another.
 */
export function writeObject(folder: string, digest: Digest, content: string | Buffer): void {
  const path = objectPath(folder, digest)
  const aside = asideName(path)
  try {
    fill(aside, typeof content === 'string' ? Buffer.from(content) : content)
    moveOver(aside, path)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}

function fill(path: string, content: Buffer): void {
  const file = createFile(path, READ_ONLY)
  try {
    writeAll(file, content)
  } finally {
    closeSync(file)
  }
}

/** Renames into place; what is in the way there goes. */
export function moveOver(from: string, to: string): void {
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

/** Gives a file a second name and makes it read-only; false where that cannot be, and then it is as it was. */
function linked(from: string, to: string): boolean {
  try {
    mkdirSync(fsPath(dirname(to)), { recursive: true })
    linkSync(fsPath(from), fsPath(to))
    chmodSync(fsPath(from), READ_ONLY)
    return true
  } catch {
    return false
  }
}

/** Lays an object down and hashes what it lays down; a corrupt object is discarded, its absence is understood. */
export function restoreObject(
  { path, digest, exec, from }: Restoration,
  reading: Reading,
): Restored {
  const object = objectPath(from.folder, digest)
  if (!isObject(from.folder, digest)) return 'absent'
  if (from.link === 'hard' && !exec && linked(object, path)) {
    if (hashSteady(object, reading).sha256 === digest) return 'restored'
  } else {
    const copied = steady(object, () => copyHashed(object, path, ownMode(exec), reading))
    if (copied.sha256 === digest) return 'restored'
  }
  for (const wrong of [path, object]) rmSync(fsPath(wrong), { recursive: true, force: true })
  return 'corrupt'
}
