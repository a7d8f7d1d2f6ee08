// The processes of a run, noted in a file of its scratch folder: should the run be killed, the next one stops them.
import { appendFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isRecord } from '@weir/base'
import { jsonIfWhole, textIfThere } from '@weir/base/files'
import {
  hasOwnProc,
  isProcessName,
  lifeOf,
  nameOf,
  ownSight,
  type ProcessName,
  type Sight,
} from '@weir/base/process'
import { signalGroup } from './process.ts'

/** The variable that names the run to each of its tasks' processes. */
export const RUN_VARIABLE = 'WEIR_RUN_ID'

/** The file in a scratch folder with a line for each of the run's processes that began or ended. */
const PROCESSES = 'processes'

type ProcessNote = { readonly began: ProcessName } | { readonly ended: number }

/** Notes the processes of one run. */
export interface ProcessNotes {
  began(pid: number): void
  ended(pid: number): void
}

/** Opens the notes in the scratch folder of a run. */
export function openProcessNotes(scratch: string, sight: Sight = ownSight()): ProcessNotes {
  const path = join(scratch, PROCESSES)
  return {
    began: (pid) => appendNote(path, { began: nameOf(pid, sight) }),
    ended(pid) {
      try {
        appendNote(path, { ended: pid })
      } catch {
        // A full disk may refuse the note. That is safe: the process has ended, and no other has its name (pid and
        // start time).
      }
    },
  }
}

/** Stops the processes of runs that are no more, by their scratch folders, which have the names of the runs. */
export function stopOrphans(folders: readonly string[], sight: Sight = ownSight()): void {
  for (const folder of folders)
    for (const name of processesOf(join(folder, PROCESSES))) stopOrphan(name, sight)
  if (folders.length > 0) stopStrays(folders.map((folder) => basename(folder)))
}

/**
 * Stops what was started right before its run was killed, too early to be noted, or has left its group:
 * its environment names the run. Only where the kernel shows environments.
 */
function stopStrays(runs: readonly string[]): void {
  if (!hasOwnProc()) return
  const marks = runs.map((run) => `${RUN_VARIABLE}=${run}`)
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    if (environmentOf(pid).some((item) => marks.includes(item))) stopProcess(Number(pid))
}

function environmentOf(pid: string): string[] {
  return textIfThere(`/proc/${pid}/environ`).split('\0')
}

function stopProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** Processes of another pid namespace are left alone: here the same pid means another process. */
function stopOrphan(name: ProcessName, sight: Sight): void {
  if (lifeOf(name, sight) === 'alive') signalGroup(name.pid, 'SIGKILL')
}

/** Begins with the line break, so that a partial line left by a full disk does not corrupt the next one. */
function appendNote(path: string, note: ProcessNote): void {
  appendFileSync(path, `\n${JSON.stringify(note)}`)
}

/** The processes that began and did not end, as a run has noted them; a torn line tells nothing. */
function processesOf(path: string): Iterable<ProcessName> {
  const processes = new Map<number, ProcessName>()
  for (const line of textIfThere(path).split('\n')) {
    const note = jsonIfWhole(line)
    if (!isRecord(note)) continue
    if (isProcessName(note.began)) processes.set(note.began.pid, note.began)
    else if (typeof note.ended === 'number') processes.delete(note.ended)
  }
  return processes.values()
}
