// Helpers of the lock's tests: entries in few words, and the lock of a folder as the next process would open it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Files } from '@weir/base/files'
import { instanceText, soleInstance } from '../../src/config/instance.ts'
import { layoutOf } from '../../src/config/layout.ts'
import { keyOf } from '../../src/store/key-document.ts'
import { type LockEntry, type LockFile, openLock } from '../../src/store/lock-file.ts'
import { DOCUMENT, digestOf } from '../key/documents.ts'

/** The lock of a project, or an error where it has a problem. */
export function opened(root: string, files?: Files): LockFile {
  const outcome = openLock(layoutOf(root), files ? { files } : {})
  if (!outcome.ok) throw new Error(outcome.problem.message)
  return outcome.lock
}

/** The lock in a run of its own. */
export function begun(root: string, run = 'run', files?: Files): LockFile {
  const lock = opened(root, files)
  lock.begin(run, () => true)
  return lock
}

/** Makes a run that sets these entries and ends. */
export function writeEntries(root: string, entries: Readonly<Record<string, LockEntry>>): void {
  const lock = begun(root)
  for (const [name, one] of Object.entries(entries)) lock.set(soleInstance(name), one)
  lock.end()
}

/** The text of the lock file. */
export const textOf = (root: string): string => readFileSync(join(root, 'pipeline.lock'), 'utf8')

/** An entry whose one output has a content. */
export function entry(content: string, more: Partial<LockEntry> = {}): LockEntry {
  return {
    key: keyOf(DOCUMENT),
    document: DOCUMENT,
    outs: { 'out.txt': { kind: 'file', sha256: digestOf(content), size: content.length } },
    ...more,
  }
}

/** The names of all entries in force. */
export function namesOf(lock: LockFile): string[] {
  return lock.ids().map(instanceText)
}

/** Every entry in force, by stage, as plain data. */
export function entriesOf(lock: LockFile): Record<string, LockEntry> {
  const entries = namesOf(lock).map((name) => [name, lock.get(soleInstance(name))])
  return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Record<string, LockEntry>
}
