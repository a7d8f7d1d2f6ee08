// Logistic regression with a ridge, by Newton's method: exact, without chance, and quick for some hundred columns.
import { solvePositive } from './cholesky.ts'

/** Rows of numbers, by rows of `width`. */
export interface Design {
  readonly matrix: Float64Array
  readonly width: number
}

export interface LogisticFit {
  /** One a column. */
  readonly weights: Float64Array
  readonly intercept: number
  /** False where the steps ended before the loss did: classes that a plane parts, without a ridge. */
  readonly converged: boolean
}

const STEPS = 25
/** A step that lowers the mean loss by less ends the search. */
const LEAST_GAIN = 1e-10

/**
 * Minimises mean cross-entropy + l2 · Σ weight² over some rows; the intercept is not penalised. Cost of a step:
 * rows × width² ÷ 2. scikit-learn's `LogisticRegression(C = 1 / (2 · n · l2))` is the same.
 * @param labels 0 or 1, by row of the design
 * @param rows the rows to fit to
 * @throws RangeError for no rows
 */
export function fitLogistic(
  design: Design,
  labels: ArrayLike<number>,
  rows: ArrayLike<number>,
  l2: number,
): LogisticFit {
  if (rows.length === 0) throw new RangeError('a regression needs rows')
  const size = design.width + 1
  let at = new Float64Array(size)
  let loss = lossAt(design, labels, rows, l2, at)
  for (let step = 0; step < STEPS; step++) {
    const direction = newtonStep(design, labels, rows, l2, at)
    if (direction === null) break
    const next = descend(at, direction, loss, (point) => lossAt(design, labels, rows, l2, point))
    if (next === null) return fitOf(at, true)
    const gain = loss - next.loss
    at = next.point
    loss = next.loss
    if (gain < LEAST_GAIN) return fitOf(at, true)
  }
  return fitOf(at, false)
}

/** The log odds of a row. */
export function logOdds({ weights, intercept }: LogisticFit, design: Design, row: number): number {
  const from = row * design.width
  let sum = intercept
  for (let i = 0; i < weights.length; i++) sum += weights[i] * design.matrix[from + i]
  return sum
}

const fitOf = (at: Float64Array, converged: boolean): LogisticFit => ({
  weights: at.subarray(0, at.length - 1),
  intercept: at[at.length - 1],
  converged,
})

/** Halves the step until the loss falls; null where it does not any more. */
function descend(
  at: Float64Array,
  step: Float64Array,
  before: number,
  loss: (point: Float64Array) => number,
): { point: Float64Array<ArrayBuffer>; loss: number } | null {
  for (let size = 1; size > 1e-8; size /= 2) {
    const point = Float64Array.from(at, (value, i) => value - size * step[i])
    const after = loss(point)
    if (after < before) return { point, loss: after }
  }
  return null
}

function lossAt(
  design: Design,
  labels: ArrayLike<number>,
  rows: ArrayLike<number>,
  l2: number,
  at: Float64Array,
): number {
  const fit = fitOf(at, false)
  let sum = 0
  for (let r = 0; r < rows.length; r++) {
    const z = logOdds(fit, design, rows[r])
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - labels[rows[r]] * z
  }
  return sum / rows.length + l2 * fit.weights.reduce((total, weight) => total + weight * weight, 0)
}

/** H⁻¹ g of the loss; null where the curvature is singular. */
function newtonStep(
  design: Design,
  labels: ArrayLike<number>,
  rows: ArrayLike<number>,
  l2: number,
  at: Float64Array,
): Float64Array | null {
  const { matrix, width } = design
  const size = width + 1
  const fit = fitOf(at, false)
  const gradient = new Float64Array(size)
  const curvature = new Float64Array(size * size)
  const row = new Float64Array(size)
  row[width] = 1
  for (let r = 0; r < rows.length; r++) {
    const index = rows[r]
    for (let i = 0; i < width; i++) row[i] = matrix[index * width + i]
    const p = 1 / (1 + Math.exp(-logOdds(fit, design, index)))
    const error = (p - labels[index]) / rows.length
    const weight = (p * (1 - p)) / rows.length
    for (let i = 0; i < size; i++) {
      gradient[i] += error * row[i]
      const scaled = weight * row[i]
      if (scaled === 0) continue
      const from = i * size
      for (let j = 0; j <= i; j++) curvature[from + j] += scaled * row[j]
    }
  }
  for (let i = 0; i < width; i++) {
    gradient[i] += 2 * l2 * at[i]
    curvature[i * size + i] += 2 * l2
  }
  return solvePositive(curvature, gradient) ? gradient : null
}
