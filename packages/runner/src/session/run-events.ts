// The format of a run's journal: the run writes these lines, and `weir runs`, `weir log` and the notebook read them.
import { type Digest, isRecord, type Problem, projectPath } from '@weir/base'
import { jsonIfWhole } from '@weir/base/files'
import type { GitState } from '@weir/base/process'
import type { RunEvent, StageResult } from './events.ts'

export const RUN_SCHEMA = 'weir/run/1'

/** The first line: what ran, of which version, with which params. */
export interface RunHead {
  readonly kind: 'run'
  readonly schema: typeof RUN_SCHEMA
  readonly run: string
  readonly weir: string
  readonly program: string
  readonly node: string
  readonly host: string
  readonly pid: number
  readonly command: string
  /** By file; values of secret variables are masked, as in all lines. */
  readonly params: Readonly<Record<string, unknown>>
}

/** A stage's result without what its log has; paths are relative to the project. */
export interface JournalResult extends Omit<StageResult, 'tail'> {
  /** The key under which the stage's outputs are recorded. */
  readonly key?: Digest
}

/** What a line tells. */
export type JournalEvent =
  | RunHead
  | ({ readonly kind: 'git' } & GitState)
  | Extract<
      RunEvent,
      { kind: 'run_started' | 'warning' | 'interrupted' | 'stage_started' | 'stage_retry' }
    >
  | { readonly kind: 'stage_ended'; readonly result: JournalResult }
  | {
      readonly kind: 'run_ended'
      readonly ok: boolean
      readonly seconds: number
      readonly problems: readonly Problem[]
    }

/** An event with its time, ISO 8601. */
export type JournalLine = { readonly at: string } & JournalEvent

/** What the journal tells of an event of a run; nothing of output, progress, waiting and debuggers. */
export function journalEvent(
  event: RunEvent,
  root: string,
  keyOf: (stage: string) => Digest | undefined,
): JournalEvent | undefined {
  switch (event.kind) {
    case 'waiting':
    case 'stage_log':
    case 'stage_progress':
    case 'stage_inspected':
      return undefined
    case 'stage_ended':
      return { kind: event.kind, result: journalResult(event.result, root, keyOf) }
    case 'run_ended': {
      const { kind, ok, seconds, problems } = event
      return { kind, ok, seconds, problems }
    }
    default:
      return event
  }
}

function journalResult(
  { tail: _, logPath, ...result }: StageResult,
  root: string,
  keyOf: (stage: string) => Digest | undefined,
): JournalResult {
  const key = result.outcome === 'failed' ? undefined : keyOf(result.name)
  const log = logPath === undefined ? {} : { logPath: projectPath(root, logPath) }
  return { ...result, ...log, ...(key && { key }) }
}

/** The lines in a journal's text. One that a kill or a full disk has torn is left out. */
export function journalLines(text: string): JournalLine[] {
  return text.split('\n').flatMap((line) => {
    const value = jsonIfWhole(line)
    return isLine(value) ? [value] : []
  })
}

function isLine(value: unknown): value is JournalLine {
  return isRecord(value) && typeof value.at === 'string' && typeof value.kind === 'string'
}
