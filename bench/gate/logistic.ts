// Logistic regression by Newton's method: a model that is trained in milliseconds, thousands of times.
import { WIDTH } from './world.ts'

/** Intercept first. */
export type Weights = Float64Array

/**
 * @param rows row-major, n × WIDTH
 * @param ridge penalty of a squared weight, in rows
 */
export function fitLogistic(rows: Float64Array, labels: ArrayLike<number>, ridge = 1): Weights {
  const size = WIDTH + 1
  const weights = new Float64Array(size)
  for (let step = 0; step < 8; step++) {
    const gradient = new Float64Array(size)
    const hessian = Array.from({ length: size }, () => new Float64Array(size))
    for (let j = 1; j < size; j++) {
      gradient[j]! += ridge * weights[j]!
      hessian[j]![j]! += ridge
    }
    accumulate(rows, labels, weights, gradient, hessian)
    const change = solve(hessian, gradient)
    for (let j = 0; j < size; j++) weights[j]! -= change[j]!
  }
  return weights
}

function accumulate(
  rows: Float64Array,
  labels: ArrayLike<number>,
  weights: Weights,
  gradient: Float64Array,
  hessian: readonly Float64Array[],
): void {
  const x = new Float64Array(WIDTH + 1).fill(1)
  for (let i = 0; i < labels.length; i++) {
    x.set(rows.subarray(i * WIDTH, (i + 1) * WIDTH), 1)
    let logit = 0
    for (let j = 0; j <= WIDTH; j++) logit += weights[j]! * x[j]!
    const p = 1 / (1 + Math.exp(-logit))
    const [error, weight] = [p - labels[i]!, p * (1 - p)]
    for (let j = 0; j <= WIDTH; j++) {
      gradient[j]! += error * x[j]!
      const row = hessian[j]!
      for (let k = 0; k <= j; k++) row[k]! += weight * x[j]! * x[k]!
    }
  }
}

/** Solves a symmetric system given by its lower half, by Cholesky. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const n = right.length
  const root = matrix.map((row) => row.slice())
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i]![j]!
      for (let k = 0; k < j; k++) sum -= root[i]![k]! * root[j]![k]!
      root[i]![j] = i === j ? Math.sqrt(sum) : sum / root[j]![j]!
    }
  }
  const found = right.slice()
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) found[i]! -= root[i]![k]! * found[k]!
    found[i]! /= root[i]![i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) found[i]! -= root[k]![i]! * found[k]!
    found[i]! /= root[i]![i]!
  }
  return found
}

/** The log odds that the model gives each row. */
export function logits(rows: Float64Array, weights: Weights): Float64Array {
  const found = new Float64Array(rows.length / WIDTH)
  for (let i = 0; i < found.length; i++) {
    let logit = weights[0]!
    for (let j = 0; j < WIDTH; j++) logit += weights[j + 1]! * rows[i * WIDTH + j]!
    found[i] = logit
  }
  return found
}

export const sigmoids = (values: Float64Array): Float64Array =>
  values.map((value) => 1 / (1 + Math.exp(-value)))
