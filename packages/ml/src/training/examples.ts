// Parts encoded rows into what one fold trains on and what it is validated on.
import type { Examples } from './fit-member.ts'

/** All training users: rows encoded (row-major, n × width), labels 1 or 0, and the weight of each in the loss. */
export interface EncodedSet extends Examples {
  readonly width: number
}

/** The rows at the given positions. */
export function take(set: EncodedSet, positions: readonly number[]): Examples {
  const rows = new Float32Array(positions.length * set.width)
  for (const [i, at] of positions.entries()) {
    rows.set(set.rows.subarray(at * set.width, (at + 1) * set.width), i * set.width)
  }
  return {
    rows,
    labels: Float32Array.from(positions, (at) => set.labels[at]),
    weights: Float32Array.from(positions, (at) => set.weights[at]),
  }
}

/**
 * The weight of each row in the loss: 1, or with `balanced` n / (2 · rows of its class),
 * as in scikit-learn's class_weight='balanced'.
 */
export function rowWeights(
  labels: readonly number[],
  classWeight: 'none' | 'balanced',
): Float32Array {
  const ones = labels.filter((label) => label === 1).length
  const [zero, one] =
    classWeight === 'balanced'
      ? [labels.length / (2 * (labels.length - ones)), labels.length / (2 * ones)]
      : [1, 1]
  return Float32Array.from(labels, (label) => (label === 1 ? one : zero))
}
