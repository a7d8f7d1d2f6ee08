// The logs of a run's stages, kept by run and stage. A log may be large: it is the file that the stage writes, under a
// second name. Only the last runs keep theirs.
import { existsSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { instanceFile, instanceOf, type StageInstance } from '../config/instance.ts'
import type { Layout } from '../config/layout.ts'
import { nameAlso } from '../store/name-also.ts'
import type { RunEvent } from './events.ts'
import { stageLogPath } from './stage-log.ts'

/** So many runs keep the logs of their stages. */
export const KEPT_LOGS = 20

/** Where the log of a stage in a run is, while it is kept. */
export function runLogPath({ runJournals }: Layout, run: string, id: StageInstance): string {
  return join(runJournals, run, `${instanceFile(id)}.txt`)
}

/** Keeps the logs of a run, as its events come. */
export function keepRunLogs(layout: Layout, run: string): { note(event: RunEvent): void } {
  /** Stages that run: whether their log has its second name. */
  const running = new Map<string, 'not yet' | 'named' | 'at its end'>()
  let swept = false
  return {
    note(event) {
      if (event.kind === 'stage_started') {
        if (!swept) sweepRunLogs(layout, run)
        swept = true
      }
      // The next attempt has a new log.
      if (event.kind === 'stage_started' || event.kind === 'stage_retry')
        running.set(event.stage, 'not yet')
      if (event.kind === 'stage_log' && running.get(event.stage) === 'not yet')
        running.set(
          event.stage,
          nameNow(layout, run, instanceOf(event.stage)) ? 'named' : 'at its end',
        )
      if (event.kind === 'stage_ended') endLog(event.result.name)
    },
  }
  function endLog(stage: string): void {
    const named = running.get(stage)
    running.delete(stage)
    const id = instanceOf(stage)
    const path = stageLogPath(layout, id)
    if (named !== undefined && named !== 'named' && existsSync(path))
      nameAlso(path, runLogPath(layout, run, id))
  }
}

/** Names the log of a stage that runs, so that a kill leaves it; false where only a copy at its end can be kept. */
function nameNow(layout: Layout, run: string, id: StageInstance): boolean {
  const name = runLogPath(layout, run, id)
  try {
    rmSync(name, { force: true })
    linkSync(stageLogPath(layout, id), name)
    return true
  } catch {
    return false
  }
}

/** Removes the logs of all runs but the last ones. */
function sweepRunLogs({ runJournals }: Layout, run: string): void {
  mkdirSync(join(runJournals, run), { recursive: true })
  const folders = readdirSync(runJournals, { withFileTypes: true }).filter((it) => it.isDirectory())
  const names = folders.map(({ name }) => name).sort()
  for (const name of names.slice(0, -KEPT_LOGS))
    rmSync(join(runJournals, name), { recursive: true, force: true })
}
