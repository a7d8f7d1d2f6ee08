// The types that a column of a data set may have: one entry says all that the parts of Weir need to know of a type.
// A type is added here, with its test and a line in docs/data.md; nothing else asks for a type by its name.
import type { ColumnKind } from './drift.ts'
import { blankAsNull, booleanIn, dateIn, integerIn, numberIn, timestampIn } from './raw-sql.ts'

/** What a column type is to the model; in memory a value is a number, a truth value or a text (`FeatureValue`). */
export interface FeatureUse {
  /** What its values are, for messages: `a whole number`. */
  readonly noun: string
  /** DuckDB types of a file's column that hold its values. */
  readonly stored: RegExp
  /** SQL of the value in memory, from a column that is stored so. */
  read(column: string): string
  /** JSON types of its values in a request, and in an answer. */
  readonly request: 'number' | 'integer' | 'boolean' | 'string'
  readonly answer: 'number' | 'boolean' | 'string'
  /** How drift statistics, profiles and slices take it. */
  readonly kind: ColumnKind
  /** The block of the encoder that it gets. */
  readonly block: 'number' | 'boolean' | 'category'
}

export interface ColumnTypeEntry {
  /** The DuckDB type that a snapshot stores a column as. */
  readonly sql: string
  /** What a raw file may hold, for the hint of an error. */
  readonly accepts: string
  /** SQL of the value that the text of a raw cell stands for. */
  parse(raw: string): string
  /** The limits that a definition may give: `min` and `max`, or `levels`. */
  readonly limits: 'range' | 'levels' | 'none'
  /** Null for a type that no feature can have. */
  readonly feature: FeatureUse | null
}

export const COLUMN_TYPES = {
  number: {
    sql: 'DOUBLE',
    accepts: 'numbers such as 12, -0.5 or 1e3; leave a missing one blank',
    parse: numberIn,
    limits: 'range',
    feature: {
      noun: 'a number',
      stored: /INT|DOUBLE|FLOAT|DECIMAL/,
      read: (column) => `CAST(${column} AS DOUBLE)`,
      request: 'number',
      answer: 'number',
      kind: 'numeric',
      block: 'number',
    },
  },
  integer: {
    sql: 'BIGINT',
    accepts: 'whole numbers such as 12 or 12.0; leave a missing one blank',
    parse: integerIn,
    limits: 'range',
    feature: {
      noun: 'a whole number',
      stored: /INT|DOUBLE|FLOAT|DECIMAL/,
      read: (column) => `CAST(${column} AS DOUBLE)`,
      request: 'integer',
      answer: 'number',
      kind: 'numeric',
      block: 'number',
    },
  },
  boolean: {
    sql: 'BOOLEAN',
    accepts: 'true/false, yes/no, t/f, y/n or 1/0, in any case; leave a missing one blank',
    parse: booleanIn,
    limits: 'none',
    feature: {
      noun: 'true or false',
      stored: /^BOOLEAN$/,
      read: (column) => `CAST(${column} AS BOOLEAN)`,
      request: 'boolean',
      answer: 'boolean',
      kind: 'categorical',
      block: 'boolean',
    },
  },
  category: {
    sql: 'VARCHAR',
    accepts: 'any text',
    parse: blankAsNull,
    limits: 'levels',
    feature: {
      noun: 'a text',
      stored: /^VARCHAR$/,
      read: (column) => `CAST(${column} AS VARCHAR)`,
      request: 'string',
      answer: 'string',
      kind: 'categorical',
      block: 'category',
    },
  },
  string: {
    sql: 'VARCHAR',
    accepts: 'any text',
    parse: blankAsNull,
    limits: 'none',
    feature: null,
  },
  date: {
    sql: 'DATE',
    accepts: 'dates as YYYY-MM-DD',
    parse: dateIn,
    limits: 'none',
    feature: null,
  },
  timestamp: {
    sql: 'TIMESTAMP',
    accepts: 'times as YYYY-MM-DD HH:MM:SS, in UTC unless a zone is given',
    parse: timestampIn,
    limits: 'none',
    feature: null,
  },
} as const satisfies Readonly<Record<string, ColumnTypeEntry>>

export type ColumnType = keyof typeof COLUMN_TYPES

type Table = typeof COLUMN_TYPES

/** The types of a feature. A blank boolean is a third value of its own, never true. */
export type FeatureType = {
  [Type in ColumnType]: Table[Type]['feature'] extends null ? never : Type
}[ColumnType]
