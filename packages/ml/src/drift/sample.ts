// One column of one period, cleaned and counted: finite numbers in order, or how often each level occurs.
import type { FeatureColumn } from '@weir/formats/dataset'
import { sortAscending } from '../statistics/sort.ts'

/** A value of a categorical sample. */
export type Level = string | number | boolean

export interface NumberSample {
  /** The finite numbers, ascending. */
  readonly values: Float64Array
  /** True where all rows hold whole numbers: what pandas has as integers. */
  readonly whole: boolean
  /** All rows, also those with no finite number. */
  readonly rows: number
}

export interface LevelSample {
  readonly counts: ReadonlyMap<Level, number>
  /** Rows with a level. */
  readonly known: number
  readonly rows: number
}

/** What the number column of @weir/tables has beside the rows: read without a call a row. */
interface TypedNumbers {
  readonly values: Float64Array
  readonly blanks: Uint8Array | null
}

/** A column of numbered levels of @weir/tables. */
interface CodedLevels {
  readonly codes: Uint8Array | Uint16Array | Uint32Array
  readonly levels: readonly string[]
  readonly blanks: Uint8Array | null
}

const isTyped = (column: object): column is TypedNumbers =>
  'values' in column && column.values instanceof Float64Array

const isCoded = (column: object): column is CodedLevels => 'codes' in column

/** O(n log n). @throws TypeError for a value that is neither a number nor null */
export function numberSample(column: FeatureColumn): NumberSample {
  const kept = new Float64Array(column.length)
  const { n, whole } = isTyped(column) ? keepTyped(column, kept) : keepAny(column, kept)
  return {
    values: sortAscending(kept.subarray(0, n)),
    whole: whole && n === kept.length,
    rows: kept.length,
  }
}

function keepTyped({ values, blanks }: TypedNumbers, kept: Float64Array) {
  let n = 0
  let whole = true
  for (let row = 0; row < values.length; row++) {
    if (blanks !== null && blanks[row] === 1) continue
    const value = values[row]
    if (!Number.isFinite(value)) continue
    if (whole && !Number.isInteger(value)) whole = false
    kept[n++] = value
  }
  return { n, whole }
}

function keepAny(column: FeatureColumn, kept: Float64Array) {
  let n = 0
  let whole = true
  for (const value of column) {
    if (value === null) continue
    if (typeof value !== 'number') throw new TypeError(`a numeric column holds ${typeof value}`)
    if (!Number.isFinite(value)) continue
    if (whole && !Number.isInteger(value)) whole = false
    kept[n++] = value
  }
  return { n, whole }
}

/** Linear in rows. */
export function levelSample(column: FeatureColumn): LevelSample {
  const counts = isCoded(column) ? countCodes(column) : countAny(column)
  let known = 0
  for (const count of counts.values()) known += count
  return { counts, known, rows: column.length }
}

function countCodes({ codes, levels, blanks }: CodedLevels): Map<Level, number> {
  const counts = new Float64Array(levels.length)
  for (let row = 0; row < codes.length; row++) {
    if (blanks === null || blanks[row] === 0) counts[codes[row]]++
  }
  const found = levels.map((level, code): [string, number] => [level, counts[code]])
  return new Map(found.filter(([, count]) => count > 0))
}

function countAny(column: FeatureColumn): Map<Level, number> {
  const counts = new Map<Level, number>()
  for (let row = 0; row < column.length; row++) {
    const value = column.at(row) ?? null
    if (value === null || Number.isNaN(value)) continue
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return counts
}
