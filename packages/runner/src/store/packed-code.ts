// The packed code of cells, in the folder `cells` of the state: written before it runs, each file named by its content
// or for one use, and removed once no cell has it any more.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { projectPath } from '@weir/base'
import { writeState } from '@weir/base/files'
import type { Layout } from '../config/layout.ts'
import { changedAt, pathsIn } from './state-folder.ts'

/** Where packed code is. */
export type CodePlace = Pick<Layout, 'root' | 'cells'>

/** Writes packed code beside its source map, which is written first; gives its path. */
export function writePacked({ cells }: CodePlace, name: string, text: string, map: string): string {
  const path = join(cells, `${name}.mjs`)
  writeState(`${path}.map`, map)
  writeState(path, `${text}//# sourceMappingURL=${name}.mjs.map\n`)
  return path
}

/** Writes modules that are loaded once, and then removed. */
export function writeModules(
  files: readonly { readonly path: string; readonly text: string }[],
): void {
  for (const { path, text } of files) writeState(path, text)
}

export function removeModules(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true })
}

/** So long packed code is kept without being remembered: a command that began earlier may still use it. */
const KEPT_MS = 7 * 24 * 3600 * 1000

/** Removes packed code that is old and not used. Call while holding the project's mutex. */
export function sweepPacked(
  { root, cells }: CodePlace,
  used: ReadonlySet<string>,
  now = Date.now(),
): void {
  for (const path of pathsIn(cells)) {
    const packed = projectPath(root, path).replace(/\.map$/, '')
    if (!used.has(packed) && changedAt(path) < now - KEPT_MS)
      rmSync(path, { recursive: true, force: true })
  }
}
