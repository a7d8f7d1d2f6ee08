// Unique names of processes. A pid alone is not enough: it means another process after a restart, in another container or
// on another machine.
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { errnoOf } from '../values/errno.ts'
import { isRecord } from '../values/is-record.ts'

/** Where a pid means one process at most. Null: it could not be learned; `none`: this system has no such thing. */
export interface PidSpace {
  readonly host: string
  /** The id of the machine's boot. */
  readonly boot: string | null
  readonly namespace: string | null
}

/** A process, named so that no other one is taken for it. */
export interface ProcessName extends PidSpace {
  readonly pid: number
  /** When it started, in the kernel's own count; null where the kernel does not say. */
  readonly start: string | null
}

/** `unknown`: it cannot be seen from here. */
export type Life = 'alive' | 'gone' | 'unknown'

/** How a process sees itself and the others in its pid space. A parameter, so that tests can replace it. */
export interface Sight {
  readonly self: ProcessName
  /** The start of a process; undefined where no process has that pid. */
  startOf(pid: number): Pick<ProcessName, 'start'> | undefined
}

let ours: Sight | undefined

/** The view of this process. */
export function ownSight(): Sight {
  ours ??= lookAround()
  return ours
}

/** The name of another process of our pid space. */
export function nameOf(pid: number, { self, startOf }: Sight = ownSight()): ProcessName {
  return { ...self, pid, start: startOf(pid)?.start ?? null }
}

/** Whether the very process that was named still runs, as far as it can be seen from here. */
export function lifeOf(name: ProcessName, { self, startOf }: Sight = ownSight()): Life {
  if (!sameSpace(name, self)) return 'unknown'
  const found = startOf(name.pid)
  if (found === undefined) return 'gone'
  if (found.start === null || name.start === null) return 'alive'
  return found.start === name.start ? 'alive' : 'gone'
}

/** True if host, boot and namespace are known and equal. An unknown one counts as different. */
export function sameSpace(a: PidSpace, b: PidSpace): boolean {
  const parts = ['host', 'boot', 'namespace'] as const
  return parts.every((part) => a[part] !== null && a[part] === b[part])
}

/** True for a value, read from a file, that names a process. */
export function isProcessName(value: unknown): value is ProcessName {
  if (!isRecord(value)) return false
  const { pid, host, boot, namespace, start } = value
  const texts = [boot, namespace, start].every((part) => part === null || typeof part === 'string')
  return Number.isSafeInteger(pid) && typeof host === 'string' && texts
}

function lookAround(): Sight {
  const linux = process.platform === 'linux'
  const space = { host: hostname(), boot: bootOf(), namespace: linux ? namespaceOf() : 'none' }
  const self = { ...space, pid: process.pid, start: statOf('self')?.start ?? null }
  const procIsOurs = hasOwnProc()
  return { self, startOf: (pid) => seek(pid, procIsOurs) }
}

/** True where /proc lists our pid space: it may be that of another namespace, whose pids mean others here. */
export function hasOwnProc(): boolean {
  return attempt(() => readlinkSync('/proc/self')) === String(process.pid)
}

function seek(pid: number, procIsOurs: boolean): Pick<ProcessName, 'start'> | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, and belongs to someone else.
    if (errnoOf(error) !== 'EPERM') return undefined
  }
  const stat = procIsOurs ? statOf(pid) : undefined
  if (stat === undefined) return { start: null }
  return stat.ended ? undefined : stat
}

/** Field 22 of /proc/PID/stat is the start in clock ticks since boot, field 3 the state; undefined where it is not told. */
function statOf(pid: number | 'self'): { start: string | null; ended: boolean } | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (text === null) return undefined
  // The name in parentheses before them may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { start: fields[19] ?? null, ended: fields[0] === 'Z' || fields[0] === 'X' }
}

function bootOf(): string | null {
  if (process.platform === 'linux')
    return attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  if (process.platform === 'darwin')
    return attempt(() => {
      // Loaded only here: a run that has nothing to do starts no process.
      const { execFileSync } = process.getBuiltinModule('node:child_process')
      return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid']).toString().trim()
    })
  return 'none'
}

function namespaceOf(): string | null {
  return attempt(() => readlinkSync('/proc/self/ns/pid'))
}

function attempt(read: () => string): string | null {
  try {
    return read()
  } catch {
    return null
  }
}

/** The id of this start of the machine; null where the system tells none. */
export function ownBoot(): string | null {
  const { boot } = ownSight().self
  return boot === 'none' ? null : boot
}
