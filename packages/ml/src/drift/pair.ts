// The two samples of one column, cleaned: what every drift statistic reads.
import type { ColumnKind } from '@weir/formats/artifacts'
import type { FeatureColumn } from '@weir/formats/dataset'

/** A value of a categorical sample. */
export type Level = string | number | boolean

/** Finite numbers, ascending. */
export interface NumericPair {
  readonly kind: 'numeric'
  /** True where both sides are whole numbers with nothing missing: what pandas holds as integers. */
  readonly whole: boolean
  readonly reference: Float64Array
  readonly current: Float64Array
}

/** Levels in the order of the rows. */
export interface CategoricalPair {
  readonly kind: 'categorical'
  readonly reference: readonly Level[]
  readonly current: readonly Level[]
}

export type Pair = NumericPair | CategoricalPair

/** The finite numbers, ascending. @throws TypeError for a value that is neither a number nor null */
function numbers(values: FeatureColumn): Float64Array {
  const kept = new Float64Array(values.length)
  let n = 0
  for (const value of values) {
    if (value === null) continue
    if (typeof value !== 'number') throw new TypeError(`a numeric column holds ${typeof value}`)
    if (Number.isFinite(value)) kept[n++] = value
  }
  return kept.subarray(0, n).sort()
}

function levels(values: FeatureColumn): Level[] {
  const known: Level[] = []
  for (const value of values) if (value !== null && !Number.isNaN(value)) known.push(value)
  return known
}

function isWhole(values: FeatureColumn): boolean {
  for (const value of values) if (!Number.isInteger(value)) return false
  return true
}

function numericPair(reference: FeatureColumn, current: FeatureColumn): NumericPair {
  return {
    kind: 'numeric',
    whole: isWhole(reference) && isWhole(current),
    reference: numbers(reference),
    current: numbers(current),
  }
}

/** Drops missing values, and of numbers the infinite ones too; sorts numbers. O(n log n). */
export function pairOf(kind: ColumnKind, reference: FeatureColumn, current: FeatureColumn): Pair {
  return kind === 'numeric'
    ? numericPair(reference, current)
    : { kind, reference: levels(reference), current: levels(current) }
}
