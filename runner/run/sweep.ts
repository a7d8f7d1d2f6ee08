// Removes what killed processes were about to put into place: files that carry the id of a process that is no more.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './scratch.ts'

/** `NAME.PID-COUNT.tmp` (written aside), `PID-DIGEST` (on its way into the store), `run.lock.PID` (waiting for the lock). */
const ASIDE = [/\.(\d+)-\d+\.tmp$/, /^(\d+)-[0-9a-f]{64}$/, /^run\.lock\.(\d+)$/]

/** Sweeps the folders of a project in which files are written aside. */
export function sweep(root: string, state: string): void {
  const folders = [root, state, ...['memo', 'cells', 'cache/tmp'].map((name) => join(state, name))]
  for (const folder of folders)
    for (const name of list(folder)) {
      const pid = Number(ASIDE.map((pattern) => pattern.exec(name)?.[1]).find(Boolean))
      if (pid > 0 && !isAlive({ pid })) rmSync(join(folder, name), { force: true })
    }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
