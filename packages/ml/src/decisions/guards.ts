// What keeps a better candidate out of Production: the guard rails.
import type { FeatureColumn, FeatureValue } from '@weir/formats/dataset'
import { type Cox, coxCalibration } from '../metrics/cox.ts'
import type { Label } from '../metrics/scored.ts'
import { normalQuantile } from '../statistics/normal.ts'
import type { Cost } from './cost.ts'
import { type PairedMonth, pooledGain } from './pooled-gain.ts'

export type GuardName = 'calibration' | 'slices' | 'cost' | 'examples'

/** What a guard found: `block` keeps the candidate out, `warn` is only told. */
export interface GuardFinding {
  readonly guard: GuardName
  readonly answer: 'pass' | 'warn' | 'block'
  /** One line in plain words with its numbers. */
  readonly text: string
}

/** params `promote.guards`; a guard without settings, or set to false, is off. */
export interface GuardRules {
  /** Blocks where the candidate's probabilities are off by more than `most` on average, and by more than chance. */
  readonly calibration: { readonly most: number } | false
  /** Blocks where a slice of at least `positives` positives loses more than `loss`, by more than chance. */
  readonly slices: { readonly loss: number; readonly positives: number } | false
  /** Blocks where a prediction costs more than `most` multiplications and tree nodes together. */
  readonly cost: { readonly most: number } | false
  /** Blocks where the bundle's own examples do not give their expected outputs. */
  readonly examples: boolean
}

/** A slice of 500 calibrated users is off by .015 on average; three points are more than that, and matter. */
export const DEFAULT_GUARDS: GuardRules = {
  calibration: { most: 0.03 },
  slices: { loss: 0.02, positives: 50 },
  cost: { most: 1_000_000 },
  examples: true,
}

/** What the guards look at. */
export interface GuardInput {
  /** The looks so far, oldest first. */
  readonly months: readonly PairedMonth[]
  /** Columns that part the users, of each month in its order: features and others, such as gender. */
  readonly columns: readonly SliceColumn[]
  readonly cost: Cost
  /** Null where the examples give what they should, else what did not fit. */
  readonly examples: string | null
}

export interface SliceColumn {
  readonly name: string
  /** One column a month, in the order of its rows. */
  readonly months: readonly FeatureColumn[]
}

/** Runs the guards that are on, in a fixed order. */
export function guardRails(input: GuardInput, rules: GuardRules): GuardFinding[] {
  const found: GuardFinding[] = []
  const last = input.months.at(-1)
  if (rules.calibration && last) {
    found.push(calibrationGuard(last.candidate, last.labels, rules.calibration.most))
  }
  if (rules.slices) found.push(...sliceGuard(input, rules.slices))
  if (rules.cost) found.push(costGuard(input.cost, rules.cost.most))
  if (rules.examples) found.push(examplesGuard(input.examples))
  return found
}

/** The level of chance that the calibration guard accepts. */
const CALIBRATION_LEVEL = 0.01

/** For a first model as well, which has no months against a Production. */
export function calibrationGuard(
  probabilities: ArrayLike<number>,
  labels: readonly Label[],
  most: number,
): GuardFinding {
  const guard = 'calibration'
  const cox: Cox | null = coxCalibration(probabilities, labels)
  if (cox === null) return { guard, answer: 'pass', text: 'calibration cannot be judged here' }
  const { slope, intercept, error, p } = cox
  const text = `probabilities are off by ${error.toFixed(3)} on average (slope ${slope.toFixed(2)}, intercept ${intercept.toFixed(2)}, p = ${p.toPrecision(2)})`
  if (p >= CALIBRATION_LEVEL || error <= most) return { guard, answer: 'pass', text }
  return { guard, answer: 'block', text: `${text}: more than ${most}` }
}

interface SliceGain {
  readonly name: string
  readonly gain: number
  readonly se: number
  readonly positives: number
}

/**
 * A slice blocks where the one-sided 95 % upper bound of its gain, Bonferroni over all slices that can
 * be judged, lies below −loss, and it holds enough positives; a slice whose gain itself lies there warns.
 */
function sliceGuard(
  { months, columns }: GuardInput,
  { loss, positives }: { loss: number; positives: number },
): GuardFinding[] {
  const gains = columns.flatMap((column) => sliceGains(months, column))
  const z = -normalQuantile(0.05 / Math.max(1, gains.length))
  const findings = gains.flatMap((slice): GuardFinding[] => {
    if (slice.gain >= -loss) return []
    const high = slice.gain + z * slice.se
    const blocks = high < -loss && slice.positives >= positives
    const text = `${slice.name} loses ${(-slice.gain).toFixed(4)} AUC (at least ${Math.max(0, -high).toFixed(4)}, one of ${gains.length} slices, ${slice.positives} positives)`
    return [{ guard: 'slices', answer: blocks ? 'block' : 'warn', text }]
  })
  if (findings.length > 0) return findings
  const text = `no slice of ${gains.length} loses more than ${loss} AUC`
  return [{ guard: 'slices', answer: 'pass', text }]
}

/** The gain of each level's users; levels without two users of each class in some month are left out. */
function sliceGains(months: readonly PairedMonth[], { name, months: columns }: SliceColumn) {
  const levels = new Set<FeatureValue>(columns.flatMap((column) => [...column]))
  if (levels.size < 2) return []
  return [...levels].flatMap((level): SliceGain[] => {
    const parts = months.flatMap((month, k) => {
      const part = only(
        month,
        [...columns[k]].map((value) => value === level),
      )
      return enough(part.labels) ? [part] : []
    })
    if (parts.length === 0) return []
    const { gain, se, months: pooled } = pooledGain(parts)
    const positives = Math.max(...pooled.map((month) => month.positives))
    return [{ name: `${name} = ${level ?? 'blank'}`, gain, se, positives }]
  })
}

function only(month: PairedMonth, keep: readonly boolean[]): PairedMonth {
  const rows = keep.flatMap((is, row) => (is ? [row] : []))
  return {
    period: month.period,
    ids: rows.map((row) => month.ids[row]),
    labels: rows.map((row) => month.labels[row]),
    candidate: rows.map((row) => month.candidate[row]),
    production: rows.map((row) => month.production[row]),
  }
}

function enough(labels: readonly Label[]): boolean {
  const positives = labels.reduce<number>((sum, label) => sum + label, 0)
  return positives >= 2 && labels.length - positives >= 2
}

function costGuard({ multiplications, nodes }: Cost, most: number): GuardFinding {
  const text = `a prediction costs ${multiplications} multiplications and ${nodes} tree nodes`
  if (multiplications + nodes <= most) return { guard: 'cost', answer: 'pass', text }
  return { guard: 'cost', answer: 'block', text: `${text}: more than ${most}` }
}

function examplesGuard(problem: string | null): GuardFinding {
  const guard = 'examples'
  if (problem === null) return { guard, answer: 'pass', text: 'the examples give what they should' }
  return { guard, answer: 'block', text: `the bundle's examples: ${problem}` }
}
