// Run records of the schema before, whose documents held the values of env variables in clear: they are converted, and
// move to the key of today, so that what ran is still restored; what cannot be converted is removed.
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { KEY_SCHEMA } from '../key/document.ts'
import type { LockEntry } from '../lock/entry.ts'
import { upgradedEntry } from '../lock/upgrade.ts'
import { diskFiles } from './files.ts'
import type { Memo } from './memo.ts'
import { HISTORY, type Histories, runFolder } from './runs.ts'
import { readSealed, writeSealed } from './sealed.ts'
import { writeState } from './write.ts'

const SCHEMA = 'weir/runs/2\n'

/** Converts the run cache in a folder, once. Call with the project locked. @throws where a part of it cannot be read */
export function upgradeRuns(folder: string, memo: Memo): void {
  const mark = join(folder, 'schema')
  if (diskFiles.read(mark) === SCHEMA) return
  const keys = new Map<string, string>()
  for (const start of diskFiles.list(folder))
    for (const key of diskFiles.list(join(folder, start))) {
      const now = upgradeRun(folder, key)
      if (now !== undefined) keys.set(key, now)
    }
  upgradeHistory(memo, keys)
  writeState(mark, SCHEMA)
}

/** Converts one run; its new key, if it has another. Killed in between, it is done again. */
function upgradeRun(folder: string, key: string): string | undefined {
  const place = runFolder(folder, key)
  if (!diskFiles.list(place).includes('entry.json')) return undefined
  const entry = readSealed<LockEntry>(join(place, 'entry.json'))
  if (entry?.document?.schema === KEY_SCHEMA) return undefined
  const now = upgradedEntry(entry)
  if (!now) {
    rmSync(place, { recursive: true, force: true })
    return undefined
  }
  const moved = runFolder(folder, now.key)
  if (moved !== place) {
    rmSync(moved, { recursive: true, force: true })
    mkdirSync(dirname(moved), { recursive: true })
    renameSync(place, moved)
  }
  writeSealed(join(moved, 'entry.json'), now)
  return now.key
}

/** The notebook compares a stage's figures with those of the run before, which it knows by key. */
function upgradeHistory(memo: Memo, keys: ReadonlyMap<string, string>): void {
  const histories = memo.read<Histories>(HISTORY)
  if (!histories || keys.size === 0) return
  const today = (key: string): string => keys.get(key) ?? key
  const upgraded = Object.entries(histories).map(([stage, { current, previous }]) => [
    stage,
    { current: today(current), ...(previous !== undefined && { previous: today(previous) }) },
  ])
  memo.write(HISTORY, Object.fromEntries(upgraded))
}
