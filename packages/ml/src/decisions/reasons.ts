// The five reasons for a new model: when each asks, and how it says so.
import { REASON_NAMES, type ReasonName } from '@weir/formats/artifacts'
import { targetDriftOf } from '../drift/target.ts'
import type { CalibrationTest, PerformanceTest } from './performance.ts'

/** In the order in which they are told. */
export const REASONS = REASON_NAMES
export type { ReasonName }

/** What share of drifted columns asks for a new model. */
export interface DriftEvidence {
  /** Drifted ÷ columns. */
  readonly share: number
  /** The share from which on it asks. */
  readonly threshold: number
  /** Names of the drifted columns, the largest effect first. */
  readonly columns?: readonly string[]
}

/** The label's rate against the reference period's; drift/target.ts measures it. */
export interface TargetEvidence {
  /** |difference of the rates|. */
  readonly difference: number
  /** Two-sided p-value of no difference; null where only the difference is known, which does not ask. */
  readonly p: number | null
  /** The difference from which on it matters. */
  readonly matters: number
}

/** The labelled rows of a period, as a performance has them. */
export interface LabelledRows {
  readonly n: number
  readonly positives: number
}

/** The label's rates of two periods, tested as drift tests them; null where a side has no labels. */
export function testTarget(before: LabelledRows, after: LabelledRows): TargetEvidence | null {
  const counts = ({ n, positives }: LabelledRows) => ({ ones: positives, zeros: n - positives })
  return targetDriftOf(counts(before), counts(after))
}

export interface AgeEvidence {
  /** Months since the period that Production was trained on. */
  readonly months: number
  /** From this age on it asks; null: never. */
  readonly most: number | null
}

/** What is known of each reason; null where it could not be measured. */
export interface ReasonEvidence {
  readonly performance: PerformanceTest | null
  readonly drift: DriftEvidence | null
  readonly target: TargetEvidence | null
  readonly calibration: CalibrationTest | null
  readonly age: AgeEvidence | null
}

/** The share of sound months in which a reason may ask: together 5 %. Drift keeps its own in its threshold. */
export const BUDGET = { performance: 0.02, drift: 0.01, target: 0.01, calibration: 0.01 } as const

/** A miscalibration of one point on average matters. */
const CALIBRATION_MATTERS = 0.01

/** One reason as measured, before it is known whether it is silenced. */
export interface Measured {
  readonly name: ReasonName
  readonly asks: boolean
  /** How bad it is, in the reason's own unit: what "worse than then" compares. Null: unknown. */
  readonly figure: number | null
  readonly p: number | null
  /** One line in plain words with its numbers. */
  readonly text: string
}

/** What a figure must grow by to be worse than it was when it was last asked about. */
export const WORSE: Readonly<Record<ReasonName, number>> = {
  performance: 0.01,
  drift: 1e-9,
  target: 0.01,
  calibration: 0.01,
  age: Number.POSITIVE_INFINITY,
}

/** All five reasons, in their order. */
export function measureReasons(evidence: ReasonEvidence): Measured[] {
  return [
    performance(evidence.performance),
    drift(evidence.drift),
    target(evidence.target),
    calibration(evidence.calibration),
    age(evidence.age),
  ]
}

const unknown = (name: ReasonName, text: string): Measured => ({
  name,
  asks: false,
  figure: null,
  p: null,
  text,
})

const four = (value: number): string => value.toFixed(4)
const chance = (p: number): string => (p < 1e-4 ? 'p < .0001' : `p = ${p.toPrecision(2)}`)

function performance(test: PerformanceTest | null): Measured {
  if (test === null || test.p === null || test.realised === null || test.expected === null) {
    return unknown(
      'performance',
      'performance unknown: too few labelled users to test Production on',
    )
  }
  const { realised, expected, shortfall, slope, p, change } = test
  const since =
    change === null ? '' : `, ${change < 0 ? '' : '+'}${four(change)} since registration`
  const spread = slope === null ? '' : `, calibration slope ${slope.toFixed(2)}`
  const text = `AUC of Production ${four(realised)}, expected ${four(expected)} after correction (${chance(p)}${since}${spread})`
  return { name: 'performance', asks: p < BUDGET.performance, figure: shortfall, p, text }
}

function drift(evidence: DriftEvidence | null): Measured {
  if (evidence === null) {
    return unknown('drift', 'drift_share=unknown: no reference period to compare with')
  }
  const { share, threshold, columns = [] } = evidence
  const asks = share >= threshold
  const named = columns.length === 0 ? '' : `: ${columns.slice(0, 5).join(', ')}`
  const more = columns.length > 5 ? ` and ${columns.length - 5} more` : ''
  const text = `drift_share=${four(share)} ${asks ? '>=' : '<'} ${threshold}${named}${more}`
  return { name: 'drift', asks, figure: share, p: null, text }
}

function target(evidence: TargetEvidence | null): Measured {
  if (evidence === null) return unknown('target', 'the rate of the label is unknown')
  const { difference, p, matters } = evidence
  const asks = p !== null && p < BUDGET.target && difference >= matters
  const sure = p === null ? '' : ` (${chance(p)})`
  const text = `the rate of the label moved by ${four(difference)}${sure}`
  return { name: 'target', asks, figure: difference, p, text }
}

function calibration(test: CalibrationTest | null): Measured {
  if (test === null) return unknown('calibration', 'calibration unknown: no labels')
  const { intercept, slope, error, p } = test
  const asks = p < BUDGET.calibration && error >= CALIBRATION_MATTERS
  const text = `probabilities are off by ${error.toFixed(3)} on average: intercept ${intercept.toFixed(2)}, slope ${slope.toFixed(2)} (${chance(p)})`
  return { name: 'calibration', asks, figure: error, p, text }
}

function age(evidence: AgeEvidence | null): Measured {
  if (evidence === null) return unknown('age', 'the age of Production is unknown')
  const { months, most } = evidence
  const asks = most !== null && months >= most
  const limit = most === null ? '' : ` ${asks ? '>=' : '<'} ${most}`
  return {
    name: 'age',
    asks,
    figure: months,
    p: null,
    text: `Production is ${months} months old${limit}`,
  }
}
