// Apache Arrow: columns as an Arrow table and back, and Feather files, which are Arrow's IPC format.
import { readFile } from 'node:fs/promises'
import { StageError } from '@weir/base'
import type { DataType, Table, Vector } from 'apache-arrow'
import {
  BigIntColumn,
  type Blanks,
  BooleanColumn,
  type Column,
  type Columns,
  DateColumn,
  LevelColumn,
  NumberColumn,
  TextColumn,
} from './column.ts'
import { bigint64 } from './column-problems.ts'

type Arrow = typeof import('apache-arrow')

const DAY_MS = 86_400_000
const MAGIC = Buffer.from('ARROW1')

/** Columns as an Arrow table: integers are Int64, dates Date32, timestamps of milliseconds, levels a dictionary. */
export async function toArrow({ columns }: Columns): Promise<Table> {
  const arrow = await import('apache-arrow')
  const vectors = [...columns].map(([name, column], at) => [name, vectorOf(arrow, column, at)])
  return new arrow.Table(Object.fromEntries(vectors))
}

/** The bytes of a Feather file; not compressed, so that every reader takes it. */
export async function featherOf(columns: Columns): Promise<Uint8Array> {
  const { tableToIPC } = await import('apache-arrow')
  return tableToIPC(await toArrow(columns), 'file')
}

function vectorOf(arrow: Arrow, column: Column, at: number): Vector {
  if (column instanceof TextColumn) return arrow.vectorFromArray(column.values, new arrow.Utf8())
  if (column instanceof BooleanColumn) return arrow.vectorFromArray([...column], new arrow.Bool())
  const { length } = column
  const nulls = nullsOf(column.blanks)
  if (column instanceof LevelColumn) {
    // The number of the dictionary stands in the file: by default it would count up with each table of the process.
    const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), at)
    const dictionary = arrow.vectorFromArray(column.levels, new arrow.Utf8())
    const data = Int32Array.from(column.codes)
    return arrow.makeVector(arrow.makeData({ type, length, ...nulls, data, dictionary }))
  }
  if (column instanceof DateColumn) return dateVector(arrow, column, nulls)
  if (column instanceof BigIntColumn || column.kind === 'integer') {
    const data = int64(column)
    return arrow.makeVector(arrow.makeData({ type: new arrow.Int64(), length, ...nulls, data }))
  }
  const data = column.values
  return arrow.makeVector(arrow.makeData({ type: new arrow.Float64(), length, ...nulls, data }))
}

function dateVector(
  arrow: Arrow,
  { kind, values, length }: DateColumn,
  nulls: ReturnType<typeof nullsOf>,
): Vector {
  if (kind === 'date') {
    const data = Int32Array.from(values, (time) => Math.floor(time / DAY_MS))
    return arrow.makeVector(arrow.makeData({ type: new arrow.DateDay(), length, ...nulls, data }))
  }
  const data = BigInt64Array.from(values, (time) => BigInt(Math.floor(time)))
  const type = new arrow.TimestampMillisecond()
  return arrow.makeVector(arrow.makeData({ type, length, ...nulls, data }))
}

/** The value of a blank row is arbitrary, and may be no integer. */
function int64(column: NumberColumn | BigIntColumn): BigInt64Array {
  if (column instanceof BigIntColumn) return column.values
  return BigInt64Array.from(column.values, (value, row) =>
    column.at(row) === null ? 0n : BigInt(value),
  )
}

/** Arrow marks values by a bit each, DuckDB's columns here blanks by a byte. */
function nullsOf(blanks: Blanks): { nullCount: number; nullBitmap?: Uint8Array } {
  if (blanks === null) return { nullCount: 0 }
  const nullBitmap = new Uint8Array(Math.ceil(blanks.length / 8))
  let nullCount = 0
  for (const [row, blank] of blanks.entries()) {
    nullCount += blank
    if (blank === 0) nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) | (1 << (row & 7))
  }
  return { nullCount, nullBitmap }
}

/**
 * The columns of a Feather file.
 * @throws StageError TABLE_COMPRESSED, COLUMN_TYPE; whatever else Arrow cannot read is its own error
 */
export async function readFeather(path: string): Promise<Columns> {
  const { tableFromIPC } = await import('apache-arrow')
  const bytes = await readFile(path)
  if (isCut(bytes)) throw new RangeError('the file ends before its time')
  try {
    return await fromArrow(tableFromIPC(bytes))
  } catch (error) {
    if (!/codec/i.test(String(error))) throw error
    throw new StageError('TABLE_COMPRESSED', 'the Feather file is compressed', {
      where: path,
      hint: "write it with df.to_feather(path, compression='uncompressed'), or as Parquet",
    })
  }
}

/** True for a truncated file, of which Arrow would silently read a part: a whole one ends with the bytes it begins with. */
function isCut(bytes: Buffer): boolean {
  if (bytes.length < 2 * MAGIC.length) return true
  const isFile = bytes.subarray(0, MAGIC.length).equals(MAGIC)
  return isFile && !bytes.subarray(-MAGIC.length).equals(MAGIC)
}

/**
 * The columns of an Arrow table. Integers of 64 bits are bigints here.
 * @throws StageError COLUMN_TYPE
 */
export async function fromArrow(table: Table): Promise<Columns> {
  const { DataType } = await import('apache-arrow')
  const columns = table.schema.fields.map(({ name, type }, at): [string, Column] => {
    const vector = table.getChildAt(at)
    if (vector === null) throw new RangeError(`no column ${at}`)
    return [name, columnOf(DataType, name, type, vector)]
  })
  return { rows: table.numRows, columns: new Map(columns) }
}

function columnOf(is: typeof DataType, name: string, type: DataType, vector: Vector): Column {
  const blank = blanksOf(vector)
  const numbers = () => Float64Array.from(vector, (value) => Number(value ?? 0))
  if (is.isBool(type)) {
    return new BooleanColumn(
      Uint8Array.from(vector, (value) => (value === true ? 1 : 0)),
      blank,
    )
  }
  if (is.isInt(type) && type.bitWidth === 64) {
    return new BigIntColumn(
      // Unsigned integers of 64 bits may be too large.
      BigInt64Array.from(vector, (value, row) => bigint64(name, row, BigInt(value ?? 0))),
      blank,
    )
  }
  if (is.isInt(type)) return new NumberColumn('integer', numbers(), blank)
  if (is.isFloat(type)) return new NumberColumn('number', numbers(), blank)
  if (is.isDate(type)) return new DateColumn('date', numbers(), blank)
  if (is.isTimestamp(type)) return new DateColumn('timestamp', numbers().map(Math.floor), blank)
  const inner = is.isDictionary(type) ? type.dictionary : type
  if (is.isUtf8(inner) || is.isLargeUtf8(inner) || is.isUtf8View(inner) || is.isNull(inner)) {
    return new TextColumn(Array.from(vector, (value) => (value === null ? null : String(value))))
  }
  throw new StageError(
    'COLUMN_TYPE',
    `${name} is of Arrow’s type ${type}, which no column can hold`,
    {
      where: `column ${name}`,
      hint: 'leave it out, or write it as text, a number or a date',
    },
  )
}

function blanksOf(vector: Vector): Blanks {
  if (vector.nullCount === 0) return null
  return Uint8Array.from({ length: vector.length }, (_, row) => (vector.isValid(row) ? 0 : 1))
}
