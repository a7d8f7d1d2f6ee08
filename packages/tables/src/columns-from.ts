// Columns from what a program holds: an Arquero table, an Arrow table, or arrays by name.
import { StageError } from '@weir/base'
import type { Table as ArrowTable } from 'apache-arrow'
import type { ColumnTable } from 'arquero'
import { fromArrow } from './arrow.ts'
import {
  BigIntColumn,
  type Blanks,
  BooleanColumn,
  type Column,
  type ColumnKind,
  type Columns,
  type ColumnValue,
  DateColumn,
  NumberColumn,
  TextColumn,
} from './column.ts'
import { bigint64, timeOf } from './column-problems.ts'

/** Values by row, of any make. */
type Values = Iterable<unknown> & { readonly length: number }

/** What can be written as a table. */
export type TableData = Columns | ColumnTable | ArrowTable | Readonly<Record<string, Values>>

/**
 * The columns of a table of any make. Of an Arquero table the rows that it shows, in its order. A number is a
 * double; a column that was read as integers, dates or timestamps stays one.
 * @throws StageError COLUMN_MIXED, COLUMN_TYPE, COLUMN_LENGTH
 */
export async function columnsFrom(data: TableData): Promise<Columns> {
  if (isColumns(data)) return data
  if (isArquero(data)) return fromArquero(data)
  if (isArrow(data)) return fromArrow(data)
  return fromValues(Object.entries(data).map(([column, values]) => ({ column, values })))
}

function isColumns(data: TableData): data is Columns {
  return 'columns' in data && data.columns instanceof Map && typeof data.rows === 'number'
}

function isArquero(data: TableData): data is ColumnTable {
  return 'columnNames' in data && typeof data.columnNames === 'function' && 'getter' in data
}

function isArrow(data: TableData): data is ArrowTable {
  return 'schema' in data && 'getChild' in data && typeof data.getChild === 'function'
}

/** The values of a column, and its kind where that is known. */
interface NamedValues {
  readonly column: string
  readonly values: Values
  readonly kind?: ColumnKind
}

function fromArquero(table: ColumnTable): Columns {
  return fromValues(
    table.columnNames().map((column) => {
      const value = table.getter(column)
      const rows = Array.from({ length: table.numRows() }, (_, row) => value(row))
      const known: unknown = table.column(column)
      return { column, values: rows, ...(isTyped(known) && { kind: known.kind }) }
    }),
  )
}

function isTyped(column: unknown): column is Column {
  return [BooleanColumn, NumberColumn, BigIntColumn, TextColumn, DateColumn].some(
    (type) => column instanceof type,
  )
}

function fromValues(all: readonly NamedValues[]): Columns {
  const rows = all[0]?.values.length ?? 0
  const other = all.find(({ values }) => values.length !== rows)
  if (other !== undefined) {
    throw new StageError('COLUMN_LENGTH', `${other.column} has ${other.values.length} rows`, {
      where: `column ${other.column}`,
      hint: `the columns before it have ${rows}; all columns of a table have the same`,
    })
  }
  return { rows, columns: new Map(all.map((values) => [values.column, typedColumn(values)])) }
}

/** A column of values that are all of one kind, or blank (null, undefined). */
function typedColumn({ column, values, kind: known }: NamedValues): Column {
  const list = Array.from(values, (value) => value ?? null)
  const kind = known ?? kindOf(column, list)
  const blank = blanksOf(list)
  const value = <T extends ColumnValue>(row: number, is: (value: unknown) => value is T, none: T) =>
    checked(column, row, list[row], is, none)
  switch (kind) {
    case 'boolean':
      return new BooleanColumn(
        Uint8Array.from(list, (_, row) => (value(row, isBoolean, false) ? 1 : 0)),
        blank,
      )
    case 'bigint':
      return new BigIntColumn(
        BigInt64Array.from(list, (_, row) => bigint64(column, row, value(row, isBigint, 0n))),
        blank,
      )
    case 'integer':
    case 'number':
      return new NumberColumn(
        kind,
        Float64Array.from(list, (_, row) => value(row, isNumber, 0)),
        blank,
      )
    case 'date':
    case 'timestamp': {
      const none = new Date(0)
      const times = Float64Array.from(list, (_, row) =>
        timeOf(column, row, value(row, isDate, none)),
      )
      return new DateColumn(kind, times, blank)
    }
    case 'text':
      return new TextColumn(
        list.map((cell, row) => (cell === null ? null : value(row, isText, ''))),
      )
  }
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isNumber = (value: unknown): value is number => typeof value === 'number'
const isBigint = (value: unknown): value is bigint => typeof value === 'bigint'
const isText = (value: unknown): value is string => typeof value === 'string'
const isDate = (value: unknown): value is Date => value instanceof Date

/** The kind of the first value that is no blank; a column of blanks is text. */
function kindOf(column: string, list: readonly unknown[]): ColumnKind {
  const row = list.findIndex((value) => value !== null)
  if (row < 0) return 'text'
  const first = list[row]
  if (isBoolean(first)) return 'boolean'
  if (isNumber(first)) return 'number'
  if (isBigint(first)) return 'bigint'
  if (isText(first)) return 'text'
  if (isDate(first)) return 'timestamp'
  throw new StageError(
    'COLUMN_TYPE',
    `${column} holds ${typeOf(first)}, which no column can hold`,
    {
      where: `column ${column}, row ${row + 1}`,
      hint: 'a table holds numbers, texts, booleans, bigints and dates',
    },
  )
}

function blanksOf(list: readonly unknown[]): Blanks {
  return list.includes(null) ? Uint8Array.from(list, (value) => (value === null ? 1 : 0)) : null
}

function checked<T>(
  column: string,
  row: number,
  value: unknown,
  is: (value: unknown) => value is T,
  none: T,
): T {
  if (value === null) return none
  if (is(value)) return value
  throw new StageError('COLUMN_MIXED', `${column} holds values of more than one type`, {
    where: `column ${column}, row ${row + 1}`,
    hint: `this one is ${typeOf(value)}, those before are not`,
  })
}

function typeOf(value: unknown): string {
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
