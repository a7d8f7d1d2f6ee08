// The Kolmogorov–Smirnov test: exact up to 10,000 rows, asymptotic beyond, both as scipy 1.17.
import { describe, expect, it } from 'vitest'
import { ks, ksStatistic } from '../../src/drift/ks.ts'
import { type NumericPair, pairOf } from '../../src/drift/pair.ts'

/** Quadratic residues: the same whole numbers here and in Python, without a file. */
const sample = (n: number, factor: number, shift: number): number[] =>
  Array.from({ length: n }, (_, i) => ((factor * (i + 1) * (i + 1)) % 10007) + shift)

function pairWith(n1: number, n2: number, shift: number): NumericPair {
  const pair = pairOf('numeric', sample(n1, 7, 0), sample(n2, 13, shift))
  if (pair.kind === 'categorical') throw new Error('numbers are numeric')
  return pair
}

describe('ks', () => {
  // from scipy import stats
  // s = lambda n, a, d=0: [(i*i*a) % 10007 + d for i in range(1, n + 1)]
  // stats.ks_2samp(s(n1, 7), s(n2, 13, shift))
  it.each([
    [1000, 1000, 300, 0.048, 0.19957365535779528],
    [1000, 999, 300, 0.048787787787787786, 0.17384508207470528],
    [200, 7000, 500, 0.10942857142857143, 0.01760702866798485],
    [10000, 10000, 150, 0.0136, 0.31338762324335184],
    [10000, 9000, 100, 0.016577777777777778, 0.1460343924885787],
    [20000, 15000, 60, 0.01940000000000003, 0.0031143866918171142],
    [20000, 7, 2000, 0.7454000000000001, 0.0001590038692527175],
    [30000, 100, 900, 0.10299999999999998, 0.22333614290939446],
  ])('of %d and %d rows, shifted by %d', (n1, n2, shift, statistic, p) => {
    const pair = pairWith(n1, n2, shift)
    expect(ksStatistic(pair)).toBeCloseTo(statistic, 14)
    expect(Math.abs(ks(pair) - p)).toBeLessThanOrEqual(1e-8 * p)
  })

  it('is symmetric in its samples', () => {
    const pair = pairWith(300, 200, 700)
    const swapped: NumericPair = { ...pair, reference: pair.current, current: pair.reference }
    expect(ks(swapped)).toBeCloseTo(ks(pair), 13)
  })

  it('of samples that do not overlap is 2 ÷ C(n₁ + n₂, n₁)', () => {
    const pair = pairWith(5, 3, 20_000)
    expect(ks(pair)).toBeCloseTo(2 / 56, 15)
  })
})
