// Hashes files and folders by content. What is known by its stamp is not read again.
import { renameSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Digest } from '@weir/base'
import { ownBoot } from '@weir/base/process'
import { type Content, type TreeFile, treeContent } from './content.ts'
import type { FileWork } from './file-work.ts'
import { isExec, notAFile, seenFile } from './hash-file.ts'
import { type HashMemo, type MemoEffects, openHashMemo } from './hash-memo.ts'
import { type FoundFile, listTree, statsOf } from './list-tree.ts'
import type { Memo } from './memo.ts'
import { isObject, type ObjectPlace } from './object-file.ts'
import { settlesAt, stampOf } from './stamp.ts'
import { throwIfStopped } from './stopped.ts'

/** Hashes paths of one project. */
export interface FileHasher {
  /**
   * The content at an absolute path; undefined where nothing is. Rejects with what the file system throws otherwise,
   * and when the signal is aborted.
   */
  content(path: string, signal?: AbortSignal): Promise<Content | undefined>
  /** The same, and each file becomes an object of a store in the same pass. */
  keep(path: string, into: ObjectPlace, signal?: AbortSignal): Promise<Content | undefined>
  /** Renames what was hashed to this content, whose hashes are known under the new name too. */
  move(from: string, to: string, content: Content): void
  /** Keeps what was learnt for the next process. */
  save(): void
}

/** What hashing files needs. */
interface Hashing {
  readonly known: HashMemo
  readonly work: FileWork
  /** Where each file shall be an object. */
  readonly into?: ObjectPlace
  readonly signal: AbortSignal | undefined
}

/** What a hasher takes from outside. */
export interface HasherOptions extends Partial<MemoEffects> {
  /** Ends all hashing that is not given a signal of its own. */
  readonly until?: AbortSignal | undefined
}

/** A hasher that begins with what the memo remembers. */
export function createFileHasher(
  memo: Memo,
  work: FileWork,
  { until, now = Date.now, boot = ownBoot }: HasherOptions = {},
): FileHasher {
  const known = openHashMemo(memo, { now, boot })
  return {
    content: (path, signal = until) => contentAt(path, { known, work, signal }),
    keep: (path, into, signal = until) => contentAt(path, { known, work, into, signal }),
    move(from, to, content) {
      const before = known.current(from)
      renameSync(from, to)
      if (before) known.carry(from, to, before)
      // A folder's new name leaves the stamps of its files as they are.
      if (content.kind === 'dir')
        for (const { path } of content.files) known.rename(`${from}/${path}`, `${to}/${path}`)
    },
    save: known.save,
  }
}

async function contentAt(path: string, hashing: Hashing): Promise<Content | undefined> {
  throwIfStopped(hashing.signal)
  const stats = statsOf(path)
  if (!stats) return undefined
  if (stats.isDirectory())
    return treeContent(await hashAll((await listTree(path, stats, hashing.signal)).files, hashing))
  const [file] = await hashAll([{ path: '', absolute: path, stats }], hashing)
  if (!file) return undefined
  const { path: _, ...content } = file
  return { kind: 'file', ...content }
}

/** The files with their hashes, in the same order. */
async function hashAll(found: readonly FoundFile[], hashing: Hashing): Promise<TreeFile[]> {
  const files = new Map<FoundFile, TreeFile>()
  for (const file of found) {
    const digest = recall(file, hashing)
    const { path, stats } = file
    if (digest !== undefined) files.set(file, treeFile(path, digest, stats.size, isExec(stats)))
  }
  const unread = found.filter((file) => !files.has(file))
  if (unread.length > 0) await readAll(unread, hashing, files)
  return found.flatMap((file) => files.get(file) ?? [])
}

/** The hash of a file by its stamp, unless the file is to become an object and is none yet. */
function recall({ absolute, stats }: FoundFile, { known, into }: Hashing): Digest | undefined {
  const digest = known.find(absolute, stampOf(stats))
  return digest !== undefined && (!into || isObject(into.folder, digest)) ? digest : undefined
}

async function readAll(
  unread: readonly FoundFile[],
  { known, work, into, signal }: Hashing,
  files: Map<FoundFile, TreeFile>,
): Promise<void> {
  const other = unread.find(({ stats }) => !stats.isFile())
  if (other) throw notAFile(other.absolute)
  await untilSettled(unread, signal)
  const tasks = unread.map(({ absolute, stats }) => ({
    task: { kind: 'hash', path: absolute, ...(into && { into }), seen: seenFile(stats) } as const,
    size: stats.size,
  }))
  for (const [index, hashed] of (await work.run(tasks, signal)).entries()) {
    const file = unread[index] as FoundFile
    known.learn(file.absolute, hashed)
    files.set(file, treeFile(file.path, hashed.sha256, hashed.stamp[1], hashed.exec))
  }
}

function treeFile(path: string, digest: Digest, size: number, exec: boolean): TreeFile {
  return { path, sha256: digest, size, ...(exec && { exec }) }
}

/** Hashing a file of this size takes longer than one tick of a fine clock. */
const LARGE_FILE = 32 << 20
const BYTES_PER_MS = 1 << 20

/**
 * Waits until large files that were written a moment ago are so old that their hashes can be remembered, where that
 * takes less time than to hash them once more.
 */
async function untilSettled(
  files: readonly FoundFile[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const large = files.filter(({ stats }) => stats.size >= LARGE_FILE)
  const waits = large.map(({ stats }) => {
    const rest = settlesAt(stampOf(stats)) - Date.now()
    return rest < stats.size / BYTES_PER_MS ? rest + 1 : 0
  })
  const wait = Math.max(0, ...waits)
  if (wait === 0) return
  await sleep(wait, undefined, { signal }).catch(() => throwIfStopped(signal))
}
