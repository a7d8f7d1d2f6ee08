// Rows as columns: tests write rows, the code reads columns.
import type { FeatureColumns, FeatureRow, FeatureValue } from '@weir/formats/dataset'

/** The columns of rows; by default those that the first row names. */
export function columnsOf(
  rows: readonly FeatureRow[],
  names: readonly string[] = Object.keys(rows[0] ?? {}),
): FeatureColumns {
  const valuesOf = (name: string): FeatureValue[] => rows.map((row) => row[name] ?? null)
  return Object.fromEntries(names.map((name) => [name, valuesOf(name)]))
}
