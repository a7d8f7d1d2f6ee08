// One writer at a time: a lock file that names its holder, so that a dead holder's lock is found and broken.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, mkdir, open, readFile, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errnoOf, RegistryError } from './error.ts'

/** How long to wait for another holder, and how old a silent lock of another machine may get, in ms. */
export interface LockTimes {
  readonly wait: number
  readonly silent: number
}

const TIMES: LockTimes = { wait: 60_000, silent: 30_000 }
const BEAT = 5_000
const BREAKING = 5_000

/** Who holds a lock. `started` tells a process from a later one with the same pid; null where unknown. */
interface Holder {
  readonly pid: number
  readonly host: string
  readonly started: string | null
}

/**
 * Runs `work` while holding the lock file at `path`; its folder is made if need be.
 * Throws STORE_LOCKED when a live process keeps it longer than `times.wait`, STORE_UNWRITABLE.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  times: LockTimes = TIMES,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true }).catch(unwritable(path))
  await acquire(path, times)
  // Another machine cannot see whether this process lives; it sees the file's age.
  const beat = setInterval(() => void touch(path), BEAT)
  beat.unref()
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await rm(path, { force: true })
  }
}

async function acquire(path: string, times: LockTimes): Promise<void> {
  const began = performance.now()
  for (
    let pause = 2;
    !(await take(path).catch(unwritable(path)));
    pause = Math.min(pause * 2, 50)
  ) {
    const holder = await holderOf(path)
    if (await isStale(path, holder, times)) await breakLock(path, times)
    else if (performance.now() - began > times.wait) throw locked(path, holder)
    else await sleep(pause + (process.pid % 7))
  }
}

/** Links a complete file into place: a lock is never seen half written. */
async function take(path: string): Promise<boolean> {
  const mine = `${path}.${process.pid}.${randomUUID()}`
  const me: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) }
  const file = await open(mine, 'wx')
  try {
    await file.writeFile(JSON.stringify(me))
    await file.close()
    await link(mine, path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(mine, { force: true })
  }
}

async function holderOf(path: string): Promise<Holder | null> {
  try {
    const holder: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isHolder(holder) ? holder : null
  } catch {
    return null
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && 'pid' in value && 'host' in value
}

/** A lock is stale when its process is gone, or, on another machine or unreadable, when it has been silent. */
async function isStale(path: string, holder: Holder | null, times: LockTimes): Promise<boolean> {
  if (holder?.host === hostname()) return !lives(holder)
  return (await ageOf(path)) > times.silent
}

function lives(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    // EPERM: it lives, and belongs to someone else.
    if (errnoOf(error) !== 'EPERM') return false
  }
  const started = startOf(holder.pid)
  return started === null || holder.started === null || started === holder.started
}

/** The start time of a process in clock ticks since boot (Linux, field 22 of stat); null elsewhere. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

/** Removes a stale lock. Only one process may do so at a time, or it could remove its neighbour's fresh one. */
async function breakLock(path: string, times: LockTimes): Promise<void> {
  const guard = `${path}.breaking`
  try {
    await mkdir(guard)
  } catch {
    if ((await ageOf(guard)) > BREAKING) await rmdir(guard).catch(() => {})
    await sleep(5)
    return
  }
  try {
    if (await isStale(path, await holderOf(path), times)) await rm(path, { force: true })
  } finally {
    await rmdir(guard)
  }
}

/** Milliseconds since the file was touched; 0 when it is gone. */
async function ageOf(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs
  } catch {
    return 0
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => {})
}

function locked(path: string, holder: Holder | null): RegistryError {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process'
  return new RegistryError('STORE_LOCKED', `${who} holds the registry`, {
    where: path,
    hint: 'wait for it to finish; remove the file if that process is gone',
  })
}

function unwritable(path: string): (error: unknown) => never {
  return (error) => {
    throw new RegistryError('STORE_UNWRITABLE', `cannot lock: ${errnoOf(error) ?? error}`, {
      where: path,
      hint: 'check the rights of the folder and the space on the disk',
    })
  }
}
