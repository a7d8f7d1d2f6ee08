// Removes what killed processes were about to put into place: files that carry the id of a process that is no more.
import { readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isAlive } from './scratch.ts'

/** `NAME.PID-COUNT.tmp` (written aside), `PID-DIGEST` (on its way into the store), `run.lock.PID` (waiting for the lock). */
const ASIDE = [/\.(\d+)-\d+\.tmp$/, /^(\d+)-[0-9a-f]{64}$/, /^run\.lock\.(\d+)$/]

/** Sweeps the state of a project, and the folders of what a run writes outside of it. */
export function sweep(root: string, state: string, others: readonly string[]): void {
  for (const path of list(state, true)) sweepFile(path)
  for (const folder of others) for (const path of list(join(root, folder), false)) sweepFile(path)
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
