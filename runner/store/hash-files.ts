// Hashes files and folders by content, and remembers a file's hash by its inode, size and time of change.
import { createHash } from 'node:crypto'
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { byCodeUnit } from '../config/paths.ts'
import { type Digest, sha256 } from './digest.ts'
import type { Memo } from './memo.ts'
import { throwIfStopped } from './stopped.ts'

/** One file of a folder. */
export interface TreeFile {
  readonly path: string
  readonly sha256: Digest
  readonly size: number
  readonly exec?: true
}

/** The content of a path: a file's digest, or the digest of a folder's list of files (its tree). */
export type Content =
  | { readonly kind: 'file'; readonly sha256: Digest; readonly size: number; readonly exec?: true }
  | {
      readonly kind: 'dir'
      readonly sha256: Digest
      readonly size: number
      readonly files: readonly TreeFile[]
    }

/** Hashes paths of one project. */
export interface FileHasher {
  /**
   * The content at an absolute path; undefined where nothing is. Rejects with what the file system throws otherwise,
   * and when the signal is aborted.
   */
  content(path: string, signal?: AbortSignal): Promise<Content | undefined>
  /** Says that a file that this process has just written has a content. */
  learn(path: string, digest: Digest): void
  /** Keeps what was learnt for the next process. */
  save(): void
}

/** [inode, size, mtime in ms, digest, when hashed in ms] */
type Known = [number, number, number, Digest, number]

/** A file changed within this time of being hashed may change again under the same time stamp. */
const RACY_MS = 50
const CHUNK = 1 << 20

/** A hasher that begins with what the memo remembers. */
export function createFileHasher(memo: Memo): FileHasher {
  const known = new Map<string, Known>(
    Object.entries(memo.read<Record<string, Known>>('files') ?? {}),
  )
  let changed = false
  const remember = (path: string, stats: Stats, digest: Digest, at: number): void => {
    known.set(path, [stats.ino, stats.size, stats.mtimeMs, digest, at])
    changed = true
  }
  const fileDigest = (path: string, stats: Stats): Digest => {
    const entry = known.get(path)
    if (entry && isCurrent(entry, stats)) return entry[3]
    if (!stats.isFile()) throw notAFile(path)
    const at = Date.now()
    const digest = hashFile(path, stats.size)
    remember(path, stats, digest, at)
    return digest
  }
  return {
    async content(path, signal) {
      throwIfStopped(signal)
      const stats = statsOf(path)
      if (!stats) return undefined
      if (stats.isDirectory()) return treeContent(listTree(path, fileDigest))
      return { kind: 'file', sha256: fileDigest(path, stats), size: stats.size, ...execOf(stats) }
    },
    learn(path, digest) {
      // Our own write is over: the time stamp cannot be racy.
      remember(path, statSync(path), digest, Number.MAX_SAFE_INTEGER)
    },
    save() {
      if (changed)
        memo.write(
          'files',
          Object.fromEntries([...known].filter(([path]) => statsOf(path) !== undefined)),
        )
      changed = false
    },
  }
}

/** The stats of what is at a path; undefined where nothing is, also below a file. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined
    throw error
  }
}

function notAFile(path: string): Error {
  const message = `'${path}' is neither a file nor a folder`
  const hint = 'sockets, pipes and devices have no content to hash: take it out of there'
  return Object.assign(new Error(message), { code: 'NOT_A_FILE', hint })
}

function isCurrent([inode, size, changed, , at]: Known, stats: Stats): boolean {
  return (
    inode === stats.ino &&
    size === stats.size &&
    changed === stats.mtimeMs &&
    changed + RACY_MS < at
  )
}

function execOf(stats: Stats): { exec: true } | undefined {
  return stats.mode & 0o100 ? { exec: true } : undefined
}

/** The content of a folder with these files. */
export function treeContent(files: readonly TreeFile[]): Content & { kind: 'dir' } {
  const size = files.reduce((sum, file) => sum + file.size, 0)
  return { kind: 'dir', sha256: sha256(treeText(files)), size, files }
}

/** A tree as text: what its digest is taken of, and what the cache keeps. */
export function treeText(files: readonly TreeFile[]): string {
  return `${JSON.stringify(files)}\n`
}

/**
 * Every file below a folder in order of its path. Links are followed; empty folders and links that lead nowhere
 * vanish. What is neither file nor folder is refused: a pipe would be waited for without end.
 */
function listTree(folder: string, digest: (path: string, stats: Stats) => Digest): TreeFile[] {
  const files: TreeFile[] = []
  const walk = (inner: string): void => {
    for (const name of readdirSync(join(folder, inner))) {
      const path = inner === '' ? name : `${inner}/${name}`
      const absolute = join(folder, path)
      const stats = statsOf(absolute)
      if (!stats) continue
      if (stats.isDirectory()) walk(path)
      else files.push({ path, sha256: digest(absolute, stats), size: stats.size, ...execOf(stats) })
    }
  }
  walk('')
  return files.sort((a, b) => byCodeUnit(a.path, b.path))
}

/** The digest of a file, in pieces if it is large. */
export function hashFile(path: string, size: number): Digest {
  if (size <= CHUNK) return sha256(readFileSync(path))
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(CHUNK)
  const file = openSync(path, 'r')
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer))
      hash.update(buffer.subarray(0, read))
  } finally {
    closeSync(file)
  }
  return hash.digest('hex') as Digest
}
