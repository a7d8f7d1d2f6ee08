// Whether the rate of the label moved between two periods.
import type { FeatureFrame } from '@weir/formats/dataset'
import { homogeneity } from './homogeneity.ts'

type Labels = FeatureFrame['labels']

/** A difference of the label's rates that matters, unless the user sets another one: three points. */
export const TARGET_MATTERS = 0.03

export interface TargetDrift {
  /** The rates of 1 among the known labels. */
  readonly reference: number
  readonly current: number
  /** |current − reference|. */
  readonly difference: number
  /** Two-sided p-value of the pooled two-proportion z-test. */
  readonly p: number
  /** The difference from which on it matters. */
  readonly matters: number
}

/** The drift of the label; null where a side has no known label. */
export function targetDrift(
  reference: Labels,
  current: Labels,
  matters: number = TARGET_MATTERS,
): TargetDrift | null {
  return targetDriftOf(countLabels(reference), countLabels(current), matters)
}

/** How many labels are 1 and how many 0. */
export interface LabelCounts {
  readonly ones: number
  readonly zeros: number
}

/** The same from counts. */
export function targetDriftOf(
  before: LabelCounts,
  now: LabelCounts,
  matters: number = TARGET_MATTERS,
): TargetDrift | null {
  const [reference, current] = [rate(before), rate(now)]
  if (Number.isNaN(reference) || Number.isNaN(current)) return null
  const counts = { reference: [before.ones, before.zeros], current: [now.ones, now.zeros] }
  const difference = Math.abs(current - reference)
  return { reference, current, difference, p: homogeneity(counts), matters }
}

const rate = ({ ones, zeros }: LabelCounts): number => ones / (ones + zeros)

function countLabels(labels: Labels): LabelCounts {
  let [ones, zeros] = [0, 0]
  for (const label of labels) {
    if (label === 1) ones++
    else if (label === 0) zeros++
  }
  return { ones, zeros }
}
