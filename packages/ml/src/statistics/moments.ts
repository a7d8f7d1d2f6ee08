// Mean and variance of a sample.

/**
 * Mean and population variance (divisor n), in two passes so that a large mean costs no digits.
 * Both NaN for an empty sample.
 */
export function moments(values: Float64Array): { mean: number; variance: number } {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  const mean = sum / values.length
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    const distance = values[i] - mean
    squares += distance * distance
  }
  return { mean, variance: squares / values.length }
}
