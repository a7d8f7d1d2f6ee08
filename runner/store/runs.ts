// The run cache in .weir/runs: by key, what a run of it gave: the lock entry, what it showed, and its log.
import { constants, copyFileSync, linkSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Digest } from '../../base/digest.ts'
import type { LockEntry } from '../lock/lockfile.ts'
import type { Block } from '../report/document.ts'
import type { MetricValue } from '../show.ts'
import { readSealed, writeSealed } from './sealed.ts'

/** What the notebook tells of one run of a stage. */
export interface RunRecord {
  readonly title: string
  readonly seconds: number
  readonly metrics: Readonly<Record<string, MetricValue>>
  readonly shown: readonly Block[]
}

/** The run cache of one project. */
export interface RunCache {
  /** What a run under this key gave, or undefined. */
  find(key: Digest): LockEntry | undefined
  record(key: Digest): RunRecord | undefined
  /** Where the log of that run is, if there is one. */
  logPath(key: Digest): string
  /** Keeps a run; the entry is written last, so that a found one is whole. */
  keep(entry: LockEntry, record: RunRecord, logPath: string): void
  /** Forgets a run whose outputs turned out to be lost. */
  forget(key: Digest): void
}

/** The memo of each stage's latest run and of the one before with another key, for the change of its figures. */
export const HISTORY = 'history'
export type Histories = Readonly<
  Record<string, { readonly current: Digest; readonly previous?: Digest }>
>

/** The folder of what is kept under a key. */
export function runFolder(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), key)
}

/** Opens the run cache under a folder. */
export function openRunCache(folder: string): RunCache {
  const place = (key: string, name: string): string => join(runFolder(folder, key), name)
  return {
    find(key) {
      const entry = readSealed<LockEntry>(place(key, 'entry.json'))
      return entry?.key === key ? entry : undefined
    },
    record: (key) => readSealed<RunRecord>(place(key, 'record.json')),
    logPath: (key) => place(key, 'log.txt'),
    keep(entry, record, logPath) {
      nameAlso(logPath, place(entry.key, 'log.txt'))
      writeSealed(place(entry.key, 'record.json'), record)
      writeSealed(place(entry.key, 'entry.json'), entry)
    },
    forget: (key) => rmSync(place(key, 'entry.json'), { recursive: true, force: true }),
  }
}

/** Gives a file that nobody writes to any more a second name: a log may be large, and is stored once. */
function nameAlso(path: string, name: string): void {
  rmSync(name, { recursive: true, force: true })
  mkdirSync(dirname(name), { recursive: true })
  try {
    linkSync(path, name)
  } catch {
    // The file system has no hard links.
    copyFileSync(path, name, constants.COPYFILE_FICLONE)
  }
}
