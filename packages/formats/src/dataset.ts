// The vocabulary of a described data set: what a feature is, and how rows of features look in memory.

/** A value of one feature: a number, a level, a flag, or null where the source is blank. */
export type FeatureValue = number | string | boolean | null

/** The type of a feature. A blank boolean is a third value of its own, never true. */
export type FeatureType = 'number' | 'integer' | 'boolean' | 'category'

/** One feature of the model, as data/*.yaml declares it and as a bundle carries it. */
export interface FeatureSpec {
  readonly name: string
  /** The feature view (group of features of one table) it belongs to. */
  readonly view: string
  readonly type: FeatureType
  /** The known levels of a category, in declared order; only for `category`. */
  readonly levels?: readonly string[]
  /** Inclusive bounds for `number` and `integer`; a request outside them is refused. */
  readonly min?: number
  readonly max?: number
  /** True when a blank is a legal value. */
  readonly nullable: boolean
}

/** One row of features by name. */
export type FeatureRow = Readonly<Record<string, FeatureValue>>

/** The rows of one period, by column. All arrays have the length of `ids`; rows are in order of id (code units). */
export interface FeatureFrame {
  /** ISO date (YYYY-MM-DD) of the period. */
  readonly asOf: string
  readonly ids: readonly string[]
  readonly columns: Readonly<Record<string, readonly FeatureValue[]>>
  /** 1 churned, 0 stayed, null unknown. */
  readonly labels: readonly (0 | 1 | null)[]
}
