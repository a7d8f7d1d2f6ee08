// The folder of a project: where pipeline.yaml is.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PIPELINE_FILE } from './model.ts'

/** The nearest folder at or above a place that has a pipeline.yaml. */
export function findRoot(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, PIPELINE_FILE))) return folder
    if (dirname(folder) === folder) return undefined
  }
}
