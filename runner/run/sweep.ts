// Removes what killed processes were about to put into place: files that carry the id of a process that is no more.
import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isAlive } from './scratch.ts'

/** `NAME.PID-COUNT.tmp` (written aside), `PID-DIGEST` (on its way into the store), `run.lock.PID` (waiting for the lock). */
const ASIDE = [/\.(\d+)-\d+\.tmp$/, /^(\d+)-[0-9a-f]{64}$/, /^run\.lock\.(\d+)$/]

/** Sweeps a folder of the runner's own, or all below it. Call with the project locked. */
export function sweepState(folder: string, recursive: boolean): void {
  for (const path of list(folder, recursive)) sweepFile(path)
}

/** Sweeps what was written aside of a file among the user's own. */
export function sweepBeside(path: string): void {
  for (const other of list(dirname(path), false)) if (other.startsWith(`${path}.`)) sweepFile(other)
}

function sweepFile(path: string): void {
  const pid = Number(ASIDE.map((pattern) => pattern.exec(basename(path))?.[1]).find(Boolean))
  if (pid > 0 && !isAlive({ pid })) rmSync(path, { force: true })
}

function list(folder: string, recursive: boolean): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' }).map((name) => join(folder, name))
  } catch {
    return []
  }
}
