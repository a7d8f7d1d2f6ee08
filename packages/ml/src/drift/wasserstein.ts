// The Wasserstein distance of two samples, in standard deviations of the reference.
import { walkTogether } from '../statistics/ecdf.ts'
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
  let area = 0
  walkTogether(reference, current, (i, j, _x, width) => {
    area += Math.abs(i / reference.length - j / current.length) * width
  })
  const deviation = Math.sqrt(moments(reference).variance)
  // Of numbers whose squares overflow nothing can be said in standard deviations.
  if (deviation === Number.POSITIVE_INFINITY) return Number.NaN
  return area / Math.max(deviation, LEAST_DEVIATION)
}
