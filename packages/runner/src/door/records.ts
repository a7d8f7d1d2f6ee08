// `read` of the door for programs: what is recorded of a project, without opening its pipeline. Nothing is written.
import { existsSync } from 'node:fs'
import { byCodeUnit, CodedError, placeText } from '@weir/base'
import { diskFiles } from '@weir/base/files'
import { instanceOf, instanceText, type StageInstance } from '../config/instance.ts'
import type { Layout } from '../config/layout.ts'
import { lastRuns, type RecordedRun, readJournal } from '../session/recorded-run.ts'
import type { JournalLine } from '../session/run-events.ts'
import { journalledRuns } from '../session/run-journal.ts'
import { runLogPath } from '../session/run-logs.ts'
import { stageLogPath } from '../session/stage-log.ts'
import type { LockEntry, RecordedOut } from '../store/lock-entry.ts'
import { type LockFile, openLock } from '../store/lock-file.ts'
import { openRunCache, type RunRecord } from '../store/run-cache.ts'

/** What pipeline.lock and the run cache have of a stage: the run that made what is in place. */
export interface StageRecord extends LockEntry {
  readonly id: StageInstance
  /** The text of its id. */
  readonly name: string
  /** Its title, seconds, metrics and shown blocks; undefined where the run cache has no record of it. */
  readonly record: RunRecord | undefined
}

/** An output as it was recorded. What is in place may have been changed since: `plan` tells. */
export type Artefact = RecordedOut & {
  readonly path: string
  /** The stage that made it, and the key of that run. */
  readonly stage: string
  readonly key: LockEntry['key']
}

/** What is recorded of a project. Lock and artefacts are as they were when it was read; runs and logs as they are. */
export interface Records {
  /** The stages that have run, in order of name. */
  stages(): readonly StageRecord[]
  stage(name: string): StageRecord | undefined
  /** Every output in pipeline.lock, in order of stage and path. */
  artefacts(): readonly Artefact[]
  artefact(path: string): Artefact | undefined
  /** The last runs, newest first; all that are kept where no number is given. */
  runs(most?: number): readonly RecordedRun[]
  /** One run by its id. */
  run(id: string): RecordedRun | undefined
  /** What happened in a run, event by event; none where it is not kept. */
  events(id: string): readonly JournalLine[]
  /** The path of what a stage wrote in a run; without a run, in its last attempt. Undefined where none is kept. */
  log(stage: string, run?: string): string | undefined
}

/** Reads the records of a project. @throws CodedError LOCK_DAMAGED, LOCK_FUTURE */
export function readRecords(layout: Layout): Records {
  const lock = lockOf(layout)
  const ids = lock.ids().sort((a, b) => byCodeUnit(instanceText(a), instanceText(b)))
  const runCache = openRunCache(layout.runCache)
  const stageOf = (id: StageInstance): StageRecord | undefined => {
    const entry = lock.get(id)
    if (!entry) return undefined
    const { key, document, modules, outs } = entry
    const known = { key, document, ...(modules && { modules }), outs }
    return { id, name: instanceText(id), ...known, record: runCache.record(key) }
  }
  // An id may come from a request, so it must not be used as a path unchecked.
  const isKept = (id: string): boolean => journalledRuns(layout, diskFiles).includes(id)
  const artefacts = (): Artefact[] =>
    ids.flatMap((id) => artefactsOf(instanceText(id), lock.get(id)))
  return {
    stage: (name) => stageOf(instanceOf(name)),
    stages: () => ids.flatMap((id) => stageOf(id) ?? []),
    artefacts,
    artefact: (path) => artefacts().find((one) => one.path === path),
    runs: (most) => lastRuns(layout, diskFiles, most),
    run: (id) => lastRuns(layout, diskFiles).find(({ head }) => head.run === id),
    events: (id) => (isKept(id) ? readJournal(layout, id, diskFiles) : []),
    log(name, run) {
      if (run !== undefined && !isKept(run)) return undefined
      const id = instanceOf(name)
      const path = run === undefined ? stageLogPath(layout, id) : runLogPath(layout, run, id)
      return existsSync(path) ? path : undefined
    },
  }
}

function lockOf(layout: Layout): LockFile {
  const opened = openLock(layout)
  if (opened.ok) return opened.lock
  const { code, message, place, hint } = opened.problem
  throw new CodedError(code, message, { where: place && placeText(place), hint })
}

function artefactsOf(stage: string, entry: LockEntry | undefined): Artefact[] {
  if (!entry) return []
  return Object.entries(entry.outs).map(([path, out]) => ({ ...out, path, stage, key: entry.key }))
}
