// The runner's one public door for stages: what a TypeScript cell is given, and how it is defined.
import type { Static, TObject, TSchema } from '@sinclair/typebox'

export type { Block, ReportDocument, ReportSection } from './report/document.ts'
export { renderReport } from './report/page.ts'
export { StageError } from './stage-error.ts'

/** A Vega-Lite specification; it is compiled and drawn when the report is written. */
export type ChartSpec = Readonly<Record<string, unknown>>

/** A table for people: column headings and rows of printable values. */
export interface TableView {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | boolean | null)[])[]
  readonly caption?: string
}

/** What a cell puts into the notebook, in the order of the calls. */
export interface Show {
  table(view: TableView): void
  /** Draws a Vega-Lite chart; `alt` says in words what it shows. */
  chart(spec: ChartSpec, about: { readonly title: string; readonly alt: string }): void
  markdown(text: string): void
}

/** How far long work has come; `total` in the same unit as `done`. */
export interface Progress {
  readonly done: number
  readonly total?: number
  readonly unit?: string
  readonly note?: string
}

/** A figure of a stage, by name. */
export type MetricValue = number | string | boolean | null

/** Everything that a cell is given while it runs. */
export interface StageContext<Params> {
  readonly stage: string
  /** The declared params, nested as in params.yaml and checked against the cell's schema. */
  readonly params: Params
  /** Absolute path to read, by declared dependency. */
  readonly inputs: Readonly<Record<string, string>>
  /** Absolute path to write, by declared output; its parent folder exists, the path itself does not. */
  readonly outputs: Readonly<Record<string, string>>
  /** Records figures for the notebook; written as JSON to the stage's one `metrics` file unless the cell wrote it. */
  metrics(values: Readonly<Record<string, MetricValue>>): void
  readonly show: Show
  log(message: string): void
  progress(progress: Progress): void
  /** Aborted when the run is interrupted or the stage's timeout passes. */
  readonly signal: AbortSignal
}

/** A cell as defined by a module's default export. */
export interface StageDefinition<Schema extends TSchema = TObject> {
  readonly title: string
  readonly params: Schema
  run(context: StageContext<Static<Schema>>): Promise<void> | void
}

/**
 * Defines a cell: the default export of a module named by `run:` in pipeline.yaml.
 * The module's leading doc comment is the cell's prose in the notebook.
 */
export function defineStage<Schema extends TSchema>(
  definition: StageDefinition<Schema>,
): StageDefinition<Schema> {
  return definition
}
