// The journal of a run: what happened, one JSON line an event, appended as it happens. A run that is killed leaves the
// lines until then. A run that has nothing to do has no journal: its events are held back until one tells of work.
import { join } from 'node:path'
import type { Digest } from '@weir/base'
import type { Files } from '@weir/base/files'
import type { Clock, GitState } from '@weir/base/process'
import type { Layout } from '../config/layout.ts'
import type { RunEvent } from './events.ts'
import type { Mask } from './mask.ts'
import { type JournalEvent, type JournalLine, journalEvent, type RunHead } from './run-events.ts'
import { keepRunLogs } from './run-logs.ts'

/** The journal of the run that goes on. */
export interface RunJournal {
  note(event: RunEvent): void
  /** What was noted, also where nothing of it is written. */
  lines(): readonly JournalLine[]
  /** True once the run turned out to have something to do. */
  isWritten(): boolean
  close(): void
}

/** What a journal is made with. */
export interface JournalPlace {
  readonly head: RunHead
  readonly layout: Layout
  readonly files: Files
  readonly clock: Clock
  readonly mask: Mask
  readonly keyOf: (stage: string) => Digest | undefined
  /** Asked once there is something to write. */
  readonly git: (signal: AbortSignal) => Promise<GitState | null>
  /** Called once if the journal cannot be written; the run goes on. */
  readonly warn: (message: string) => void
}

const ENDING = '.jsonl'

/** Where the journal of a run is. */
export function journalPath({ runJournals }: Pick<Layout, 'runJournals'>, run: string): string {
  return join(runJournals, `${run}${ENDING}`)
}

/** The runs that have a journal, oldest first. */
export function journalledRuns(
  { runJournals }: Pick<Layout, 'runJournals'>,
  files: Files,
): string[] {
  const names = files.list(runJournals).filter((name) => name.endsWith(ENDING))
  return names.map((name) => name.slice(0, -ENDING.length)).sort()
}

/** Begins the journal of a run. Call while holding the project's mutex. */
export function openRunJournal(place: JournalPlace): RunJournal {
  const { head, layout, clock, mask, keyOf, git } = place
  const lines: JournalLine[] = []
  const closed = new AbortController()
  const file = createFile(place, () => void git(closed.signal).then(addGit))
  const logs = keepRunLogs(layout, head.run)
  const add = (event: JournalEvent): void => {
    const line = mask({ at: clock.now().toISOString(), ...event })
    lines.push(line)
    file.append(line)
  }
  const addGit = (state: GitState | null): void => {
    if (state && !closed.signal.aborted) add({ kind: 'git', ...state })
  }
  add(head)
  return {
    note(event) {
      const told = journalEvent(event, layout.root, keyOf)
      if (told) add(told)
      file.attempt(() => logs.note(event))
    },
    lines: () => lines,
    isWritten: file.isOpen,
    close() {
      closed.abort()
      file.close()
    },
  }
}

interface JournalFile {
  isOpen(): boolean
  append(line: JournalLine): void
  /** Does what a full disk may refuse. */
  attempt(work: () => void): void
  close(): void
}

/** The file, which is made when the first line tells of work. */
function createFile({ head, layout, files, warn }: JournalPlace, made: () => void): JournalFile {
  let file: number | undefined
  let held = ''
  let failed = false
  const attempt = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      if (!failed) warn(`the journal of this run is not whole: ${(error as Error).message}`)
      failed = true
    }
  }
  const open = (): number => {
    files.makeFolder(layout.runJournals)
    const opened = files.open(journalPath(layout, head.run), 'append')
    made()
    return opened
  }
  const flush = (): void => {
    // Ends a partial line that a full disk has left, so that it does not corrupt the next one.
    const text = failed ? `\n${held}` : held
    held = ''
    file ??= open()
    files.write(file, text)
  }
  return {
    isOpen: () => file !== undefined,
    attempt,
    append(line) {
      held += `${JSON.stringify(line)}\n`
      if (file === undefined ? tellsOfWork(line) : !isIdle(line)) attempt(flush)
    },
    close() {
      if (file !== undefined) files.close(file)
    },
  }
}

/** True for a line with which a run turns out to have something to do. */
function tellsOfWork(line: JournalLine): boolean {
  return line.kind === 'stage_started' || (line.kind === 'stage_ended' && !isIdle(line))
}

/** True for a stage that had nothing to do: such lines are buffered and written with the next other line. */
function isIdle(line: JournalLine): boolean {
  if (line.kind !== 'stage_ended') return false
  return line.result.outcome === 'cached' || line.result.outcome === 'skipped'
}
