// F1 with an interval, and the alarm that rests on it.
import { Z_95, Z_95_ONE_SIDED } from '../statistics/normal.ts'
import type { Confusion } from './confusion.ts'
import { type Share, wilson } from './wilson.ts'

/** Whether F1 is below its floor by more than chance. */
export interface F1Alarm {
  readonly alarm: boolean
  readonly f1: number
  /** The one-sided 95 % upper bound, which is what is held against the floor. */
  readonly high: number
  readonly floor: number
  /** Rows that count for F1: true positives, false positives and false negatives. */
  readonly n: number
}

/**
 * F1 = 2J/(1 + J) with Jaccard's J = TP/(TP + FP + FN), a share of TP + FP + FN rows: J's Wilson
 * bounds give F1's, for the map rises. No such rows: value NaN, bounds 0 and 1.
 * @param z as in wilson
 */
export function f1Interval(counts: Confusion, z: number = Z_95): Share {
  const { truePositives, falsePositives, falseNegatives } = counts
  const jaccard = wilson(truePositives, truePositives + falsePositives + falseNegatives, z)
  const f1 = (j: number): number => (2 * j) / (1 + j)
  return { value: f1(jaccard.value), low: f1(jaccard.low), high: f1(jaccard.high) }
}

/** An alarm where the one-sided 5 % upper bound of F1 lies below the floor: never on the point alone. */
export function f1Alarm(counts: Confusion, floor: number): F1Alarm {
  const { value, high } = f1Interval(counts, Z_95_ONE_SIDED)
  const n = counts.truePositives + counts.falsePositives + counts.falseNegatives
  return { alarm: high < floor, f1: value, high, floor, n }
}
