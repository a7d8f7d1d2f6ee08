// The special functions agree with scipy 1.17 to ten digits and more.
import { describe, expect, it } from 'vitest'
import { chiSquareSf } from '../../src/statistics/chi-square.ts'
import { logGamma } from '../../src/statistics/gamma.ts'
import { kolmogorovSf } from '../../src/statistics/kolmogorov.ts'
import { normalTwoSided, Z_95 } from '../../src/statistics/normal.ts'
import { smirnovSf } from '../../src/statistics/smirnov.ts'
import { studentTwoSided } from '../../src/statistics/student.ts'

/** Expects agreement within a relative error. */
function near(actual: number, expected: number, relative = 1e-10): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected) + 1e-300)
}

// Each table below is printed by python3 -c "from scipy import stats, special; print(CALL)"
// with the CALL named above it.

describe('logGamma', () => {
  // special.gammaln(x)
  it.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [2.5, 0.2846828704729192],
    [10, 12.801827480081469],
    [171.5, 709.1431630309283],
    [1e6, 12815504.569147611],
  ])('of %d', (x, expected) => near(logGamma(x), expected, 1e-13))
})

describe('two-sided normal tail', () => {
  // 2 * stats.norm.sf(abs(z))
  it.each([
    [-3, 0.0026997960632601866],
    [-0.5, 0.6170750774519738],
    [0, 1],
    [0.1, 0.920344325445942],
    [1.96, 0.04999579029644087],
    [5, 5.733031437583866e-7],
    [10, 1.523970604832094e-23],
    [30, 9.813427854295816e-198],
  ])('beyond %d', (z, expected) => near(normalTwoSided(z), expected))

  it('is a twentieth beyond the bound of a 95 % interval', () => near(normalTwoSided(Z_95), 0.05))
})

describe('chi-square tail', () => {
  // stats.chi2.sf(x, df)
  it.each([
    [0.5, 1, 0.47950012218695337],
    [3.84, 1, 0.05004352124870519],
    [0, 3, 1],
    [7.8, 3, 0.050331097859853326],
    [100, 3, 1.5541594313896026e-21],
    [1000, 1000, 0.49405285382923964],
    [900, 1000, 0.9892827619087102],
    [1003000, 1e6, 0.017016772933266328],
  ])('beyond %d with %d degrees of freedom', (x, df, expected) => {
    near(chiSquareSf(x, df), expected, df > 1e5 ? 1e-8 : 1e-10)
  })
  it('is 0 beyond infinity', () => expect(chiSquareSf(Number.POSITIVE_INFINITY, 2)).toBe(0))
})

describe('Student’s t, both tails', () => {
  // 2 * stats.t.sf(t, df)
  it.each([
    [0, 5, 1],
    [0.1, 1, 0.936548965138893],
    [2, 3, 0.13932596855884305],
    [2, 14084, 0.04551943202578014],
    [10, 30, 4.575251408229618e-11],
    [40, 30, 1.3726045194406417e-27],
    [1e-9, 4, 0.99999999925],
  ])('beyond %d with %d degrees of freedom', (t, df, expected) => {
    near(studentTwoSided(t, df), expected)
    near(studentTwoSided(-t, df), expected)
  })
})

describe('Smirnov, one-sided', () => {
  // special.smirnov(n, x)
  it.each([
    [1, 0.3, 0.7],
    [5, 0.2, 0.58528],
    [10, 0.5, 0.003888705],
    [100, 0.1, 0.1265906584562817],
    [5000, 0.03, 0.00012079617211333408],
    [500000, 0.003, 0.00012316150619593377],
  ])('of %d draws beyond %d', (n, x, expected) => near(smirnovSf(n, x), expected, 1e-8))
})

describe('Kolmogorov, two-sided', () => {
  // stats.kstwo.sf(x, n)
  it.each([
    [1, 0.6, 0.8],
    [2, 0.4, 0.82],
    [5, 0.15, 0.9988],
    [5, 0.3, 0.664],
    [10, 0.45, 0.022891810311718164],
    [20, 0.6, 2.0483011649719853e-7],
    [100, 0.05, 0.9532159710635725],
    [100, 0.1, 0.2526927570063874],
    [100, 0.25, 5.408871776434847e-6],
    [140, 0.17, 0.0005246108687519814],
    [141, 0.05, 0.854845693009663],
    [300, 0.0017, 1],
    [1000, 0.01, 0.9999496745370611],
    [1000, 0.03, 0.3226902143914636],
    [5000, 0.005, 0.9995858441477996],
    [5000, 0.012, 0.4639912166690192],
    [5000, 0.02, 0.03613941395325637],
    [5000, 0.03, 0.00024159234422666817],
    [500000, 0.0005, 0.9996286945544336],
    [500000, 0.001, 0.6989801443663661],
    [500000, 0.003, 0.00024632301239186754],
    [5000, 0.3, 0],
  ])('of %d draws beyond %d', (n, x, expected) => near(kolmogorovSf(n, x), expected, 1e-8))
})
