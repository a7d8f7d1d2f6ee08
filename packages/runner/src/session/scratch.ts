// Folders for what is not finished: one a run below .weir/tmp, cleared by the next run, which stops the orphans.
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { isRecord } from '@weir/base/is-record'
import {
  hasOwnProc,
  isProcessName,
  type Life,
  lifeOf,
  nameOf,
  ownSight,
  type ProcessName,
  type Sight,
} from '@weir/base/process-name'
import type { Layout } from '../config/layout.ts'
import { signalGroup } from '../execute/process.ts'

/** The variable that names the run to each of its stages' processes. */
export const RUN_VARIABLE = 'WEIR_RUN_ID'

/** The file in a scratch folder that names its run's process. */
const OWNER = 'owner'

/** The file in a scratch folder with a line for each of the run's processes that began or ended. */
const PROCESSES = 'processes'

type ProcessNote = { readonly began: ProcessName } | { readonly ended: number }

/** The scratch folder of one run. */
export interface Scratch {
  readonly folder: string
  /** The place of a stage's folder, where nothing is yet: many stages have nothing to put there. */
  stageFolder(stage: string): string
  /** Notes a stage's process, so that the next run can stop it should this one be killed. */
  noteProcess(pid: number): void
  forgetProcess(pid: number): void
  remove(): void
}

/** Opens the scratch folder of a run. Call with the project locked. */
export function openScratch(
  layout: Pick<Layout, 'scratch' | 'logs'>,
  runId: string,
  sight: Sight = ownSight(),
): Scratch {
  const folder = join(layout.scratch, runId)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, OWNER), JSON.stringify(sight.self))
  mkdirSync(layout.logs, { recursive: true })
  const processes = join(folder, PROCESSES)
  const given = new Set<string>()
  return {
    folder,
    stageFolder(stage) {
      const path = join(folder, 'stages', stage)
      if (given.has(stage)) rmSync(path, { recursive: true, force: true })
      given.add(stage)
      return path
    },
    noteProcess: (pid) => appendNote(processes, { began: nameOf(pid, sight) }),
    forgetProcess(pid) {
      try {
        appendNote(processes, { ended: pid })
      } catch {
        // On a full disk: the process is gone all the same, and its name is nobody else's.
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** What decides which folders are cleared. */
export interface ClearOptions {
  /** True if the holder of the project's lock before us did not release it. */
  readonly afterCrash: boolean
  /** Puts back what a stage of such a run has put aside in its folder. */
  readonly putBack: (folder: string) => void
  readonly sight?: Sight
}

/** Clears the scratch folders of runs that are no more, and stops their orphans. Call with the project locked. */
export function clearScratch(
  { scratch: parent }: Pick<Layout, 'scratch'>,
  { afterCrash, putBack, sight = ownSight() }: ClearOptions,
): void {
  const runs = list(parent).filter((run) => {
    const life = lifeOfOwner(join(parent, run, OWNER), sight)
    return life === 'gone' || (life === 'unknown' && afterCrash)
  })
  for (const run of runs)
    for (const name of processesOf(join(parent, run, PROCESSES))) stopOrphan(name, sight)
  if (runs.length > 0) stopStrays(runs)
  for (const run of runs) {
    const stages = join(parent, run, 'stages')
    for (const stage of list(stages)) putBack(join(stages, stage))
    rmSync(join(parent, run), { recursive: true, force: true })
  }
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
  return textOf(`/proc/${pid}/environ`).split('\0')
}

function signalProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** A process of another pid space is not ours to stop: here its pid is somebody else's. */
function stopOrphan(name: ProcessName, sight: Sight): void {
  if (lifeOf(name, sight) === 'alive') signalGroup(name.pid, 'SIGKILL')
}

/** The end of the line comes first: a piece that a full disk has left does not spoil the next one. */
function appendNote(path: string, note: ProcessNote): void {
  appendFileSync(path, `\n${JSON.stringify(note)}`)
}

/** The processes that began and did not end, as a run has noted them; a torn line tells nothing. */
function processesOf(path: string): Iterable<ProcessName> {
  const processes = new Map<number, ProcessName>()
  for (const line of textOf(path).split('\n')) {
    const note = parse(line)
    if (!isRecord(note)) continue
    if (isProcessName(note.began)) processes.set(note.began.pid, note.began)
    else if (typeof note.ended === 'number') processes.delete(note.ended)
  }
  return processes.values()
}

/** The process that a file names; a half-written one names nobody. */
function readName(path: string): ProcessName | undefined {
  const value = parse(textOf(path))
  return isProcessName(value) ? value : undefined
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** The text of a file; empty where there is none. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
