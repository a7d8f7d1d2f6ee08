// The Epps–Singleton test: two samples compared by their empirical characteristic functions.
import { chiSquareSf } from '../statistics/chi-square.ts'
import { eigenOf } from '../statistics/eigen.ts'
import type { NumericPair } from './pair.ts'

/** Where the characteristic functions are compared, in semi-interquartile ranges. */
const PLACES = [0.4, 0.8] as const
const LEAST_ROWS = 5
/** Up to this size the statistic is corrected. */
const SMALL = 25

/**
 * The p-value of scipy's `epps_singleton_2samp` (Epps & Singleton, 1986, J. Stat. Comput. Simul. 26;
 * small-sample correction of Goerg & Kaiser, 2009). Fewer than five values on a side, or an
 * interquartile range of 0: 1, since nothing can be said (scipy and Evidently refuse them).
 */
export function eppsSingleton({ reference, current }: NumericPair): number {
  const [nx, ny] = [reference.length, current.length]
  const n = nx + ny
  const sigma = interquartile(reference, current) / 2
  if (nx < LEAST_ROWS || ny < LEAST_ROWS || !(sigma > 0) || !Number.isFinite(sigma)) return 1
  const [x, y] = [characteristic(reference, sigma), characteristic(current, sigma)]
  const covariance = x.covariance.map((value, i) => (n / nx) * value + (n / ny) * y.covariance[i])
  const { form, rank } = inverseForm(
    covariance,
    x.mean.map((mean, i) => mean - y.mean[i]),
  )
  const small = Math.max(nx, ny) < SMALL
  const correction = small ? 1 / (1 + n ** -0.45 + 10.1 * (nx ** -1.7 + ny ** -1.7)) : 1
  return rank === 0 ? 1 : chiSquareSf(correction * n * form, rank)
}

/** Of both samples together, R's type 7. */
function interquartile(reference: Float64Array, current: Float64Array): number {
  const pooled = new Float64Array(reference.length + current.length)
  pooled.set(reference)
  pooled.set(current, reference.length)
  pooled.sort()
  const at = (share: number): number => {
    const place = share * (pooled.length - 1)
    const [below, above] = [pooled[Math.floor(place)], pooled[Math.ceil(place)]]
    return below + (place - Math.floor(place)) * (above - below)
  }
  return at(0.75) - at(0.25)
}

/** Mean and population covariance of cos and sin of t·x at both places. */
function characteristic(values: Float64Array, sigma: number) {
  const size = 2 * PLACES.length
  const mean = new Float64Array(size)
  const covariance = new Float64Array(size * size)
  const row = new Float64Array(size)
  const each = (visit: () => void): void => {
    for (const value of values) {
      for (const [i, t] of PLACES.entries()) {
        row[i] = Math.cos((t / sigma) * value)
        row[i + PLACES.length] = Math.sin((t / sigma) * value)
      }
      visit()
    }
  }
  each(() => {
    for (let i = 0; i < size; i++) mean[i] += row[i] / values.length
  })
  each(() => {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        covariance[i * size + j] += ((row[i] - mean[i]) * (row[j] - mean[j])) / values.length
      }
    }
  })
  return { mean, covariance }
}

/** d' A⁺ d of a symmetric A with its Moore–Penrose inverse, and the rank of A. */
function inverseForm(matrix: Float64Array, d: Float64Array): { form: number; rank: number } {
  const { values, vectors } = eigenOf(matrix, d.length)
  const least = Math.max(...values.map(Math.abs)) * d.length * Number.EPSILON
  let [form, rank] = [0, 0]
  for (const [k, value] of values.entries()) {
    if (Math.abs(value) <= least) continue
    const along = d.reduce((sum, part, i) => sum + part * vectors[i * d.length + k], 0)
    form += along ** 2 / value
    rank++
  }
  return { form, rank }
}
