// One run at a time changes a project; another one waits for it, and one that was killed does not stand in the way.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, type ProcessName, processName } from './scratch.ts'

const POLL_MS = 100

/** A lock that is held. */
export interface HeldLock {
  release(): void
  /** True if it was taken from a run that was killed. */
  readonly afterCrash: boolean
}

/** Takes the lock, waiting while a living process has it; rejects when aborted. */
export async function acquireLock(
  path: string,
  waiting: (pid: number) => void,
  signal: AbortSignal,
): Promise<HeldLock> {
  mkdirSync(dirname(path), { recursive: true })
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, JSON.stringify(processName(process.pid)))
  let afterCrash = false
  try {
    let told = false
    while (!claim(mine, path)) {
      const holder = readHolder(path)
      if (isDead(holder)) {
        afterCrash = true
        breakStale(mine, path)
      } else {
        if (holder !== 'absent' && holder !== 'damaged' && !told) {
          waiting(holder.pid)
          told = true
        }
        await sleep(POLL_MS, undefined, { signal })
      }
    }
  } finally {
    rmSync(mine, { force: true })
  }
  return { afterCrash, release: () => rmSync(path, { force: true }) }
}

/** Makes the lock appear whole, or not at all if it is there. */
function claim(mine: string, path: string): boolean {
  try {
    linkSync(mine, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

type Holder = ProcessName | 'absent' | 'damaged'

function readHolder(path: string): Holder {
  try {
    const name = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProcessName> | null
    return Number.isInteger(name?.pid) ? (name as ProcessName) : 'damaged'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'damaged'
  }
}

/** A lock appears whole, so a damaged one is what a crash of the machine has left. */
function isDead(holder: Holder): boolean {
  return holder === 'damaged' || (holder !== 'absent' && !isAlive(holder))
}

/** Only one process at a time may break a lock, and it looks again first: the lock may be another's by now. */
function breakStale(mine: string, path: string): void {
  const breaking = `${path}.break`
  if (!claim(mine, breaking)) {
    if (isDead(readHolder(breaking))) rmSync(breaking, { recursive: true, force: true })
    return
  }
  try {
    if (isDead(readHolder(path))) rmSync(path, { recursive: true, force: true })
  } finally {
    rmSync(breaking, { force: true })
  }
}
