// What is remembered of a run, so that its notebook can be drawn at any time after.

import type { Edge } from './dag/layers.ts'
import type { Block } from './document.ts'
import type { StageOutcome } from './outcome.ts'
import type { MetricValue } from './show.ts'

/** One stage of a run: everything that its cell in the notebook shows. Paths are relative to the project. */
export interface StageRecord {
  readonly name: string
  readonly title: string
  /** The module's doc comment, or the stage's `desc`, as Markdown. */
  readonly prose: string
  readonly outcome: StageOutcome
  /** Why it ran, or why it did not, one short line each. */
  readonly reasons: readonly string[]
  /** The declared params, nested as in params.yaml. */
  readonly params: Readonly<Record<string, unknown>>
  readonly metrics: Readonly<Record<string, MetricValue>>
  /** The figures of the last run with other results; without it no change is shown. */
  readonly previousMetrics?: Readonly<Record<string, MetricValue>>
  /** What the cell showed, in the order of its calls. */
  readonly shown: readonly Block[]
  readonly code?: { readonly language: string; readonly text: string; readonly path: string }
  readonly log: string
  /** Where the whole log is, should not all of it be shown. */
  readonly logPath?: string
  /** How long its last execution took; null where it was never run. */
  readonly seconds: number | null
  readonly outs: readonly string[]
  readonly deps: readonly string[]
  /** HTML files to link to where they are not outs themselves, such as files in an out that is a folder. */
  readonly pages?: readonly string[]
  readonly error?: string
}

/** A run with its stages in the order of pipeline.yaml. */
export interface NotebookRun {
  readonly project: string
  /** ISO 8601 times. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly ok: boolean
  readonly command: string
  readonly stages: readonly StageRecord[]
  readonly edges: readonly Edge[]
}
