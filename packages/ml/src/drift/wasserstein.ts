// The Wasserstein distance of two samples, in standard deviations of the reference.
import { moments } from '../statistics/moments.ts'
import type { NumericPair } from './pair.ts'

/** Least divisor: a reference that hardly varies does not blow the distance up without end. */
const LEAST_DEVIATION = 0.001

/**
 * W₁, the area between the two distribution functions (scipy's `wasserstein_distance`), divided by
 * max(population standard deviation of the reference, 0.001).
 */
export function wasserstein(pair: NumericPair): number {
  const { reference, current } = pair
  const area = areaBetween(reference, current)
  const deviation = Math.sqrt(moments(reference).variance)
  // Of numbers whose squares overflow nothing can be said in standard deviations.
  if (deviation === Number.POSITIVE_INFINITY) return Number.NaN
  return area / Math.max(deviation, LEAST_DEVIATION)
}

/** W₁ of two ascending samples, in one pass over both. */
function areaBetween(a: Float64Array, b: Float64Array): number {
  const [n1, n2] = [a.length, b.length]
  const [share1, share2] = [1 / n1, 1 / n2]
  let [i, j, area] = [0, 0, 0]
  let x = Math.min(a[0], b[0])
  while (i < n1 || j < n2) {
    while (i < n1 && a[i] <= x) i++
    while (j < n2 && b[j] <= x) j++
    const next = i < n1 && (j >= n2 || a[i] < b[j]) ? a[i] : j < n2 ? b[j] : x
    area += Math.abs(i * share1 - j * share2) * (next - x)
    x = next
  }
  return area
}
