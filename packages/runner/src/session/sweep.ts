// Removes files written aside by a process that was killed.
import { readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isLeftAside } from '@weir/base/files'

/** Sweeps a folder of the runner's own, or all below it. Call while holding the project's mutex. */
export function sweepState(folder: string, recursive: boolean): void {
  for (const path of list(folder, recursive)) sweepFile(path)
}

/** Sweeps what was written aside of a file among the user's own. */
export function sweepBeside(path: string): void {
  for (const other of list(dirname(path), false)) if (other.startsWith(`${path}.`)) sweepFile(other)
}

function sweepFile(path: string): void {
  if (isLeftAside(path)) rmSync(path, { recursive: true, force: true })
}

function list(folder: string, recursive: boolean): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' }).map((name) => join(folder, name))
  } catch {
    return []
  }
}
