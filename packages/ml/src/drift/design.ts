// Columns of any kind as standardised numbers for a regression between two periods.
import type { FeatureColumn } from '@weir/formats/dataset'
import { moments } from '../statistics/moments.ts'

/** Rows of both periods, the reference first; all lists run together. */
export interface MixedRows {
  readonly columns: readonly {
    readonly name: string
    readonly numeric: boolean
    readonly values: FeatureColumn
  }[]
  /** 1 for the current period. */
  readonly period: ArrayLike<0 | 1>
  /** Rows of one entity have one fold, 0 to FOLDS − 1, so that nobody is recognised across the periods. */
  readonly fold: ArrayLike<number>
}

/** One column of the regression: mean 0 and standard deviation 1 over the rows. */
export interface DesignColumn {
  readonly name: string
  readonly values: Float64Array
}

/** Levels of a category beyond these are left out: they are the reference of the others. */
const MOST_LEVELS = 8
/** Standardised values end here, so that one wild row does not rule the fit. */
const FARTHEST = 4

/** The columns with their blanks and levels; those that do not vary are left out. */
export function designColumns({ columns }: MixedRows, most: number): DesignColumn[] {
  const found: DesignColumn[] = []
  for (const { name, numeric, values } of columns) {
    const own = numeric ? ofNumbers(name, values) : ofLevels(name, values)
    found.push(...own.flatMap(standardised))
    if (found.length >= most) break
  }
  return found.slice(0, most)
}

function ofNumbers(name: string, column: FeatureColumn): DesignColumn[] {
  const values = new Float64Array(column.length)
  const blank = new Float64Array(column.length)
  let [sum, n] = [0, 0]
  for (let row = 0; row < column.length; row++) {
    const value = column.at(row)
    if (typeof value === 'number' && Number.isFinite(value)) {
      values[row] = value
      sum += value
      n++
    } else blank[row] = 1
  }
  for (let row = 0; row < values.length; row++) if (blank[row] === 1) values[row] = sum / n
  return [
    { name, values },
    { name: `${name} blank`, values: blank },
  ]
}

function ofLevels(name: string, column: FeatureColumn): DesignColumn[] {
  const counts = new Map<unknown, number>()
  for (let row = 0; row < column.length; row++) {
    const value = column.at(row) ?? null
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const order = [...counts].sort(([a, n], [b, m]) => m - n || (String(a) < String(b) ? -1 : 1))
  // The commonest level needs no column: it is where all others are 0.
  return order.slice(1, 1 + MOST_LEVELS).map(([level]) => ({
    name: `${name}=${level === null ? 'blank' : String(level)}`,
    values: Float64Array.from({ length: column.length }, (_, row) =>
      (column.at(row) ?? null) === level ? 1 : 0,
    ),
  }))
}

function standardised({ name, values }: DesignColumn): DesignColumn[] {
  const { mean, variance } = moments(values)
  const deviation = Math.sqrt(variance)
  if (!(deviation > 1e-12 * Math.abs(mean)) || !Number.isFinite(deviation)) return []
  const within = (z: number): number => Math.max(-FARTHEST, Math.min(FARTHEST, z))
  return [{ name, values: values.map((value) => within((value - mean) / deviation)) }]
}

/** Of more columns than these the first ones are paired: pairs grow with their square. */
const MOST_PAIRED = 60

/** The products of two columns whose correlation differs most between the periods, over the rows that may be seen. */
export function pairedTerms(
  columns: readonly DesignColumn[],
  period: MixedRows['period'],
  seen: readonly number[],
  most: number,
): DesignColumn[] {
  const paired = columns.slice(0, MOST_PAIRED)
  const found: { a: DesignColumn; b: DesignColumn; difference: number }[] = []
  for (const [i, a] of paired.entries()) {
    for (const b of paired.slice(i + 1)) {
      found.push({ a, b, difference: Math.abs(productDifference(a, b, period, seen)) })
    }
  }
  return found
    .sort((one, other) => other.difference - one.difference)
    .slice(0, Math.max(0, most))
    .flatMap(({ a, b }) =>
      standardised({
        name: `${a.name} × ${b.name}`,
        values: a.values.map((value, row) => value * b.values[row]),
      }),
    )
}

/** Mean product in the current period minus that in the reference. */
function productDifference(
  a: DesignColumn,
  b: DesignColumn,
  period: MixedRows['period'],
  seen: readonly number[],
): number {
  let [now, before, n] = [0, 0, 0]
  for (const row of seen) {
    const product = a.values[row] * b.values[row]
    if (period[row] === 1) {
      now += product
      n++
    } else before += product
  }
  return now / n - before / (seen.length - n)
}
