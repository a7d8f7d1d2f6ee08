// Folders for what is not finished: one a run below .weir/tmp, cleared by the next run, whose orphans it stops.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { signalGroup } from './process.ts'

/** The variable that names the run to each of its stages' processes. */
export const RUN_VARIABLE = 'WEIR_RUN_ID'

/** A process, named so that another one with the same id later is not taken for it. */
export interface ProcessName {
  readonly pid: number
  /** Start time as the kernel tells it; absent where it does not. */
  readonly start?: string
}

/** The name of a running process. */
export function processName(pid: number): ProcessName {
  const start = startTime(pid)
  return { pid, ...(start !== undefined && { start }) }
}

/** True if the very process that was named still runs. */
export function isAlive({ pid, start }: ProcessName): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return start === undefined || startTime(pid) === start
}

/** Field 22 of /proc/PID/stat (clock ticks since boot); undefined on systems without it. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

/** The scratch folder of one run. */
export interface Scratch {
  readonly folder: string
  /** A folder for one stage, empty. */
  stageFolder(stage: string): string
  /** Notes a stage's process, so that the next run can stop it should this one be killed. */
  noteProcess(pid: number): void
  forgetProcess(pid: number): void
  remove(): void
}

/** Opens the scratch folder of a run, after clearing those of runs that are no more. Call with the project locked. */
export function openScratch(state: string, runId: string): Scratch {
  const parent = join(state, 'tmp')
  clearOld(parent)
  const folder = join(parent, runId)
  mkdirSync(join(folder, 'pids'), { recursive: true })
  mkdirSync(join(state, 'logs'), { recursive: true })
  return {
    folder,
    stageFolder(stage) {
      const path = join(folder, 'stages', stage)
      rmSync(path, { recursive: true, force: true })
      mkdirSync(path, { recursive: true })
      return path
    },
    noteProcess: (pid) =>
      writeFileSync(join(folder, 'pids', String(pid)), JSON.stringify(processName(pid))),
    forgetProcess: (pid) => rmSync(join(folder, 'pids', String(pid)), { force: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function clearOld(parent: string): void {
  const runs = list(parent)
  for (const run of runs)
    for (const pid of list(join(parent, run, 'pids'))) stopOrphan(join(parent, run, 'pids', pid))
  if (runs.length > 0) stopStrays(runs)
  for (const run of runs) rmSync(join(parent, run), { recursive: true, force: true })
}

/**
 * Stops what was started right before its run was killed, too early to be noted, or has left its group:
 * its environment names the run. Only where the kernel shows environments.
 */
function stopStrays(runs: readonly string[]): void {
  const marks = runs.map((run) => `${RUN_VARIABLE}=${run}`)
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name)))
    if (environmentOf(pid).some((item) => marks.includes(item))) signalProcess(Number(pid))
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}

function signalProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function stopOrphan(note: string): void {
  try {
    const name = JSON.parse(readFileSync(note, 'utf8')) as ProcessName
    if (isAlive(name)) signalGroup(name.pid, 'SIGKILL')
  } catch {
    // A half-written note names nobody.
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
