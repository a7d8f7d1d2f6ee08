// Quantiles of a sample.
import type { FeatureColumn } from '@weir/formats/dataset'

/** The numbers of a column in the order of its rows; blanks are left out. */
export function knownNumbers(column: FeatureColumn): Float64Array {
  const known = new Float64Array(column.length)
  let n = 0
  for (let row = 0; row < column.length; row++) {
    const value = column.at(row)
    if (typeof value === 'number') known[n++] = value
  }
  return known.slice(0, n)
}

/**
 * Quantiles at the given shares (0 to 1), by linear interpolation of the order statistics:
 * R's type 7, numpy's default. An empty sample has none: NaN.
 */
export function quantiles(values: ArrayLike<number>, shares: readonly number[]): number[] {
  return sortedQuantiles(Float64Array.from(values).sort(), shares)
}

/** The same of ascending values. */
export function sortedQuantiles(sorted: Float64Array, shares: readonly number[]): number[] {
  return shares.map((share) => {
    const place = share * (sorted.length - 1)
    const below = sorted[Math.floor(place)] ?? Number.NaN
    const above = sorted[Math.ceil(place)] ?? Number.NaN
    return below + (place - Math.floor(place)) * (above - below)
  })
}
