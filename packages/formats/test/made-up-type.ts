// A column type that Weir does not have: tests add it to the table, and to nothing else.
import type { COLUMN_TYPES, ColumnTypeEntry } from '../src/column-types.ts'

/** A day of the calendar; the model sees the days since 1970. */
const day: ColumnTypeEntry = {
  sql: 'DATE',
  accepts: 'days as YYYY-MM-DD',
  parse: (raw) => `TRY_CAST(trim(${raw}) AS DATE)`,
  limits: 'none',
  feature: {
    noun: 'a count of days',
    stored: /^DATE$/,
    read: (column) => `CAST(date_diff('day', DATE '1970-01-01', ${column}) AS DOUBLE)`,
    request: 'integer',
    answer: 'number',
    kind: 'numeric',
    block: 'number',
  },
}

/** The module of column types with one more: what `vi.mock` gives in its place. */
export function withDay(real: { readonly COLUMN_TYPES: typeof COLUMN_TYPES }) {
  return { ...real, COLUMN_TYPES: { ...real.COLUMN_TYPES, day } }
}

/** Days since 1970. */
export function daysTo(date: string): number {
  return Date.parse(date) / 86_400_000
}

/** Two columns of a table `people` as a definition has them, the second of the made-up type. */
export const MADE_UP = {
  name: 'people',
  entity: { key: 'id', table: 'people' },
  tables: {
    people: {
      columns: {
        id: { type: 'integer' },
        age: { type: 'integer' },
        since: { type: 'day', nullable: true },
        left: { type: 'boolean' },
      },
    },
  },
  label: { table: 'people', column: 'left' },
  views: { person: { table: 'people', features: ['age', 'since'] } },
}
