// What a run is asked for, what steers it, and what it comes to.

import type { Problem } from '@weir/base'
import type { Files } from '@weir/base/files'
import type { Mutex } from '@weir/base/mutex'
import type { Clock } from '@weir/base/process'
import type { Inspected } from '../plan/check-inspected.ts'
import type { Selection } from '../plan/select.ts'
import type { Workspace } from '../plan/workspace.ts'
import type { StageResult } from './events.ts'
import type { JournalLine } from './run-events.ts'

/** What a run is asked for. */
export interface RunRequest {
  /** The command line, for who waits for this run. */
  readonly command: string
  readonly selection: Selection
  readonly settings: readonly string[]
  /** The settings hold for this run alone: params.yaml is not written. */
  readonly keepParams?: boolean
  readonly jobs: number
  readonly force: boolean
  readonly keepGoing: boolean
  readonly inspect?: Inspected
}

export type RunOutcome =
  | { readonly ok: false; readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | Finished

/** A run whose stages have been settled, well or not. */
export interface Finished {
  readonly ok: boolean
  readonly kind: 'finished'
  readonly runId: string
  readonly workspace: Workspace
  readonly results: readonly StageResult[]
  readonly seconds: number
  readonly interrupted: boolean
  /** What went wrong beside the stages: the lock could not be written. */
  readonly problems: readonly Problem[]
  /** What happened, as in the run's journal; also where nothing happened that is written there. */
  readonly lines: readonly JournalLine[]
}

/** A run that could not begin or go on because of an error of the system. */
export interface Stuck {
  readonly ok: false
  readonly kind: 'stuck'
  readonly problems: readonly Problem[]
}

/** A run that was told to end before any stage was looked at: nothing was run and nothing written. */
export interface Unstarted {
  readonly ok: false
  readonly kind: 'unstarted'
}

/** What else steers a run from outside, besides the signal that stops it. */
export interface RunControl {
  /** Aborts when stages that are being stopped are to be killed. */
  readonly kill?: AbortSignal
  /** A promise while the listener has not yet handled earlier events; stages' output waits for it. */
  readonly behind?: () => Promise<void> | undefined
  readonly clock?: Clock
  readonly files?: Files
  /** Writes reports of the finished run while the mutex is still held: two runs must not write them at once. */
  readonly afterwards?: (finished: Finished) => Promise<void>
}

/** The same, with the project's mutex, which the run holds. */
export type MutexControl = RunControl & { readonly mutex: Mutex }
