// Removes what nobody needs any more: files written aside by a process that was killed, and packed code of earlier states.
import { readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isLeftAside } from '@weir/base/aside'
import { projectPath } from '@weir/base/paths'
import type { Layout } from '../config/layout.ts'

/** Sweeps a folder of the runner's own, or all below it. Call with the project locked. */
export function sweepState(folder: string, recursive: boolean): void {
  for (const path of list(folder, recursive)) sweepFile(path)
}

/** Sweeps what was written aside of a file among the user's own. */
export function sweepBeside(path: string): void {
  for (const other of list(dirname(path), false)) if (other.startsWith(`${path}.`)) sweepFile(other)
}

/** So long packed code is kept without being remembered: a command that began earlier may still use it. */
const KEPT_MS = 7 * 24 * 3600 * 1000

/** Sweeps the folder of packed cells, but for those that are used. Call with the project locked. */
export function sweepPacked(
  { root, cells }: Pick<Layout, 'root' | 'cells'>,
  used: ReadonlySet<string>,
  now = Date.now(),
): void {
  for (const path of list(cells, false)) {
    const packed = projectPath(root, path).replace(/\.map$/, '')
    if (!used.has(packed) && changedAt(path) < now - KEPT_MS)
      rmSync(path, { recursive: true, force: true })
  }
}

/** The time of the last write in ms; what is gone by now counts as young. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY
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
