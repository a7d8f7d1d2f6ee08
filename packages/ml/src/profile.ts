// The reference profile: what each column of the training data looked like, in few figures.
import type { ColumnProfile, NumericFigures } from '@weir/formats/bundle'
import type { FeatureRow, FeatureSpec, FeatureValue } from '@weir/formats/dataset'
import { quantiles } from './encoding/quantiles.ts'
import { moments } from './statistics/moments.ts'

const SHARES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
const BINS = 20

/** The profile of each feature over some rows, in the order of the features. */
export function profileOf(
  features: readonly FeatureSpec[],
  rows: readonly FeatureRow[],
): ColumnProfile[] {
  return features.map(({ name, type }) => {
    const values = rows.map((row) => row[name] ?? null)
    const known = values.filter((value) => value !== null)
    const head = { column: name, type, n: values.length, missing: values.length - known.length }
    if (type === 'boolean' || type === 'category') return { ...head, shares: sharesOf(known) }
    return { ...head, numeric: figuresOf(known.filter((value) => typeof value === 'number')) }
  })
}

function sharesOf(known: readonly FeatureValue[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const value of known) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
  const levels = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(levels.map(([level, count]) => [level, count / known.length]))
}

function figuresOf(known: readonly number[]): NumericFigures | null {
  if (known.length === 0) return null
  const { mean, variance } = moments(Float64Array.from(known))
  const [min = 0, ...rest] = quantiles(known, [0, ...SHARES, 1])
  const max = rest.at(-1) ?? min
  const inner = Object.fromEntries(SHARES.map((share, i) => [String(share), rest[i] ?? min]))
  return {
    mean,
    sd: Math.sqrt(variance),
    min,
    max,
    quantiles: inner,
    histogram: bins(known, min, max),
  }
}

function bins(known: readonly number[], min: number, max: number): number[] {
  const counts = new Array<number>(BINS).fill(0)
  for (const value of known) {
    const place = max > min ? ((value - min) / (max - min)) * BINS : 0
    const bin = Math.min(BINS - 1, Math.floor(place))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts
}
