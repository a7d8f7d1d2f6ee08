// Logistic regression by Newton's method, beside scikit-learn, and the system of equations under it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { solvePositive } from '../../src/statistics/cholesky.ts'
import { type Design, fitLogistic, logOdds } from '../../src/statistics/logistic.ts'

/** 40 rows of three columns, the same here and in Python. */
const X = Array.from({ length: 40 }, (_, i) => [
  ((i * 37) % 101) / 50 - 1,
  ((i * 53) % 89) / 40 - 1,
  (i % 3) - 1,
])
const labels = X.map(([a = 0, b = 0], i) => (a - 0.5 * b + ((i * 29) % 23) / 11.5 - 1 > 0 ? 1 : 0))
const design: Design = { matrix: Float64Array.from(X.flat()), width: 3 }
const all = X.map((_, row) => row)

describe('logistic regression', () => {
  // import numpy as np; from sklearn.linear_model import LogisticRegression
  // X = np.array([[i*37 % 101 / 50 - 1, i*53 % 89 / 40 - 1, i % 3 - 1] for i in range(40)])
  // y = [int(a - .5*b + i*29 % 23 / 11.5 - 1 > 0) for i, (a, b, _) in enumerate(X)]
  // m = LogisticRegression(C=1 / (2 * 40 * l2), tol=1e-12, max_iter=10000).fit(X, y); m.coef_, m.intercept_
  it.each<[number, number[], number]>([
    [0.1, [0.64301292, -0.30239036, -0.07068442], -0.3951015],
    [0.01, [2.27091583, -1.09587112, -0.34686039], -0.47472769],
    [0.0001, [4.76291093, -2.32254822, -0.95343805], -0.73127201],
  ])('with a ridge of %d agrees with scikit-learn', (l2, weights, intercept) => {
    const fit = fitLogistic(design, labels, all, l2)
    expect(fit.converged).toBe(true)
    for (const [i, weight] of weights.entries()) expect(fit.weights[i]).toBeCloseTo(weight, 6)
    expect(fit.intercept).toBeCloseTo(intercept, 6)
  })

  it('fits to the rows that it is given alone', () => {
    const some = all.filter((row) => row % 2 === 0)
    const part: Design = {
      matrix: Float64Array.from(some.flatMap((row) => X[row] ?? [])),
      width: 3,
    }
    const copied = fitLogistic(
      part,
      some.map((row) => labels[row] ?? 0),
      some.map((_, row) => row),
      0.01,
    )
    const picked = fitLogistic(design, labels, some, 0.01)
    expect([...picked.weights]).toEqual([...copied.weights])
    expect(logOdds(picked, design, 4)).toBe(logOdds(copied, part, 2))
  })

  it('stays finite where a plane parts the classes, and where a column repeats another', () => {
    const apart = fitLogistic(
      { matrix: Float64Array.of(-2, -1, 1, 2), width: 1 },
      [0, 0, 1, 1],
      [0, 1, 2, 3],
      0,
    )
    expect(Number.isFinite(apart.weights[0])).toBe(true)
    const twice = { matrix: Float64Array.of(-2, -2, -1, -1, 1, 1, 2, 2), width: 2 }
    const fit = fitLogistic(twice, [0, 1, 0, 1], [0, 1, 2, 3], 0.01)
    expect(fit.weights[0]).toBeCloseTo(fit.weights[1] ?? Number.NaN, 9)
  })

  it('refuses no rows', () => {
    expect(() => fitLogistic(design, labels, [], 0)).toThrow(RangeError)
  })
})

describe('a positive definite system', () => {
  it('is solved: A x is b again', () => {
    const entry = fc.double({ min: -2, max: 2, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 9, maxLength: 9 }),
        fc.array(entry, { minLength: 3, maxLength: 3 }),
        (m, b) => {
          const at = (i: number, j: number): number => {
            let sum = i === j ? 0.5 : 0
            for (let k = 0; k < 3; k++) sum += (m[3 * i + k] ?? 0) * (m[3 * j + k] ?? 0)
            return sum
          }
          const a = Float64Array.from({ length: 9 }, (_, i) => at(Math.floor(i / 3), i % 3))
          const x = Float64Array.from(b)
          expect(solvePositive(a, x)).toBe(true)
          for (let i = 0; i < 3; i++) {
            const back = [0, 1, 2].reduce((sum, j) => sum + at(i, j) * (x[j] ?? 0), 0)
            expect(back).toBeCloseTo(b[i] ?? 0, 8)
          }
        },
      ),
    )
  })

  it('is told where it is none', () => {
    expect(solvePositive(Float64Array.of(1, 0, 2, 1), Float64Array.of(1, 1))).toBe(false)
  })
})
