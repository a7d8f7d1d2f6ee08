// The Kullback–Leibler divergence.
import { fillZeros, type Shares } from './binning.ts'

function normalise(shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / total)
}

/** Σ r ln(r / c), reference first, over shares whose zeros are filled and which then sum to 1 again. */
export function klDivergence(shares: Shares): number {
  const filled = fillZeros(shares)
  const current = normalise(filled.current)
  return normalise(filled.reference).reduce((sum, r, i) => sum + r * Math.log(r / current[i]), 0)
}
