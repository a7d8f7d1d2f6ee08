// The Jensen–Shannon distance of two distributions.
import type { Shares } from './binning.ts'

const part = (p: number, mean: number): number => (p === 0 ? 0 : p * Math.log(p / mean))

/**
 * √((KL(r‖m) + KL(c‖m)) / 2) with m = (r + c) / 2 and the natural logarithm, as scipy's
 * `spatial.distance.jensenshannon`: 0 for equal shares, √ln 2 = .8326 for shares with no common bin.
 */
export function jensenShannon({ reference, current }: Shares): number {
  let sum = 0
  for (const [i, r] of reference.entries()) {
    const c = current[i]
    sum += part(r, (r + c) / 2) + part(c, (r + c) / 2)
  }
  return Math.sqrt(Math.max(0, sum / 2))
}
