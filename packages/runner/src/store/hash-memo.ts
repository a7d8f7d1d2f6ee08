// Remembers the hashes of files by their stamps, from one process to the next.
import type { Digest } from '@weir/base'
import { PIECE, PIECES_SCHEMA } from './file-digest.ts'
import type { HashedFile } from './hash-file.ts'
import { statsOf } from './list-tree.ts'
import type { Memo } from './memo.ts'
import { lastChange, type Stamp, sameButRenamed, sameStamp, stampOf } from './stamp.ts'

/** Hashes that are known. */
export interface HashMemo {
  /** The hash of the file with this stamp; undefined if it must be read. */
  find(path: string, stamp: Stamp): Digest | undefined
  /** Remembers a hash, unless a later write could leave its stamp as it is. */
  learn(path: string, hashed: HashedFile): void
  /** The file's stamp, if its hash is known and still is right by it: to be asked right before a rename. */
  current(path: string): Stamp | undefined
  /** Remembers the hash of a file under its new name, right after the rename; `before` is what `current` said. */
  carry(from: string, to: string, before: Stamp): void
  /** Remembers a hash under a new path, which a renamed folder gave the file. */
  rename(from: string, to: string): void
  /** Keeps what was learnt for the next process. */
  save(): void
}

/** What does not come from the files: the clock, and the start of the machine. */
export interface MemoEffects {
  now(): number
  /** Differs between two starts of the machine; null where the system does not tell. */
  boot(): string | null
}

type Entry = readonly [...stamp: Stamp, digest: Digest]

interface Saved {
  readonly boot: string | null
  /** When it was saved, in ms. */
  readonly at: number
  /** How large files were digested. */
  readonly pieces: typeof PIECES_SCHEMA
  readonly files: Readonly<Record<string, Entry>>
}

const NAME = 'files'
/** Systems write what is changed to the disk within some 35 s. */
const WRITTEN_BACK_MS = 60_000

/** Opens the hashes that a memo has. */
export function openHashMemo(memo: Memo, { now, boot }: MemoEffects): HashMemo {
  const entries = recall(memo.read<Saved>(NAME), boot())
  let changed = false
  const set = (path: string, stamp: Stamp, digest: Digest): void => {
    entries.set(path, [...stamp, digest])
    changed = true
  }
  return {
    find(path, stamp) {
      const entry = entries.get(path)
      return entry && sameStamp(stampIn(entry), stamp) ? entry[4] : undefined
    },
    learn(path, { settled, stamp, sha256 }) {
      if (settled) set(path, stamp, sha256)
      else changed = entries.delete(path) || changed
    },
    current(path) {
      const entry = entries.get(path)
      const stats = entry && statsOf(path)
      return stats && sameStamp(stampIn(entry), stampOf(stats)) ? stampOf(stats) : undefined
    },
    carry(from, to, before) {
      const [entry, stats] = [entries.get(from), statsOf(to)]
      if (entry && stats && sameButRenamed(before, stampOf(stats)))
        set(to, stampOf(stats), entry[4])
      entries.delete(from)
    },
    rename(from, to) {
      const entry = entries.get(from)
      if (entry) entries.set(to, entry)
      entries.delete(from)
    },
    save() {
      if (!changed) return
      const there = [...entries].filter(([path]) => stands(path))
      const files = Object.fromEntries(there)
      const saved = { boot: boot(), at: now(), pieces: PIECES_SCHEMA, files } as const
      memo.write(NAME, saved satisfies Saved)
      changed = false
    },
  }
}

/** True for a file that is there; what cannot be looked at (a link in its way that has no end) is forgotten. */
function stands(path: string): boolean {
  try {
    return statsOf(path) !== undefined
  } catch {
    return false
  }
}

/**
 * What was saved. After another start of the machine, a file that was changed shortly before the memo was saved may
 * have its stamp and not its content, if the power went: such a one is hashed again. So is a large file whose digest
 * was made in another way.
 */
function recall(saved: Saved | undefined, boot: string | null): Map<string, Entry> {
  if (typeof saved?.at !== 'number') return new Map()
  const { at, files, pieces } = saved
  const sameBoot = boot !== null && boot === saved.boot
  const isGood = (entry: Entry): boolean =>
    (sameBoot || lastChange(stampIn(entry)) + WRITTEN_BACK_MS < at) &&
    (pieces === PIECES_SCHEMA || entry[1] <= PIECE)
  return new Map(Object.entries(files).filter(([, entry]) => isGood(entry)))
}

function stampIn([inode, size, modified, changed]: Entry): Stamp {
  return [inode, size, modified, changed]
}
