// Student's t-test of two means.
import { moments } from '../statistics/moments.ts'
import { studentTwoSided } from '../statistics/student.ts'
import type { NumericPair } from './pair.ts'

/**
 * The two-sided p-value of scipy's `ttest_ind` with equal variances, df = n₁ + n₂ − 2.
 * Two constant sides: 1 if they are the same constant, else 0. Fewer than three values in all: 1,
 * since nothing can be said.
 */
export function tTest({ reference, current }: NumericPair): number {
  const [n1, n2] = [reference.length, current.length]
  const df = n1 + n2 - 2
  if (df < 1) return 1
  // Before any sum: the rounded means of one constant differ with the number of rows.
  if (isConstant(reference) && isConstant(current)) return reference[0] === current[0] ? 1 : 0
  const [a, b] = [moments(reference), moments(current)]
  const difference = a.mean - b.mean
  if (difference === 0) return 1
  const pooled = (a.variance * n1 + b.variance * n2) / df
  return studentTwoSided(difference / Math.sqrt(pooled * (1 / n1 + 1 / n2)), df)
}

/** Of ascending values. */
const isConstant = (values: Float64Array): boolean => values[0] === values[values.length - 1]
