// Names of temporary files, which are written beside their target and renamed over it. Each names the writing process.
import { createHash, randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { lifeOf, ownSight, type PidSpace, type Sight } from '../process/process-name.ts'

const FORM = /\.([0-9a-f]{12})-(\d+)-(\d*)-[0-9a-f]{8}-\d+\.tmp$/
/** The age after which a temporary file of an unknown process counts as left. */
const DAY_MS = 24 * 60 * 60 * 1000

/** Differs between the threads of a process, where the count does not. */
const thread = randomUUID().slice(0, 8)
let count = 0

/** A name beside a path that no other process, thread or call has: `PATH.SPACE-PID-START-THREAD-COUNT.tmp`. */
export function asideName(path: string, { self }: Sight = ownSight()): string {
  return `${path}.${spaceDigest(self)}-${self.pid}-${self.start ?? ''}-${thread}-${count++}.tmp`
}

/**
 * True for a file that was written aside by a process that is no more. One that cannot be seen from here (another
 * container, another machine) may still write: its files count as left when they are a day old.
 */
export function isLeftAside(path: string, sight: Sight = ownSight()): boolean {
  const [name, digest, pid, start] = FORM.exec(basename(path)) ?? []
  if (name === undefined) return false
  if (digest !== spaceDigest(sight.self)) return isOld(path)
  const life = lifeOf({ ...sight.self, pid: Number(pid), start: start || null }, sight)
  return life === 'gone' || (life === 'unknown' && isOld(path))
}

/** Digests of pid spaces, cached: a run writes thousands of files in one space. */
const digests = new WeakMap<PidSpace, string>()

function spaceDigest(space: PidSpace): string {
  const known = digests.get(space)
  if (known !== undefined) return known
  const text = JSON.stringify([space.host, space.boot, space.namespace])
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12)
  digests.set(space, digest)
  return digest
}

function isOld(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && Date.now() - stats.mtimeMs > DAY_MS
}
