// The reference profile: what each column of the training data looked like, in few figures.
import type { ColumnProfile, NumericFigures } from '@weir/formats/bundle'
import {
  type FeatureColumn,
  type FeatureColumns,
  type FeatureSpec,
  useOf,
} from '@weir/formats/dataset'
import { knownNumbers, quantiles } from './encoding/quantiles.ts'
import { moments } from './statistics/moments.ts'

const SHARES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
const BINS = 20

/** The profile of each feature over the rows of some columns, in the order of the features. */
export function profileOf(
  features: readonly FeatureSpec[],
  columns: FeatureColumns,
): ColumnProfile[] {
  return features.map(({ name, type }) => {
    const column = columns[name] ?? []
    const known = countKnown(column)
    const head = { column: name, type, n: column.length, missing: column.length - known }
    if (useOf(type).kind === 'categorical') {
      return { ...head, shares: sharesOf(column, known) }
    }
    return { ...head, numeric: figuresOf(knownNumbers(column)) }
  })
}

function countKnown(column: FeatureColumn): number {
  let known = 0
  for (const value of column) if (value !== null) known++
  return known
}

function sharesOf(column: FeatureColumn, known: number): Record<string, number> {
  const counts = new Map<string, number>()
  for (const value of column) {
    if (value !== null) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
  }
  const levels = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(levels.map(([level, count]) => [level, count / known]))
}

function figuresOf(known: Float64Array): NumericFigures | null {
  if (known.length === 0) return null
  const { mean, variance } = moments(known)
  const [min = 0, ...rest] = quantiles(known, [0, ...SHARES, 1])
  const max = rest.at(-1) ?? min
  const inner = Object.fromEntries(SHARES.map((share, i) => [String(share), rest[i]]))
  return {
    mean,
    sd: Math.sqrt(variance),
    min,
    max,
    quantiles: inner,
    histogram: bins(known, min, max),
  }
}

function bins(known: Float64Array, min: number, max: number): number[] {
  const counts = new Array<number>(BINS).fill(0)
  for (const value of known) {
    const place = max > min ? ((value - min) / (max - min)) * BINS : 0
    const bin = Math.min(BINS - 1, Math.floor(place))
    counts[bin]++
  }
  return counts
}
