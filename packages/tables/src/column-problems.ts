// Refuses values and names that DuckDB or Arrow would reject or silently change.
import { StageError } from '@weir/base'

/**
 * The integer itself: a typed array would keep its last 64 bits only, and say nothing.
 * @throws StageError COLUMN_TYPE
 */
export function bigint64(column: string, row: number, value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value
  throw unheld(column, row, `${value}, an integer of more than 64 bits`)
}

/**
 * Milliseconds since 1970 of a date.
 * @throws StageError COLUMN_TYPE
 */
export function timeOf(column: string, row: number, date: Date): number {
  const time = date.getTime()
  if (!Number.isNaN(time)) return time
  throw unheld(column, row, 'an invalid date')
}

function unheld(column: string, row: number, what: string): StageError {
  return new StageError('COLUMN_TYPE', `${column} holds ${what}, which no column can hold`, {
    where: `column ${column}, row ${row + 1}`,
    hint: 'leave it blank, or write the column as text or as numbers',
  })
}

/**
 * Checks the names of a table's columns: there is one, none is empty, and no two differ only in case, which DuckDB
 * takes for one name.
 * @throws StageError COLUMN_NAME
 */
export function checkColumnNames(names: readonly string[]): void {
  if (names.length === 0) throw misnamed('the table has no columns', 'table')
  const seen = new Map<string, string>()
  for (const [at, name] of names.entries()) {
    if (name === '') throw misnamed('a column has no name', `column ${at + 1}`)
    const other = seen.get(name.toLowerCase())
    if (other !== undefined) {
      throw misnamed(`the names ${other} and ${name} are one, but for case`, `column ${name}`)
    }
    seen.set(name.toLowerCase(), name)
  }
}

function misnamed(message: string, where: string): StageError {
  const hint = 'give every column a name of its own; capitals make no difference'
  return new StageError('COLUMN_NAME', message, { where, hint })
}
