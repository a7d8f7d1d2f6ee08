// A run as its journal tells it: the one view of a run that is over, for the notebook, `weir runs` and `weir log`.

import type { Files } from '@weir/base/files'
import { lookAtMutex } from '@weir/base/mutex'
import type { GitState } from '@weir/base/process'
import type { Layout } from '../config/layout.ts'
import type { Warning } from '../plan/warnings.ts'
import type { Reason } from '../store/reason.ts'
import type { Outcome } from './events.ts'
import {
  type JournalLine,
  type JournalResult,
  journalLines,
  RUN_SCHEMA,
  type RunHead,
} from './run-events.ts'
import { journalledRuns, journalPath } from './run-journal.ts'

/** `unfinished`: it was killed, or ended by a bug of weir. */
export type RunResult = 'ok' | 'failed' | 'interrupted' | 'running' | 'unfinished'

/** A stage of a run; `unfinished` where the run ended before it. */
export interface RecordedStage extends Omit<JournalResult, 'outcome'> {
  readonly outcome: Outcome | 'unfinished'
}

export interface RecordedRun {
  readonly head: RunHead
  readonly startedAt: string
  /** The time of the last line. */
  readonly endedAt: string
  /** Null where the run did not end. */
  readonly seconds: number | null
  readonly result: RunResult
  readonly git: GitState | null
  readonly warnings: readonly Warning[]
  /** Those that ended or began, in the order of the run's selection. */
  readonly stages: readonly RecordedStage[]
}

/** The run behind the lines of a journal; undefined where its first line is missing, or another version's. */
export function recordedRun(lines: readonly JournalLine[]): RecordedRun | undefined {
  const [head] = lines
  const last = lines.at(-1)
  if (head?.kind !== 'run' || head.schema !== RUN_SCHEMA || !last) return undefined
  const end = lines.find((line) => line.kind === 'run_ended')
  const git = lines.find((line) => line.kind === 'git')
  return {
    head,
    startedAt: head.at,
    endedAt: last.at,
    seconds: end ? end.seconds : null,
    result: resultOf(lines, end?.ok),
    git: git ? { commit: git.commit, dirty: git.dirty } : null,
    warnings: lines.flatMap((line) => (line.kind === 'warning' ? [warningOf(line)] : [])),
    stages: stagesOf(lines),
  }
}

function resultOf(lines: readonly JournalLine[], ok: boolean | undefined): RunResult {
  if (ok === undefined) return 'unfinished'
  if (ok) return 'ok'
  return lines.some((line) => line.kind === 'interrupted') ? 'interrupted' : 'failed'
}

function warningOf({ stage, message }: Warning): Warning {
  return { ...(stage !== undefined && { stage }), message }
}

function stagesOf(lines: readonly JournalLine[]): RecordedStage[] {
  const stages = new Map<string, RecordedStage>()
  const order: string[] = []
  for (const line of lines) {
    if (line.kind === 'run_started') order.push(...line.stages)
    if (line.kind === 'stage_started') stages.set(line.stage, begun(line.stage, line.reasons))
    if (line.kind === 'stage_ended') stages.set(line.result.name, line.result)
  }
  return order.flatMap((name) => stages.get(name) ?? [])
}

function begun(name: string, reasons: readonly Reason[]): RecordedStage {
  return { name, outcome: 'unfinished', reasons, seconds: 0 }
}

/** The lines of one run's journal. */
export function readJournal(layout: Layout, run: string, files: Files): JournalLine[] {
  try {
    return journalLines(files.read(journalPath(layout, run)) ?? '')
  } catch {
    // A journal that cannot be read counts as empty.
    return []
  }
}

/** The last runs, newest first. The holder of the project's mutex tells which of them is at work now. */
export function lastRuns(
  layout: Layout,
  files: Files,
  most = Number.POSITIVE_INFINITY,
): RecordedRun[] {
  const runs: RecordedRun[] = []
  for (const name of journalledRuns(layout, files).reverse()) {
    if (runs.length >= most) break
    const run = recordedRun(readJournal(layout, name, files))
    if (run) runs.push(isAtWork(run, layout) ? { ...run, result: 'running' } : run)
  }
  return runs
}

function isAtWork({ head, result }: RecordedRun, { mutex }: Layout): boolean {
  if (result !== 'unfinished') return false
  const found = lookAtMutex(mutex)
  if (found.kind !== 'held' || found.life === 'gone') return false
  return found.holder.pid === head.pid && found.holder.host === head.host
}
