// The folder that is a mutex: `MUTEX/NONCE` tells who holds it, `MUTEX/NONCE.next` is content that the holder puts into place.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  isProcessName,
  type Life,
  lifeOf,
  ownSight,
  type ProcessName,
  type Sight,
} from '../process/process-name.ts'
import { errnoOf } from '../values/errno.ts'

/** What the name of content ends with. */
export const NEXT = '.next'

/** Who holds a mutex. */
export interface Holder extends ProcessName {
  readonly nonce: string
  /** ISO time of the taking; for people, nothing is decided by it. */
  readonly since: string
  /** What it does, for people: `weir run --until train`. */
  readonly what: string
}

/** A mutex that somebody has, or that cannot be read: its file was emptied by a crash of the machine, or edited. */
export type Taken =
  | {
      readonly kind: 'held'
      readonly holder: Holder
      readonly life: Life
      readonly names: readonly string[]
    }
  | { readonly kind: 'damaged'; readonly names: readonly string[] }

/** `left`: an empty folder, as a holder leaves it that did not release. `names`: rubbish in it. */
export type Found =
  | { readonly kind: 'free'; readonly left: boolean; readonly names: readonly string[] }
  | Taken

/** Who has the mutex at a path. */
export function lookAtMutex(path: string, sight: Sight = ownSight()): Found {
  const names = namesIn(path)
  if (names === 'absent') return { kind: 'free', left: false, names: [] }
  if (names === 'no folder') return { kind: 'damaged', names: [] }
  const records = names.filter((name) => !name.endsWith(NEXT))
  const [nonce] = records
  // Free: only content of an earlier holder is left, which the next holder removes.
  if (nonce === undefined) return { kind: 'free', left: true, names }
  const holder = records.length === 1 ? readHolder(join(path, nonce), nonce) : undefined
  if (holder === 'absent') return { kind: 'free', left: false, names: [] }
  if (holder === undefined) return { kind: 'damaged', names }
  return { kind: 'held', holder, life: lifeOf(holder, sight), names }
}

/** Removes a mutex as it was found, and no other one. Its folder stays: who takes it next learns that it was not released. */
export function removeMutex(path: string, { kind, names }: Taken): void {
  removeNames(path, names)
  if (kind === 'damaged' && namesIn(path) === 'no folder') rmSync(path, { force: true })
}

function namesIn(path: string): string[] | 'absent' | 'no folder' {
  try {
    // NFS keeps what was removed while it is open under a name with a dot.
    return readdirSync(path).filter((name) => !name.startsWith('.'))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'absent'
    if (errnoOf(error) === 'ENOTDIR') return 'no folder'
    throw error
  }
}

function readHolder(path: string, nonce: string): Holder | 'absent' | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isHolder(value) && value.nonce === nonce ? value : undefined
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? 'absent' : undefined
  }
}

function isHolder(value: unknown): value is Holder {
  if (!isProcessName(value)) return false
  const { nonce, since, what } = value as Partial<Holder>
  return [nonce, since, what].every((part) => typeof part === 'string')
}

/** Removes content before the nonce: while the nonce exists, its holder may add content. */
export function removeNames(path: string, names: readonly string[]): void {
  for (const isContent of [true, false])
    for (const name of names)
      if (name.endsWith(NEXT) === isContent)
        rmSync(join(path, name), { recursive: true, force: true })
}
