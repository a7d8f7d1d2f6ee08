// The folder of a project: where pipeline.yaml is.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Layout, type LayoutOptions, layoutOf, PIPELINE_FILE } from './layout.ts'

/** The nearest folder at or above a place that has a pipeline.yaml. */
export function findRoot(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, PIPELINE_FILE))) return folder
    if (dirname(folder) === folder) return undefined
  }
}

/** The layout of the project around a place. */
export function findLayout(cwd: string, options?: LayoutOptions): Layout | undefined {
  const root = findRoot(cwd)
  return root === undefined ? undefined : layoutOf(root, options)
}
