// Rows of columns: some of them in place, a few of them as objects.
import type { FeatureColumn, FeatureColumns, FeatureRow, FeatureValue } from '@weir/formats/dataset'

/** Some rows of a column, in an order of their own; nothing is copied. */
class PickedColumn implements FeatureColumn {
  readonly #column: FeatureColumn
  readonly #positions: readonly number[]

  constructor(column: FeatureColumn, positions: readonly number[]) {
    this.#column = column
    this.#positions = positions
  }

  get length(): number {
    return this.#positions.length
  }

  at(row: number): FeatureValue | undefined {
    const position = this.#positions[row]
    return position === undefined ? undefined : this.#column.at(position)
  }

  *[Symbol.iterator](): Iterator<FeatureValue> {
    for (const position of this.#positions) yield this.#column.at(position) ?? null
  }
}

/** The columns of the rows at the given positions. */
export function pickRows(columns: FeatureColumns, positions: readonly number[]): FeatureColumns {
  const picked = Object.entries(columns).map(([name, column]) => [
    name,
    new PickedColumn(column, positions),
  ])
  return Object.fromEntries(picked)
}

/** The rows at the given positions as objects; for a few, such as examples. */
export function rowsAt(columns: FeatureColumns, positions: readonly number[]): FeatureRow[] {
  const entries = Object.entries(columns)
  return positions.map((at) =>
    Object.fromEntries(entries.map(([name, column]) => [name, column.at(at) ?? null])),
  )
}

/**
 * How many rows the columns have; 0 where there is no column.
 * @throws RangeError where they differ
 */
export function rowCount(columns: FeatureColumns): number {
  const [first, ...others] = Object.entries(columns)
  if (first === undefined) return 0
  const rows = first[1].length
  const other = others.find(([, column]) => column.length !== rows)
  if (other === undefined) return rows
  throw new RangeError(`${first[0]} has ${rows} rows, ${other[0]} ${other[1].length}`)
}
