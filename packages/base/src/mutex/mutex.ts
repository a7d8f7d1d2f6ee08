// A mutex between processes, also of several containers or machines on one folder: one holder at a time.
//
// The mutex is a folder with one file in it, `MUTEX/NONCE`, which tells who holds it. That makes both steps that
// matter single system calls of which only one contender can succeed:
// - Taking: a complete folder made aside is renamed to MUTEX. A folder is never renamed over one with something
//   in it, so it is an exclusive create, and nobody sees a mutex half written.
// - Removing: the file NONCE is unlinked. A nonce is never used twice, so whoever removes a mutex by what he read,
//   however long ago, removes that mutex or nothing: neither a waiter that breaks a dead mutex, nor a person, nor a
//   holder that was paused and comes back, can remove the mutex of somebody who came after. Two waiters may both
//   break a dead mutex; one rename into the empty folder succeeds. A breaker that dies half-way leaves an empty
//   folder, which anybody may take.
//
// A mutex is broken only when its process can be seen from here, and is gone. Everything else (another host, boot
// or pid namespace, a file that cannot be read) is a person's to judge: `weir unlock`.
//
// A holder may lose its mutex to a person while it is paused. `replaceFile` is what it can still do safely: the new
// content is written into the mutex's folder, then it is seen that our nonce stands there, then it is renamed to its
// place. Once seen, nobody can take the mutex before the content has left the folder (it is not empty); who removes
// the mutex removes the content first, and then the rename fails. So it succeeds only where no other holder was
// between the taking and the rename, wherever in between this process was stopped.
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asideName, isLeftAside } from '../files/aside.ts'
import { realPath } from '../files/real-path.ts'
import { type Rights, setRights } from '../files/rights.ts'
import { syncFolder } from '../files/sync-folder.ts'
import { ownSight, type Sight } from '../process/process-name.ts'
import { hasErrno } from '../values/errno.ts'
import {
  type Holder,
  lookAtMutex,
  NEXT,
  removeMutex,
  removeNames,
  type Taken,
} from './mutex-folder.ts'

/** A mutex that is ours. */
export interface Mutex {
  readonly holder: Holder
  /** True if the holder before did not release it. */
  readonly afterCrash: boolean
  /** False once somebody has removed it. */
  isHeld(): boolean
  /**
   * Replaces a file, durably, if the mutex is still ours and `agree`, which is asked right before, says so.
   * False: nothing was done. The file is on the file system of the mutex; a link to it stays, and so do mode and owner.
   */
  replaceFile(path: string, content: Uint8Array, agree: () => boolean): boolean
  /** Gives it back; does nothing to the mutex of another one. */
  release(): void
}

export interface MutexOptions {
  readonly what: string
  /** Ends the waiting; the promise rejects with an AbortError. */
  readonly signal?: AbortSignal
  /** Called once for each holder that is waited for. */
  readonly waiting?: (taken: Taken) => void
  readonly sight?: Sight
}

const FIRST_PAUSE_MS = 2
const LAST_PAUSE_MS = 100
/** How a rename says that there is something in its way. */
const IN_THE_WAY = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR']

/** Takes the mutex at a path, waiting while somebody has it. */
export async function takeMutex(path: string, options: MutexOptions): Promise<Mutex> {
  const { what, signal, waiting, sight = ownSight() } = options
  mkdirSync(dirname(path), { recursive: true })
  let afterCrash = false
  let told: string | undefined
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LAST_PAUSE_MS)) {
    const found = lookAtMutex(path, sight)
    if (found.kind === 'free') {
      afterCrash ||= found.left
      const holder = enter(path, what, found.names, sight)
      if (holder) return mutexOf(path, holder, afterCrash)
    } else if (found.kind === 'held' && found.life === 'gone') {
      afterCrash = true
      removeMutex(path, found)
      continue
    } else {
      const who = found.kind === 'held' ? found.holder.nonce : found.kind
      if (who !== told) waiting?.(found)
      told = who
    }
    await sleep(pause, undefined, { signal })
  }
}

/** Tries to take a free mutex; undefined where another one was faster. */
function enter(
  path: string,
  what: string,
  rubbish: readonly string[],
  sight: Sight,
): Holder | undefined {
  const holder = { ...sight.self, nonce: randomUUID(), since: new Date().toISOString(), what }
  const aside = asideName(path, sight)
  removeNames(path, rubbish)
  try {
    mkdirSync(aside)
    // Who may take the mutex may remove that of another user who has died.
    chmodSync(aside, statSync(dirname(path)).mode & 0o777)
    writeFileSync(join(aside, holder.nonce), JSON.stringify(holder))
    renameSync(aside, path)
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    const isOurs = existsSync(join(path, holder.nonce))
    if (!isOurs && !hasErrno(error, IN_THE_WAY)) throw error
    if (!isOurs) return undefined
  }
  clearAside(path, sight)
  return holder
}

/** Removes what contenders have left that were killed while they took the mutex. */
function clearAside(path: string, sight: Sight): void {
  for (const name of readdirSync(dirname(path))) {
    const aside = join(dirname(path), name)
    if (name.startsWith(`${basename(path)}.`) && isLeftAside(aside, sight))
      rmSync(aside, { recursive: true, force: true })
  }
}

function mutexOf(path: string, holder: Holder, afterCrash: boolean): Mutex {
  const own = join(path, holder.nonce)
  const isHeld = (): boolean => existsSync(own)
  return {
    holder,
    afterCrash,
    isHeld,
    replaceFile(target, content, agree) {
      const next = `${own}${NEXT}`
      if (!isHeld()) return false
      const place = realPath(target)
      try {
        writeDurably(next, content, statSync(place, { throwIfNoEntry: false }))
        if (!isHeld() || !agree()) return false
        renameSync(next, place)
      } catch (error) {
        // The mutex's folder or the content was removed.
        if (hasErrno(error, ['ENOENT']) && !existsSync(next)) return false
        throw error
      } finally {
        rmSync(next, { force: true })
      }
      syncFolder(dirname(place))
      return true
    },
    release() {
      try {
        unlinkSync(own)
        rmdirSync(path)
      } catch (error) {
        if (!hasErrno(error, ['ENOENT', ...IN_THE_WAY])) throw error
      }
    },
  }
}

/** Writes a new file, durably, with the rights of an old one. */
function writeDurably(path: string, content: Uint8Array, old: Rights | undefined): void {
  const file = openSync(path, 'wx')
  try {
    if (old) setRights(file, old)
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
