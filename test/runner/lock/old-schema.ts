// Helper of the tests of old schemas: puts a project's lock and run cache back to what the version before has written.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { canonicalJson, sha256 } from '../../../base/digest.ts'
import type { LockEntry } from '../../../runner/lock/entry.ts'
import { openLock } from '../../../runner/lock/lockfile.ts'
import { blockText, lockText } from '../../../runner/lock/text.ts'
import { runFolder } from '../../../runner/store/runs.ts'
import { readSealed, writeSealed } from '../../../runner/store/sealed.ts'

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
  const outcome = openLock(root)
  if (!outcome.ok) throw new Error(outcome.problem.message)
  const { lock } = outcome
  const entries = lock.names().map((name) => [name, lock.get(name)])
  writeFileSync(join(root, 'pipeline.lock'), oldLock(Object.fromEntries(entries), values))
  const runs = join(root, '.weir/runs')
  rmSync(join(runs, 'schema'))
  for (const start of readdirSync(runs))
    for (const key of readdirSync(join(runs, start))) putBackRun(runs, key, values)
}

function putBackRun(runs: string, key: string, values: Values): void {
  const place = runFolder(runs, key)
  const entry = oldEntry(readSealed<LockEntry>(join(place, 'entry.json'))!, values)
  writeSealed(join(place, 'entry.json'), entry)
  const old = runFolder(runs, entry.key)
  mkdirSync(dirname(old), { recursive: true })
  if (old !== place) renameSync(place, old)
}
