// Removes the journals of runs that are over, all but the last ones, and with each the logs of its stages.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isSystemError } from '@weir/base'
import { diskFiles, type Files } from '@weir/base/files'
import type { Layout } from '../config/layout.ts'
import { isRunId } from './run-id.ts'
import { journalledRuns, journalPath } from './run-journal.ts'

/** Where runs are told, and where those are that are at work. */
type RunPlaces = Pick<Layout, 'runJournals' | 'scratch'>

/**
 * Removes what is kept of all runs but the last `keep`. A run that is at work, which its scratch folder tells (it may
 * have lost the mutex), keeps its journal, and so does `own`. A file that is no run's is left. Call at the end of a run.
 */
export function sweepRuns(
  layout: RunPlaces,
  { own, keep }: { readonly own: string; readonly keep: number },
  files: Files = diskFiles,
): void {
  try {
    const atWork = new Set([own, ...files.list(layout.scratch)])
    const runs = journalledRuns(layout, files).filter(isRunId)
    for (const run of runs.slice(0, -keep)) if (!atWork.has(run)) removeRun(layout, run)
  } catch (error) {
    // The next run tries again to remove what cannot be removed now.
    if (!isSystemError(error)) throw error
  }
}

/** Removes the journal last: after a kill in between, the next sweep finds the run by it. */
function removeRun(layout: RunPlaces, run: string): void {
  rmSync(join(layout.runJournals, run), { recursive: true, force: true })
  rmSync(journalPath(layout, run), { recursive: true, force: true })
}
