// Helper of the tests of old schemas: puts a project's lock and run cache back to what the version before has written.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, type Digest, sha256 } from '@weir/base'
import { soleInstance } from '../../src/config/instance.ts'
import { layoutOf } from '../../src/config/layout.ts'
import type { LockEntry } from '../../src/store/lock-entry.ts'
import { openLock } from '../../src/store/lock-file.ts'
import { blockText, lockText } from '../../src/store/lock-text.ts'
import { openRunCache, runPath } from '../../src/store/run-cache.ts'
import { writeSealed } from '../../src/store/sealed.ts'
import { namesOf } from './locks.ts'

/** The values of the variables of all stages, which the old documents held in clear. */
export type Values = Readonly<Record<string, string | null>>

/** An entry as the version before has written it. */
export function oldEntry(entry: LockEntry, values: Values): LockEntry {
  const names = Object.keys(entry.document.env)
  const env = Object.fromEntries(names.map((name) => [name, values[name] ?? null]))
  const document = { ...entry.document, schema: 'weir/key/1', env }
  return { ...entry, key: sha256(canonicalJson(document)), document: document as never }
}

/** The lock file of these entries as the version before has written it. */
export function oldLock(entries: Readonly<Record<string, LockEntry>>, values: Values): string {
  const blocks = Object.entries(entries).map(([name, entry]): [string, string] => [
    name,
    blockText(name, oldEntry(entry, values)),
  ])
  return lockText(new Map(blocks)).replace('weir/lock/2', 'weir/lock/1')
}

/** Puts the lock and the run cache of a project back. */
export function putBackSchema(root: string, values: Values): void {
  const outcome = openLock(layoutOf(root))
  if (!outcome.ok) throw new Error(outcome.problem.message)
  const { lock } = outcome
  const entries = namesOf(lock).map((name) => [name, lock.get(soleInstance(name))])
  writeFileSync(join(root, 'pipeline.lock'), oldLock(Object.fromEntries(entries), values))
  const runs = join(root, '.weir/runs')
  rmSync(join(runs, 'schema'))
  for (const start of readdirSync(runs))
    for (const name of readdirSync(join(runs, start)).filter((name) => name.endsWith('.json')))
      putBackRun(runs, name.slice(0, -5) as Digest, values)
}

function putBackRun(runs: string, key: Digest, values: Values): void {
  const cache = openRunCache(runs)
  putBackLayout(runs, key, oldEntry(cache.find(key)!, values))
}

/** Puts what is kept under a key back into a folder of three files, with an entry. */
export function putBackLayout(runs: string, key: Digest, entry: LockEntry): void {
  const cache = openRunCache(runs)
  const old = runPath(runs, entry.key)
  mkdirSync(old, { recursive: true })
  writeSealed(join(old, 'entry.json'), entry)
  writeSealed(join(old, 'record.json'), cache.record(key))
  renameSync(cache.logPath(key), join(old, 'log.txt'))
  cache.forget(key)
}
