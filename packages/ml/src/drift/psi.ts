// The population stability index.
import { fillZeros, type Shares } from './binning.ts'

/** Σ (r − c) ln(r / c) over shares whose zeros are filled. */
export function psi(shares: Shares): number {
  const { reference, current } = fillZeros(shares)
  return reference.reduce((sum, r, i) => {
    const c = current[i]
    return sum + (r - c) * Math.log(r / c)
  }, 0)
}
