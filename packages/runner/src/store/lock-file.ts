// pipeline.lock: for each stage the key document of its last run and the hashes of its outputs; in memory, in the file,
// and in the lock's journal of the run that goes on.
import { type Problem, sha256 } from '@weir/base'
import { diskFiles, type Files, replaceFile } from '@weir/base/files'
import { instanceOf, instanceText, type StageInstance } from '../config/instance.ts'
import type { Layout } from '../config/layout.ts'
import type { LockEntry } from './lock-entry.ts'
import { createLockJournal, type LockJournal, readLeftover } from './lock-journal.ts'
import { damaged, wrongSchema } from './lock-problems.ts'
import {
  blockText,
  checkedEntries,
  entryOf,
  knownBlocks,
  LOCK_SCHEMA,
  lockText,
} from './lock-text.ts'
import { upgradedEntry } from './lock-upgrade.ts'
import type { Memo } from './memo.ts'

export type { LockEntry, RecordedOut } from './lock-entry.ts'

/** The file is written at most this often while a run goes on. */
const WRITE_MS = 1_000
const MEMO = 'lock'

/** The lock of a project. To change it, a run has the project's mutex and has begun. */
export interface LockFile {
  /** The entry of a stage; undefined also while the stage runs, and after a run that was killed in it. */
  get(id: StageInstance): LockEntry | undefined
  /** Of all entries in force. */
  ids(): StageInstance[]
  /** Begins the journal of a run, after folding in what unfinished runs have left. Nothing is written once it is held no more. */
  begin(run: string, isHeld: () => boolean): void
  /** Takes an entry out of force, before its stage starts. */
  suspend(id: StageInstance): void
  /** Puts it back into force, its outputs being back in place. */
  resume(id: StageInstance): void
  /** Sets an entry, in force. It is in the journal when this returns; where that fails, it is not set. */
  set(id: StageInstance, entry: LockEntry): void
  /** Ends the run: writes the file if anything changed. Throws where it cannot be; then the journal keeps all. */
  end(): void
}

export type LockOutcome =
  | { readonly ok: true; readonly lock: LockFile }
  | { readonly ok: false; readonly problem: Problem }

/** What a lock works with. */
interface Means {
  readonly files: Files
  /** Remembers which text was checked. */
  readonly memo?: Memo
}

/** Where a lock and what belongs to it are. */
type LockPlaces = Pick<Layout, 'lock' | 'lockJournal' | 'oldMarks'>

/** Opens the lock of a project; an absent file is an empty one. Nothing is written but the memo. */
export function openLock(
  places: LockPlaces,
  { files = diskFiles, memo }: Partial<Means> = {},
): LockOutcome {
  const { text, leftover } = readAll(places, files)
  const blocks = text === undefined ? new Map<string, string>() : readBlocks(text, memo)
  if (!(blocks instanceof Map)) return { ok: false, problem: blocks }
  const old = text !== undefined && isOld(text)
  for (const [name, block] of leftover.blocks) blocks.set(name, block)
  for (const name of leftover.suspended) blocks.delete(name)
  if (old) for (const name of files.list(places.oldMarks)) blocks.delete(name)
  const stale = old ? [...leftover.paths, places.oldMarks] : leftover.paths
  const means = { files, ...(memo && { memo }) }
  return { ok: true, lock: new OpenLock({ places, blocks, stale, means }) }
}

/** Reads file and journals as they were at one moment: a run may end meanwhile. */
function readAll(
  { lock: path, lockJournal }: LockPlaces,
  files: Files,
): { text: string | undefined; leftover: ReturnType<typeof readLeftover> } {
  for (;;) {
    const before = files.stat(path)?.version
    const text = files.read(path)
    const leftover = readLeftover(lockJournal, files)
    if (files.stat(path)?.version === before) return { text, leftover }
  }
}

const OLD_SCHEMA = 'weir/lock/1'
const SCHEMA_LINE = /^schema: *(\S+)/m

function isOld(text: string): boolean {
  return SCHEMA_LINE.exec(text)?.[1] === OLD_SCHEMA
}

/** The block of each stage. A text that is ours byte for byte is checked once; the memo remembers its digest. */
function readBlocks(written: string, memo: Memo | undefined): Map<string, string> | Problem {
  // Git may have given it Windows' line ends; JSON has no raw carriage return of its own.
  const text = written.includes('\r') ? written.replaceAll('\r\n', '\n') : written
  const digest = sha256(text)
  if (memo?.read(MEMO) === digest) return knownBlocks(text)
  const schema = SCHEMA_LINE.exec(text)?.[1]
  if (schema !== LOCK_SCHEMA && schema !== OLD_SCHEMA) return wrongSchema(schema, text)
  const entries = checkedEntries(text)
  if (typeof entries === 'number') return damaged(text, entries)
  const blocks = schema === OLD_SCHEMA ? upgradedBlocks(entries) : blocksOf(entries)
  if (lockText(blocks) === text) memo?.write(MEMO, digest)
  return blocks
}

function blocksOf(entries: ReadonlyMap<string, LockEntry>): Map<string, string> {
  return new Map([...entries].map(([name, entry]) => [name, blockText(name, entry)]))
}

/** An entry of the schema before whose key is not its document's was never a run's: it is left out. */
function upgradedBlocks(entries: ReadonlyMap<string, LockEntry>): Map<string, string> {
  const sound = [...entries].flatMap(([name, entry]): [string, LockEntry][] => {
    const upgraded = upgradedEntry(entry)
    return upgraded ? [[name, upgraded]] : []
  })
  return blocksOf(new Map(sound))
}

/** What a lock was read from, and what is to go once it is written. */
interface Origin {
  readonly places: LockPlaces
  readonly blocks: Map<string, string>
  /** Journals that were folded in, and marks of the schema before. */
  readonly stale: readonly string[]
  readonly means: Means
}

class OpenLock implements LockFile {
  readonly #origin: Origin
  readonly #path: string
  readonly #blocks: Map<string, string>
  readonly #entries = new Map<string, LockEntry>()
  readonly #suspended = new Set<string>()
  #run: string | undefined
  #isHeld: () => boolean = () => false
  #journal: LockJournal | undefined
  #changed = false
  #timer: NodeJS.Timeout | undefined

  constructor(origin: Origin) {
    this.#origin = origin
    this.#path = origin.places.lock
    this.#blocks = origin.blocks
  }

  get(id: StageInstance): LockEntry | undefined {
    const stage = instanceText(id)
    const block = this.#suspended.has(stage) ? undefined : this.#blocks.get(stage)
    if (block === undefined) return undefined
    const entry = this.#entries.get(stage) ?? entryOf(block)
    this.#entries.set(stage, entry)
    return entry
  }

  ids(): StageInstance[] {
    return [...this.#blocks.keys()].filter((name) => !this.#suspended.has(name)).map(instanceOf)
  }

  begin(run: string, isHeld: () => boolean): void {
    this.#run = run
    this.#isHeld = isHeld
    const { stale, means } = this.#origin
    if (stale.length === 0) return
    this.#write()
    for (const path of stale) means.files.remove(path)
  }

  suspend(id: StageInstance): void {
    const stage = instanceText(id)
    const journal = this.#openJournal()
    if (!this.#blocks.has(stage)) return
    journal.append({ suspend: stage })
    this.#suspended.add(stage)
  }

  resume(id: StageInstance): void {
    const stage = instanceText(id)
    if (!this.#suspended.delete(stage)) return
    try {
      this.#journal?.append({ resume: stage })
    } catch {
      // On a full disk. The end of the run says the same, and needs no room for it.
    }
  }

  set(id: StageInstance, entry: LockEntry): void {
    const stage = instanceText(id)
    const block = blockText(stage, entry)
    this.#openJournal().append({ set: stage, block })
    this.#blocks.set(stage, block)
    this.#entries.set(stage, entry)
    this.#suspended.delete(stage)
    this.#changed = true
    this.#timer ??= setTimeout(() => this.#writeMeanwhile(), WRITE_MS).unref()
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (!this.#isHeld()) {
      // The next run folds the journal in.
      this.#journal?.leave()
      return
    }
    try {
      if (this.#changed) this.#write()
    } catch (error) {
      this.#journal?.leave()
      throw error
    }
    this.#journal?.remove()
    this.#journal = undefined
  }

  /** Begins the journal with the first change, unless the file that it is for may not be written at the end. */
  #openJournal(): LockJournal {
    const { places, means } = this.#origin
    if (this.#run === undefined) throw new Error('a lock is changed by a run that has begun')
    if (!this.#journal && means.files.stat(this.#path)) means.files.checkWritable(this.#path)
    this.#journal ??= createLockJournal(places.lockJournal, this.#run, means.files)
    return this.#journal
  }

  #writeMeanwhile(): void {
    this.#timer = undefined
    if (!this.#isHeld()) return
    try {
      this.#write()
    } catch {
      // The journal has it all; the end tries again and says what is wrong.
    }
  }

  #write(): void {
    const { files, memo } = this.#origin.means
    const text = lockText(this.#blocks)
    this.#journal?.sync()
    replaceFile(this.#path, text, files)
    memo?.write(MEMO, sha256(text))
    this.#changed = false
  }
}
