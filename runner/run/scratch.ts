// Folders for what is not finished: one a run below .weir/tmp, cleared by the next run, which stops the orphans.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  hasOwnProc,
  isProcessName,
  type Life,
  lifeOf,
  nameOf,
  ownSight,
  type ProcessName,
  type Sight,
} from '../../base/process-name.ts'
import { signalGroup } from './process.ts'

/** The variable that names the run to each of its stages' processes. */
export const RUN_VARIABLE = 'WEIR_RUN_ID'

/** The file in a scratch folder that names its run's process. */
const OWNER = 'owner'

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

/** Opens the scratch folder of a run. Call with the project locked. */
export function openScratch(state: string, runId: string, sight: Sight = ownSight()): Scratch {
  const folder = join(state, 'tmp', runId)
  mkdirSync(join(folder, 'pids'), { recursive: true })
  writeFileSync(join(folder, OWNER), JSON.stringify(sight.self))
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
      writeFileSync(join(folder, 'pids', String(pid)), JSON.stringify(nameOf(pid, sight))),
    forgetProcess: (pid) => rmSync(join(folder, 'pids', String(pid)), { force: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** What decides which folders are cleared. */
export interface ClearOptions {
  /** True if the holder of the project's lock before us did not release it. */
  readonly afterCrash: boolean
  readonly sight?: Sight
}

/** Clears the scratch folders of runs that are no more, and stops their orphans. Call with the project locked. */
export function clearScratch(
  state: string,
  { afterCrash, sight = ownSight() }: ClearOptions,
): void {
  const parent = join(state, 'tmp')
  const runs = list(parent).filter((run) => {
    const life = lifeOfOwner(join(parent, run, OWNER), sight)
    return life === 'gone' || (life === 'unknown' && afterCrash)
  })
  for (const run of runs)
    for (const pid of list(join(parent, run, 'pids')))
      stopOrphan(join(parent, run, 'pids', pid), sight)
  if (runs.length > 0) stopStrays(runs)
  for (const run of runs) rmSync(join(parent, run), { recursive: true, force: true })
}

/**
 * A run that cannot be seen from here is certainly dead only if the lock, which it had, was found unreleased: broken
 * for a dead process, or removed by a person (`weir unlock`). One that lives has lost its lock, and works on.
 */
function lifeOfOwner(path: string, sight: Sight): Life {
  const owner = readName(path)
  return owner ? lifeOf(owner, sight) : 'gone'
}

/**
 * Stops what was started right before its run was killed, too early to be noted, or has left its group:
 * its environment names the run. Only where the kernel shows environments.
 */
function stopStrays(runs: readonly string[]): void {
  const marks = runs.map((run) => `${RUN_VARIABLE}=${run}`)
  if (!hasOwnProc()) return
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

/** A process of another pid space is not ours to stop: here its pid is somebody else's. */
function stopOrphan(note: string, sight: Sight): void {
  const name = readName(note)
  if (name && lifeOf(name, sight) === 'alive') signalGroup(name.pid, 'SIGKILL')
}

/** The process that a file names; a half-written one names nobody. */
function readName(path: string): ProcessName | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isProcessName(value) ? value : undefined
  } catch {
    return undefined
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
