// Everything that happens in a run, as a closed union: the terminal, the plain lines, JSON and tests derive from it.

import type { Problem } from '@weir/base'
import type { Taken } from '@weir/base/mutex'
import type { Warning } from '../plan/warnings.ts'
import type { StageOutcome } from '../report/outcome.ts'
import type { Progress } from '../report/show.ts'
import type { Reason } from '../store/reason.ts'

export type Outcome = StageOutcome

/** One stage's result. */
export interface StageResult {
  readonly name: string
  readonly outcome: Outcome
  readonly reasons: readonly Reason[]
  readonly seconds: number
  readonly problem?: Problem
  /** Its further problems, where it was not started. */
  readonly more?: readonly Problem[]
  /** The last lines of its log, for a failure. */
  readonly tail?: readonly string[]
  /** Where the whole log is, for a failure. */
  readonly logPath?: string
}

export type RunEvent =
  | { readonly kind: 'waiting'; readonly taken: Taken }
  | { readonly kind: 'run_started'; readonly stages: readonly string[]; readonly jobs: number }
  /** The run was told to end; the stages that run are being stopped, or killed at once. */
  | {
      readonly kind: 'interrupted'
      readonly stages: readonly string[]
      readonly atOnce: boolean
    }
  | ({ readonly kind: 'warning' } & Warning)
  | { readonly kind: 'stage_started'; readonly stage: string; readonly reasons: readonly Reason[] }
  | {
      readonly kind: 'stage_retry'
      readonly stage: string
      readonly attempt: number
      readonly of: number
      readonly problem: Problem
    }
  | { readonly kind: 'stage_log'; readonly stage: string; readonly line: string }
  /** A cell waits until a debugger is attached. */
  | { readonly kind: 'stage_inspected'; readonly stage: string; readonly url: string }
  | { readonly kind: 'stage_progress'; readonly stage: string; readonly progress: Progress }
  | { readonly kind: 'stage_ended'; readonly result: StageResult }
  | {
      readonly kind: 'run_ended'
      readonly results: readonly StageResult[]
      readonly ok: boolean
      readonly seconds: number
      /** What went wrong beside the stages. */
      readonly problems: readonly Problem[]
    }

/** Takes events as they happen. */
export type Listener = (event: RunEvent) => void
