// Run records of the schemas before: each was a folder, and the documents of the first held the values of env variables
// in clear. They are converted, and move to the key of today, so that what ran is still restored; what cannot be
// converted is removed.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { diskFiles, writeState } from '@weir/base/files'
import { KEY_SCHEMA } from './key-document.ts'
import type { LockEntry } from './lock-entry.ts'
import { upgradedEntry } from './lock-upgrade.ts'
import type { Memo } from './memo.ts'
import { LATEST_RUNS, type LatestRuns, openRunCache, type RunRecord, runPath } from './run-cache.ts'
import { readSealed } from './sealed.ts'

const SCHEMA = 'weir/runs/3\n'

/** Converts the run cache in a folder, once. Call while holding the project's mutex. @throws where a part of it cannot be read */
export function upgradeRuns(folder: string, memo: Memo): void {
  const mark = join(folder, 'schema')
  if (isConverted(mark)) return
  const keys = new Map<string, string>()
  for (const start of diskFiles.list(folder))
    for (const key of runFolders(join(folder, start))) {
      const now = upgradeRun(folder, key)
      if (now !== undefined) keys.set(key, now)
    }
  upgradeLatest(memo, keys)
  writeState(mark, SCHEMA)
}

/** The names of the folders that held a run each; those of today's files have an end. */
function runFolders(folder: string): string[] {
  return diskFiles.list(folder).filter((name) => !name.includes('.'))
}

/** A folder in the mark's place is rubbish, and goes when it is written. */
function isConverted(mark: string): boolean {
  return !diskFiles.stat(mark)?.folder && diskFiles.read(mark) === SCHEMA
}

/** Converts one run; its new key, if it has another. Killed in between, it is done again. */
function upgradeRun(folder: string, key: string): string | undefined {
  const old = runPath(folder, key)
  // What cannot be read is not taken for damaged: this throws.
  diskFiles.list(old)
  const run = readOld(old)
  if (run) openRunCache(folder).keep(run.entry, run.record, run.log)
  rmSync(old, { recursive: true, force: true })
  return run && run.entry.key !== key ? run.entry.key : undefined
}

/** A run as it was kept before, in a folder of three files; undefined where one is missing or cannot be converted. */
function readOld(place: string): { entry: LockEntry; record: RunRecord; log: string } | undefined {
  const found = readSealed<LockEntry>(join(place, 'entry.json'))
  const entry = found?.document?.schema === KEY_SCHEMA ? found : upgradedEntry(found)
  const record = readSealed<RunRecord>(join(place, 'record.json'))
  const log = join(place, 'log.txt')
  return entry && record && diskFiles.stat(log)?.folder === false
    ? { entry, record, log }
    : undefined
}

/** The notebook compares a stage's figures with those of the run before, which it knows by key. */
function upgradeLatest(memo: Memo, keys: ReadonlyMap<string, string>): void {
  const latest = memo.read<LatestRuns>(LATEST_RUNS)
  if (!latest || keys.size === 0) return
  const today = (key: string): string => keys.get(key) ?? key
  const upgraded = Object.entries(latest).map(([stage, { current, previous }]) => [
    stage,
    { current: today(current), ...(previous !== undefined && { previous: today(previous) }) },
  ])
  memo.write(LATEST_RUNS, Object.fromEntries(upgraded))
}
