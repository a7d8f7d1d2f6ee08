// How a cell is defined, and what it is given while it runs.
import type { Static, TObject, TProperties, TSchema } from '@sinclair/typebox'
import { isRecord } from '@weir/base'
import type { MetricValue, Progress, Show } from '../report/show.ts'
import type { InputsOf, NoPorts, OutputsOf, Ports } from './port.ts'
import type { Shell } from './shell.ts'

/** The params of a cell: a schema by name, or the schema of them all (`Type.Object({…})`). */
export type ParamsSchema = TSchema | TProperties
/** A cell without params. */
export type NoParams = Readonly<Record<never, never>>
/** The params that a schema describes. */
export type ParamsOf<Schema extends ParamsSchema> = Schema extends TSchema
  ? Static<Schema>
  : Schema extends TProperties
    ? Static<TObject<Schema>>
    : never

/** Everything that a cell is given while it runs. */
export interface StageContext<
  Params,
  Inputs extends Ports = NoPorts,
  Outputs extends Ports = NoPorts,
> {
  readonly stage: string
  /** The declared params, nested as in params.yaml and checked against the cell's schema. */
  readonly params: Params
  /** What the cell reads, by the names that it gives its ports. */
  readonly inputs: InputsOf<Inputs>
  /** What it writes. The folder that holds an output is there, the output itself is not. */
  readonly outputs: OutputsOf<Outputs>
  /**
   * Runs a command (zx): what is put into the template is quoted. Command and output go into the stage's log, and the
   * command is ended with the stage.
   */
  readonly $: Shell
  /** Records figures for the notebook; written as JSON to the stage's one `metrics` file unless the cell wrote it. */
  metrics(values: Readonly<Record<string, MetricValue>>): void
  readonly show: Show
  log(message: string): void
  progress(progress: Progress): void
  /** Aborted when the run is interrupted or the stage's timeout passes. */
  readonly signal: AbortSignal
}

/** What `defineStage` takes. */
export interface StageSource<
  Schema extends ParamsSchema,
  Inputs extends Ports,
  Outputs extends Ports,
> {
  readonly title: string
  /** TypeBox. Without it, `run` is given the params that the stage declares, unchecked. */
  readonly params?: Schema
  readonly inputs?: Inputs
  readonly outputs?: Outputs
  run(context: StageContext<ParamsOf<Schema>, Inputs, Outputs>): Promise<void> | void
}

/** A cell, as a module's default export. */
export interface StageDefinition<
  Params = unknown,
  Inputs extends Ports = NoPorts,
  Outputs extends Ports = NoPorts,
> {
  readonly title: string
  /** JSON Schema of its params. */
  readonly params?: JsonSchema
  readonly inputs?: Inputs
  readonly outputs?: Outputs
  run(context: StageContext<Params, Inputs, Outputs>): Promise<void> | void
}

/** A cell as it is loaded: nothing but its form is known. */
export type LoadedStage = StageDefinition<unknown, Ports, Ports>

/** A JSON Schema, whoever made it. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * Defines a cell: the default export of a module named by `run:` in pipeline.yaml.
 * The module's leading doc comment is the cell's prose in the notebook.
 */
export function defineStage<
  Schema extends ParamsSchema = NoParams,
  Inputs extends Ports = NoPorts,
  Outputs extends Ports = NoPorts,
>(
  source: StageSource<Schema, Inputs, Outputs>,
): StageDefinition<ParamsOf<Schema>, Inputs, Outputs> {
  const { params, ...definition } = source
  return params === undefined ? definition : { ...definition, params: paramsSchema(params) }
}

/** TypeBox marks a property that may be missing by this symbol. */
const OPTIONAL = Symbol.for('TypeBox.Optional')

/** One schema of all params. What `Type.Object` would make of schemas by name, without loading TypeBox for it. */
function paramsSchema(params: ParamsSchema): JsonSchema {
  if (!isByName(params)) return params
  const required = Object.keys(params).filter((name) => !(OPTIONAL in Object(params[name])))
  return { type: 'object', properties: params, ...(required.length > 0 && { required }) }
}

/** True for schemas by name. A schema itself has a text or a list where they have schemas (`type`, `anyOf`). */
function isByName(params: ParamsSchema): params is TProperties {
  return isRecord(params) && Object.values(params).every(isRecord)
}
