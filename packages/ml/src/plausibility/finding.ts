// What makes a period suspicious: one figure that is not as the periods before let expect.
import type { ColumnLimits, TableLimits } from '@weir/formats/plausible-schema'

/** The figures that are looked at; a limit of the data set's definition has the same name. */
export type Figure =
  | keyof TableLimits
  | keyof ColumnLimits
  | 'label_rate'
  | 'constant'
  | 'swapped'
  | 'repeat'

/** One thing about a period that a person should look at. */
export interface Finding {
  readonly figure: Figure
  /** Null where it is of the whole period. */
  readonly table: string | null
  /** Null where it is of the whole table. */
  readonly column: string | null
  /** For people: `4,695 to 10,565 rows`. */
  readonly expected: string
  /** For people: `3,521 rows`. */
  readonly found: string
  /** Whether it is about the labels, which come later than the rest of the period. */
  readonly ofLabels: boolean
}

/** A number for people: up to four digits that count, thousands set apart. */
export function shown(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(4)))
}

/** A share for people. */
export function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`
}
