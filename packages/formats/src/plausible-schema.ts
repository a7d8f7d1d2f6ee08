// The section `plausible` of a data set's definition: how far a period may be from the periods before it until a person
// is asked. Each limit has a default, which stands for all tables, and may be set for a table or a column.
import { type Static, Type } from '@sinclair/typebox'

const closed = { additionalProperties: false } as const

function limit(least: number, description: string) {
  const off = `${description}; null: not looked at`
  return Type.Optional(
    Type.Union([Type.Number({ exclusiveMinimum: least }), Type.Null()], { description: off }),
  )
}

const ofColumn = {
  blanks: limit(0, 'by how much the share of blanks may change'),
  levels: limit(0, 'share of the rows that may have moved to another level'),
  new_levels: limit(0, 'share of the rows that may have a level that there never was'),
  shift: limit(
    0,
    'by how much the quantiles may move on average, in standard deviations of the period before',
  ),
  factor: limit(1, 'by which factor all three quartiles may grow or shrink'),
  tails: limit(
    0,
    'how far the outermost half per cent of the rows may lie beyond what was seen before, in widths of it',
  ),
  spike: limit(0, 'by how much the share of the most frequent value may grow'),
  distinct: limit(1, 'by which factor the number of different values may shrink'),
  steadiness: limit(
    0,
    'by how much the agreement of the same entities’ values with those of the period before may fall',
  ),
  future: limit(0, 'share of the times that may lie after the period'),
}

const ofTable = {
  rows: limit(1, 'by which factor the number of rows may grow or shrink'),
  ids: limit(
    0,
    'share of the entities that may be new, and share of the earlier ones that may be gone',
  ),
  ...ofColumn,
}

const ColumnLimits = Type.Object(ofColumn, closed)
const TableLimits = Type.Object(
  {
    ...ofTable,
    columns: Type.Optional(
      Type.Record(Type.String(), ColumnLimits, { description: 'limits of a column of its own' }),
    ),
  },
  closed,
)

export const Plausible = Type.Object(
  {
    ...ofTable,
    label_rate: limit(1, 'by which factor the odds of a positive label may change'),
    periods: Type.Optional(
      Type.Integer({ minimum: 1, description: 'how many of the periods before are looked at' }),
    ),
    tables: Type.Optional(
      Type.Record(Type.String(), TableLimits, { description: 'limits of a table of its own' }),
    ),
  },
  {
    ...closed,
    description:
      'How far a period may be from those before until a person is asked: with one earlier period these limits, with more of them up to twice as narrow where they were steady.',
  },
)
export type Plausible = Static<typeof Plausible>

/** A limit; null: not looked at. */
type Limits<Key extends string> = Readonly<Record<Key, number | null>>

/** The limits of a column. */
export type ColumnLimits = Limits<keyof typeof ofColumn>
/** The limits of a table, and of its columns where they have none of their own. */
export type TableLimits = Limits<keyof typeof ofTable>

/** The limits that stand where a definition says none: wide, for one earlier period. */
export const DEFAULT_LIMITS: TableLimits & Limits<'label_rate'> & { readonly periods: number } = {
  rows: 1.5,
  ids: 0.5,
  label_rate: 1.8,
  blanks: 0.15,
  levels: 0.35,
  new_levels: 0.1,
  shift: 1.5,
  factor: 3,
  tails: 1,
  spike: 0.2,
  distinct: 5,
  steadiness: 0.4,
  future: 0.01,
  periods: 12,
}

/** The limits of a definition, by table and column. */
export interface PlausibleSpec {
  /** How many of the periods before are looked at. */
  readonly periods: number
  readonly labelRate: number | null
  of(table: string): TableLimits
  ofColumn(table: string, column: string): ColumnLimits
}

/** The limits that a definition's section stands for: the column's, else the table's, else the data set's, else the default. */
export function plausibleSpec(file: Plausible = {}): PlausibleSpec {
  const { tables = {}, periods = DEFAULT_LIMITS.periods, ...all } = file
  const of = (table: string): TableLimits & { columns?: Record<string, object> } => ({
    ...DEFAULT_LIMITS,
    ...all,
    ...tables[table],
  })
  return {
    periods,
    labelRate: { ...DEFAULT_LIMITS, ...all }.label_rate,
    of,
    ofColumn: (table, column) => ({ ...of(table), ...tables[table]?.columns?.[column] }),
  }
}
