// The form of a data set's definition file (data/*.yaml), as a schema that validates and documents it.
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { columnTypes } from './dataset.ts'
import { Plausible } from './plausible-schema.ts'
import { oneOf } from './values.ts'

const closed = { additionalProperties: false } as const

function record<T extends TSchema>(
  value: T,
  about: { description: string; minProperties?: number },
) {
  return Type.Record(Type.String(), value, about)
}

const AsOf = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  description: 'a quoted date YYYY-MM-DD',
})

const Range = Type.Object(
  { min: Type.Optional(Type.Number()), max: Type.Optional(Type.Number()) },
  closed,
)

const Column = Type.Object(
  {
    type: oneOf(columnTypes(), 'A timestamp without a zone is UTC.'),
    nullable: Type.Optional(
      Type.Boolean({ description: 'True when a blank is a legal value. Default: false.' }),
    ),
    levels: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        uniqueItems: true,
        description: 'The legal values of a category.',
      }),
    ),
    min: Type.Optional(
      Type.Number({ description: 'Least legal value of a number or integer, inclusive.' }),
    ),
    max: Type.Optional(
      Type.Number({ description: 'Greatest legal value of a number or integer, inclusive.' }),
    ),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'A regular expression (RE2) that every text of a string or category has a match of.',
      }),
    ),
    unique: Type.Optional(
      Type.Boolean({
        description: 'True when no value is there twice in a period; blanks may be.',
      }),
    ),
  },
  { ...closed, description: 'What a column promises; validate holds every period to it.' },
)

const Table = Type.Object(
  {
    key: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        uniqueItems: true,
        description: "Columns that name a row. Default: the entity's key.",
      }),
    ),
    columns: record(Column, {
      minProperties: 1,
      description: 'Exactly the columns that the file has, in any order.',
    }),
  },
  closed,
)

const View = Type.Object(
  {
    table: Type.String(),
    features: Type.Array(Type.String(), {
      minItems: 1,
      uniqueItems: true,
      description: 'Columns of the table that the model sees.',
    }),
    ttl_days: Type.Optional(
      Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], {
        description: 'For how many days a value holds after its event; null (default): for ever.',
      }),
    ),
    event_time: Type.Optional(
      Type.String({
        description: "Column of the time that a row tells of. Default: the period's as_of.",
      }),
    ),
    created_time: Type.Optional(
      Type.String({
        description:
          'Column of the time that a row was written. Rows written after a moment are unknown at it, and of two rows of one event the later written counts.',
      }),
    ),
  },
  closed,
)

const Label = Type.Object(
  {
    table: Type.String(),
    column: Type.String({ description: 'A boolean column: true is the positive class.' }),
    complete: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description:
          'The share of entities with a label from which on a period counts as labelled. Default: 0.95.',
      }),
    ),
    required: Type.Optional(
      Type.Boolean({
        description:
          'Whether a period without labels is refused. Default: false; labels come late.',
      }),
    ),
  },
  closed,
)

const Freshness = Type.Object(
  {
    column: Type.String({ description: 'A date or timestamp.' }),
    days: Type.Number({
      minimum: 0,
      description: 'How old its newest value may be at the end of the period.',
    }),
  },
  closed,
)

const Expectations = Type.Object(
  {
    rows: Type.Optional(
      record(Range, { description: 'How many rows a table has in a period, by table.' }),
    ),
    row_change: Type.Optional(
      record(Range, {
        description: 'By which factor the rows of a table may change from one period to the next.',
      }),
    ),
    references: Type.Optional(
      record(Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]), {
        description:
          'Every entity of the table on the left has a row in the table, or in each of the tables, on the right.',
      }),
    ),
    unique: Type.Optional(
      record(Type.Array(Type.Array(Type.String(), { minItems: 1 }), { minItems: 1 }), {
        description: 'Columns that together are there once in a period, by table.',
      }),
    ),
    freshness: Type.Optional(
      record(Freshness, { description: 'How new a table is at the end of its period.' }),
    ),
    checks: Type.Optional(
      record(
        record(Type.String({ minLength: 1 }), { description: 'A condition in SQL, by name.' }),
        {
          description:
            'What holds in every row of a table: conditions of its columns in SQL (DuckDB). A row for which one is unknown, by a blank, passes.',
        },
      ),
    ),
    label_share: Type.Optional(Range),
  },
  closed,
)

/** The definition file's schema. */
export const DefinitionFile = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    entity: Type.Object(
      {
        key: Type.String({ description: 'The column that names whom a prediction is about.' }),
        table: Type.String({ description: 'The table that lists them all.' }),
      },
      closed,
    ),
    periods: Type.Optional(
      record(AsOf, { description: 'as_of of the folders that are not named by it, by folder.' }),
    ),
    tables: record(Table, {
      minProperties: 1,
      description: 'The tables of a period, one file each, by name.',
    }),
    label: Label,
    views: record(View, { minProperties: 1, description: 'Groups of features, by name.' }),
    expectations: Type.Optional(Expectations),
    plausible: Type.Optional(Plausible),
  },
  { ...closed, title: 'Weir data set', description: 'A data set that the pipeline learns from.' },
)
export type DefinitionFile = Static<typeof DefinitionFile>
