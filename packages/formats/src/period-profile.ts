// The figures of a period's tables, by which a period is compared with those before it.

/** The probabilities of the quantiles in a profile. */
export const PROBABILITIES = [
  0, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 1,
] as const

/** How a column is looked at: as numbers, as times (days since 1970 as numbers), or as levels. */
export type ProfileKind = 'number' | 'time' | 'level'

/** A column in figures. */
export interface ColumnProfile {
  readonly column: string
  readonly kind: ProfileKind
  /** Digest of the values with their keys: equal digests mean the same value for every key. */
  readonly digest: string
  readonly blanks: number
  /** Rows whose number has a fraction; 0 for what is no number. */
  readonly fractions: number
  /** How many different values there are, blanks apart. */
  readonly distinct: number
  /** Null for levels, and where all is blank. */
  readonly mean: number | null
  /** Standard deviation of the rows. */
  readonly sd: number | null
  /** At PROBABILITIES: values that occur. Empty for levels, and where all is blank. */
  readonly quantiles: readonly number[]
  /** The most frequent values as texts with their counts, most frequent first; blanks are none of them. */
  readonly top: readonly { readonly value: string; readonly rows: number }[]
  /** Whether `top` has every value. */
  readonly whole: boolean
  /** Rows whose time lies after the period's day; 0 for what is no time. */
  readonly future: number
}

/** A table in figures. */
export interface TableProfile {
  readonly table: string
  readonly rows: number
  /** Of the sorted rows, without the label where it comes late. */
  readonly digest: string
  readonly columns: readonly ColumnProfile[]
  /** The rows that quantiles, levels and distinct values are of: all, or a sample by key. */
  readonly sampled: number
}

/** How a table of one row an entity goes with that of the period before, entity by entity. */
export interface TableChange {
  readonly table: string
  /** Entities before, now, and in both. */
  readonly before: number
  readonly now: number
  readonly shared: number
  /** Entities that the figures below are of. */
  readonly compared: number
  /**
   * Agreement of each column with itself in the period before, by column: the correlation of numbers and times, Cohen's
   * kappa of levels; null where it has none (a constant).
   */
  readonly own: Readonly<Record<string, number | null>>
  /** Agreement of a column now with another one before, where it is high. */
  readonly cross: readonly {
    readonly now: string
    readonly before: string
    readonly value: number
  }[]
}

/** The labels of a period. */
export interface LabelProfile {
  readonly entities: number
  readonly known: number
  readonly positive: number
  /** Of the known labels with their keys. */
  readonly digest: string
  /** Agreement with the labels of the period before: Cohen's kappa; null where it has none. */
  readonly own: number | null
}

/** A period in figures. */
export interface PeriodProfile {
  readonly asOf: string
  readonly tables: readonly TableProfile[]
  /** Against the period before; empty in the first one. */
  readonly changes: readonly TableChange[]
  readonly label: LabelProfile
}
