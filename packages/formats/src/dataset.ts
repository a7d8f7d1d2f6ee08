// The vocabulary of a described data set: what a feature is, and how rows of features look in memory.
import { type Static, Type } from '@sinclair/typebox'
import { COLUMN_TYPES, type ColumnType, type FeatureType, type FeatureUse } from './column-types.ts'
import { CLOSED, list, oneOf } from './values.ts'

/** A value of one feature: a number, a level, a flag, or null where the source is blank. */
export const FeatureValueSchema = Type.Union([
  Type.Number(),
  Type.String(),
  Type.Boolean(),
  Type.Null(),
])
export type FeatureValue = Static<typeof FeatureValueSchema>

export type { FeatureType } from './column-types.ts'

/** The types of a feature, by name. */
export const FEATURE_TYPES: readonly FeatureType[] = columnTypes().filter(isFeatureType)

/** The types of a column, by name. */
export function columnTypes(): ColumnType[] {
  return Object.keys(COLUMN_TYPES) as ColumnType[]
}

/** Whether a column of a type can be a feature. */
export function isFeatureType(type: ColumnType): type is FeatureType {
  return COLUMN_TYPES[type].feature !== null
}

/** What a feature's type is to the model. */
export function useOf(type: FeatureType): FeatureUse {
  return COLUMN_TYPES[type].feature
}

/** One feature of the model, as data/*.yaml declares it and as a bundle carries it. */
export const FeatureSpecSchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    view: Type.String({ description: 'the feature view that it belongs to' }),
    type: oneOf(FEATURE_TYPES, 'data.md describes them'),
    levels: Type.Optional(
      list(Type.String(), { description: 'of a category: the known levels, in declared order' }),
    ),
    min: Type.Optional(
      Type.Number({ description: 'inclusive bound; a request outside of it is refused' }),
    ),
    max: Type.Optional(Type.Number({ description: 'the same' })),
    nullable: Type.Boolean({ description: 'whether a blank is a legal value' }),
  },
  CLOSED,
)
export type FeatureSpec = Readonly<Static<typeof FeatureSpecSchema>>

/** One row of features by name. */
export type FeatureRow = Readonly<Record<string, FeatureValue>>

/** The values of one feature by row: an array, or a column of @weir/tables, Arquero or Arrow. */
export interface FeatureColumn extends Iterable<FeatureValue> {
  readonly length: number
  /** The value of a row; undefined where there is no such row. */
  at(row: number): FeatureValue | undefined
}

/** Columns of features by name, all of one length. */
export type FeatureColumns = Readonly<Record<string, FeatureColumn>>

/** The rows of one period, by column. All columns have the length of `ids`; rows are in order of id (code units). */
export interface FeatureFrame {
  /** ISO date (YYYY-MM-DD) of the period. */
  readonly asOf: string
  readonly ids: readonly string[]
  readonly columns: FeatureColumns
  /** 1 churned, 0 stayed, null unknown. */
  readonly labels: readonly (0 | 1 | null)[]
}
