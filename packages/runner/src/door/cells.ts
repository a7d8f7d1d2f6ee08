// The runner's one public door for stages: what a TypeScript cell is given, and how it is defined.
import type { Static, TObject, TSchema } from '@sinclair/typebox'
import type { MetricValue, Progress, Show } from '../report/show.ts'

export { StageError } from '@weir/base/stage-error'
export type { Block, ReportDocument, ReportSection } from '../report/document.ts'
export { renderReport } from '../report/page.ts'
export type { ChartSpec, MetricValue, Progress, Show, TableView } from '../report/show.ts'

/** Everything that a cell is given while it runs. */
export interface StageContext<Params> {
  readonly stage: string
  /** The declared params, nested as in params.yaml and checked against the cell's schema. */
  readonly params: Params
  /**
   * Absolute path to read of a declared dependency, named as in pipeline.yaml.
   * @throws StageError DEP_UNDECLARED
   */
  input(name: string): string
  /**
   * Absolute path to write of a declared output; its parent folder exists, the path itself does not.
   * @throws StageError OUT_UNDECLARED, or OUT_NO_PATH for a reference: such an output is an effect
   */
  output(name: string): string
  /** The same as a map. What is not declared is refused here too, so a fallback (`??`) never takes effect. */
  readonly inputs: Readonly<Record<string, string>>
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
