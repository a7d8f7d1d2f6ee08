// Quantiles of a sample.

/**
 * Quantiles at the given shares (0 to 1), by linear interpolation of the order statistics:
 * R's type 7, numpy's default. An empty sample has none: NaN.
 */
export function quantiles(values: readonly number[], shares: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort()
  return shares.map((share) => {
    const place = share * (sorted.length - 1)
    const below = sorted[Math.floor(place)] ?? Number.NaN
    const above = sorted[Math.ceil(place)] ?? Number.NaN
    return below + (place - Math.floor(place)) * (above - below)
  })
}
