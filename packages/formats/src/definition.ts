// A data set as its definition file describes it, checked: tables, key, label, feature views, expectations.
import type { ColumnType } from './column-types.ts'
import { type FeatureSpec, isFeatureType } from './dataset.ts'
import { problemsOf } from './definition-problems.ts'
import type { DefinitionProblem } from './definition-references.ts'
import type { DefinitionFile } from './definition-schema.ts'
import { type PlausibleSpec, plausibleSpec } from './plausible-schema.ts'

export type { ColumnType } from './column-types.ts'
export type { DefinitionProblem } from './definition-references.ts'

export interface ColumnSpec {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
  readonly levels?: readonly string[]
  readonly min?: number
  readonly max?: number
  /** A regular expression that every text has a match of. */
  readonly pattern?: string
  /** Whether no value is there twice in a period. */
  readonly unique?: boolean
}

export interface TableSpec {
  readonly name: string
  /** Columns that name a row. */
  readonly key: readonly string[]
  readonly columns: readonly ColumnSpec[]
}

export interface ViewSpec {
  readonly name: string
  readonly table: string
  readonly features: readonly string[]
  /** For how many days a value holds after its event; null: for ever. */
  readonly ttlDays: number | null
  /** Column of the event's time; null: the as_of of the period. */
  readonly eventTime: string | null
  /** Column of the time that a row was written; null: not known. */
  readonly createdTime: string | null
}

export interface LabelSpec {
  readonly table: string
  readonly column: string
  /** The share of entities with a label from which on a period counts as labelled. */
  readonly complete: number
  /** Whether a period without labels is refused. */
  readonly required: boolean
}

export interface Range {
  readonly min?: number
  readonly max?: number
}

/** The share of labels that makes a period a labelled one, where a definition says none. */
const LABEL_COMPLETE = 0.95

/** How old the newest value of a column may be at the end of a period. */
export interface Freshness {
  readonly table: string
  readonly column: string
  readonly days: number
}

/** A condition of a table's columns that holds in every row. */
export interface SqlCheck {
  readonly table: string
  readonly name: string
  readonly sql: string
}

/** A checked definition; every name in it resolves, and lists are in the file's order. */
export interface Definition {
  readonly name: string
  readonly entity: { readonly key: string; readonly table: string }
  /** as_of by the folder that does not bear it as its name. */
  readonly periods: Readonly<Record<string, string>>
  readonly tables: readonly TableSpec[]
  readonly label: LabelSpec
  readonly views: readonly ViewSpec[]
  readonly expectations: {
    readonly rows: readonly { readonly table: string; readonly range: Range }[]
    /** Factors of the rows of the period before. */
    readonly rowChange: readonly { readonly table: string; readonly range: Range }[]
    readonly references: readonly { readonly from: string; readonly to: string }[]
    readonly unique: readonly { readonly table: string; readonly columns: readonly string[] }[]
    readonly freshness: readonly Freshness[]
    readonly checks: readonly SqlCheck[]
    readonly labelShare: Range
  }
  /** How far a period may be from those before it. */
  readonly plausible: PlausibleSpec
}

/** All that is wrong with a definition file. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError'
  readonly problems: readonly DefinitionProblem[]

  constructor(problems: readonly DefinitionProblem[]) {
    super(problems.map((problem) => `${problem.path.join('.')}: ${problem.message}`).join('\n'))
    this.problems = problems
  }
}

/**
 * The definition that the value of a YAML file describes.
 * @throws DefinitionError with every problem of form and of reference, each with its path.
 */
export function parseDefinition(value: unknown): Definition {
  const checked = problemsOf(value)
  if ('problems' in checked) throw new DefinitionError(checked.problems)
  const file = checked.file
  return {
    name: file.name,
    entity: file.entity,
    periods: file.periods ?? {},
    tables: Object.entries(file.tables).map(([name, table]) => ({
      name,
      key: table.key ?? [file.entity.key],
      columns: Object.entries(table.columns).map(([column, spec]) => ({
        ...spec,
        name: column,
        nullable: spec.nullable ?? false,
      })),
    })),
    label: {
      ...file.label,
      complete: file.label.complete ?? LABEL_COMPLETE,
      required: file.label.required ?? false,
    },
    views: Object.entries(file.views).map(([name, view]) => parseView(name, view)),
    expectations: parseExpectations(file.expectations ?? {}),
    plausible: plausibleSpec(file.plausible),
  }
}

function parseView(name: string, view: DefinitionFile['views'][string]): ViewSpec {
  return {
    name,
    table: view.table,
    features: view.features,
    ttlDays: view.ttl_days ?? null,
    eventTime: view.event_time ?? null,
    createdTime: view.created_time ?? null,
  }
}

function parseExpectations(
  file: NonNullable<DefinitionFile['expectations']>,
): Definition['expectations'] {
  return {
    rows: Object.entries(file.rows ?? {}).map(([table, range]) => ({ table, range })),
    rowChange: Object.entries(file.row_change ?? {}).map(([table, range]) => ({ table, range })),
    references: Object.entries(file.references ?? {}).flatMap(([from, to]) =>
      [to].flat().map((one) => ({ from, to: one })),
    ),
    unique: Object.entries(file.unique ?? {}).flatMap(([table, sets]) =>
      sets.map((columns) => ({ table, columns })),
    ),
    freshness: Object.entries(file.freshness ?? {}).map(([table, spec]) => ({ table, ...spec })),
    checks: Object.entries(file.checks ?? {}).flatMap(([table, named]) =>
      Object.entries(named).map(([name, sql]) => ({ table, name, sql })),
    ),
    labelShare: file.label_share ?? {},
  }
}

/** The table of a name. A checked definition has every table that it names. */
export function tableOf(definition: Definition, name: string): TableSpec {
  const table = definition.tables.find((candidate) => candidate.name === name)
  if (table === undefined) throw new RangeError(`the definition has no table ${name}`)
  return table
}

/**
 * The features of the model, view by view in the file's order. One that comes from events may be blank
 * whatever its column promises: nobody needs to have had an event.
 */
export function featureSpecs(definition: Definition): FeatureSpec[] {
  return definition.views.flatMap((view) => {
    const { columns } = tableOf(definition, view.table)
    return view.features.flatMap((name) =>
      columns.filter((column) => column.name === name).map((column) => featureOf(view, column)),
    )
  })
}

function featureOf(view: ViewSpec, column: ColumnSpec): FeatureSpec {
  const { name, type, nullable, pattern: _, unique: __, ...limits } = column
  const blank = nullable || view.eventTime !== null
  if (!isFeatureType(type)) throw new RangeError(`a ${type} is no feature`)
  return { name, view: view.name, type, ...limits, nullable: blank }
}
