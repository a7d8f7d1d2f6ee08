// The run cache in .weir/runs: by key, what a run of it gave: KEY.json with the lock entry and what it showed, and its
// log, KEY.txt. Two files and no folder for each: making them is much of what a short stage costs.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Digest } from '@weir/base'
import type { Block } from '../report/document.ts'
import type { MetricValue } from '../report/show.ts'
import type { LockEntry } from './lock-file.ts'
import { nameAlso } from './name-also.ts'
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
  /** Keeps a run; its log first, so that one that is found is whole. */
  keep(entry: LockEntry, record: RunRecord, logPath: string): void
  /** Forgets a run whose outputs turned out to be lost. */
  forget(key: Digest): void
}

/** The memo of each stage's latest run and of the one before with another key, for the change of its figures. */
export const LATEST_RUNS = 'history'
export type LatestRuns = Readonly<
  Record<string, { readonly current: Digest; readonly previous?: Digest }>
>

/** What is kept under a key, in one file, so that it is there whole or not at all. */
interface KeptRun {
  readonly entry: LockEntry
  readonly record: RunRecord
}

/** The path of what is kept under a key, less the ends of its files' names. */
export function runPath(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), key)
}

/** Opens the run cache under a folder. */
export function openRunCache(folder: string): RunCache {
  const logPath = (key: string): string => `${runPath(folder, key)}.txt`
  const place = (key: string): string => `${runPath(folder, key)}.json`
  const read = (key: string): KeptRun | undefined => {
    const kept = readSealed<KeptRun>(place(key))
    return kept?.entry.key === key ? kept : undefined
  }
  return {
    find: (key) => read(key)?.entry,
    record: (key) => read(key)?.record,
    logPath,
    keep(entry, record, log) {
      nameAlso(log, logPath(entry.key))
      writeSealed(place(entry.key), { entry, record } satisfies KeptRun)
    },
    forget: (key) => rmSync(place(key), { recursive: true, force: true }),
  }
}
