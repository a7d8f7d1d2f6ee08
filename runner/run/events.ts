// Everything that happens in a run, as a closed union: the terminal, the plain lines, JSON and tests derive from it.

import type { Reason } from '../key/reason.ts'
import type { StageOutcome } from '../outcome.ts'
import type { Problem } from '../problem.ts'
import type { Block } from '../report/document.ts'
import type { MetricValue, Progress } from '../show.ts'

export type Outcome = StageOutcome

/** One stage's result. */
export interface StageResult {
  readonly name: string
  readonly outcome: Outcome
  readonly reasons: readonly Reason[]
  readonly seconds: number
  readonly problem?: Problem
  /** The last lines of its log, for a failure. */
  readonly tail?: readonly string[]
  /** Where the whole log is, for a failure. */
  readonly logPath?: string
}

export type RunEvent =
  | { readonly kind: 'waiting'; readonly pid: number }
  | { readonly kind: 'run_started'; readonly stages: readonly string[]; readonly jobs: number }
  | { readonly kind: 'warning'; readonly stage?: string; readonly message: string }
  | { readonly kind: 'stage_started'; readonly stage: string; readonly reasons: readonly Reason[] }
  | {
      readonly kind: 'stage_retry'
      readonly stage: string
      readonly attempt: number
      readonly of: number
      readonly problem: Problem
    }
  | { readonly kind: 'stage_log'; readonly stage: string; readonly line: string }
  | { readonly kind: 'stage_progress'; readonly stage: string; readonly progress: Progress }
  | { readonly kind: 'stage_ended'; readonly result: StageResult }
  | {
      readonly kind: 'run_ended'
      readonly results: readonly StageResult[]
      readonly ok: boolean
      readonly seconds: number
    }

/** Takes events as they happen. */
export type Listener = (event: RunEvent) => void

/** What a cell tells the runner while it runs. */
export type CellMessage =
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'metrics'; readonly values: Readonly<Record<string, MetricValue>> }
  | { readonly kind: 'show'; readonly block: Block }
  | { readonly kind: 'done' }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly message: string
      readonly where?: string
      readonly hint?: string
    }

/** What the runner tells a cell's process to do. */
export interface CellJob {
  readonly kind: 'job'
  readonly bundle: string
  readonly stage: string
  readonly params: unknown
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
  /** Where the recorded metrics go, if the cell does not write them itself. */
  readonly metricsPath?: string
}
