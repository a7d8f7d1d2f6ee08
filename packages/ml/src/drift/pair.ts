// The two samples of one column, cleaned: what every drift statistic reads.
import type { ColumnKind } from '@weir/formats/artifacts'
import type { FeatureColumn } from '@weir/formats/dataset'
import { type Level, type LevelSample, levelSample, numberSample } from './sample.ts'

/** How many values each side has, and how many rows with the blank ones. */
interface Sizes {
  readonly nRef: number
  readonly nCur: number
  readonly rowsRef: number
  readonly rowsCur: number
}

/** Finite numbers, ascending. */
export interface NumericPair extends Sizes {
  readonly kind: 'numeric'
  /** True where both sides are whole numbers with nothing missing: what pandas holds as integers. */
  readonly whole: boolean
  readonly reference: Float64Array
  readonly current: Float64Array
}

/** How often each level occurs. */
export interface CategoricalPair extends Sizes {
  readonly kind: 'categorical'
  readonly reference: ReadonlyMap<Level, number>
  readonly current: ReadonlyMap<Level, number>
}

export type Pair = NumericPair | CategoricalPair

/** Drops missing values, and of numbers the infinite ones too; sorts numbers, counts levels. O(n log n). */
export function pairOf(kind: ColumnKind, reference: FeatureColumn, current: FeatureColumn): Pair {
  return kind === 'numeric'
    ? numericPair(reference, current)
    : categoricalPair(levelSample(reference), levelSample(current))
}

function numericPair(reference: FeatureColumn, current: FeatureColumn): NumericPair {
  const [before, now] = [numberSample(reference), numberSample(current)]
  return {
    kind: 'numeric',
    whole: before.whole && now.whole,
    reference: before.values,
    current: now.values,
    nRef: before.values.length,
    nCur: now.values.length,
    rowsRef: before.rows,
    rowsCur: now.rows,
  }
}

function categoricalPair(before: LevelSample, now: LevelSample): CategoricalPair {
  return {
    kind: 'categorical',
    reference: before.counts,
    current: now.counts,
    nRef: before.known,
    nCur: now.known,
    rowsRef: before.rows,
    rowsCur: now.rows,
  }
}
