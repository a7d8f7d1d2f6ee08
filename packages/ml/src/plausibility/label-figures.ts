// Figures of complete labels: their rate, and whether they are those of another period, or their opposite.
import type { LabelProfile, PeriodProfile } from '@weir/formats/period-profile'
import { type Measure, outside } from './bounds.ts'
import { type Finding, percent, shown } from './finding.ts'

/** What the labels of a data set are, for messages, and when they are complete. */
export interface LabelOf {
  readonly table: string
  readonly column: string
  /** The share of entities with a label from which on labels are complete. */
  readonly complete: number
  /** By which factor the odds of a positive label may change. */
  readonly rate: number | null
}

/** From which agreement below zero labels are the opposite of those before. */
const OPPOSITE = -0.5
/** Labels that are the same by chance more often than that are no repeat. */
const CHANCE = 1e-3

/** Whether labels are complete: those that are still to come may be of another kind than the first. */
export function isComplete({ known, entities }: LabelProfile, complete: number): boolean {
  return known > 0 && known >= complete * entities
}

/** Every finding of a period's labels; none while they are not complete. */
export function judgeLabel(
  now: PeriodProfile,
  earlier: readonly PeriodProfile[],
  of: LabelOf,
): Finding[] {
  if (!isComplete(now.label, of.complete)) return []
  const before = earlier.filter(({ label }) => isComplete(label, of.complete))
  return [
    rateFinding(now.label, before, of),
    oppositeFinding(now.label, of),
    repeatFinding(now.label, before, of),
  ].filter((finding) => finding !== null)
}

/** Half a label is added to each class, so that a class without labels has odds too. */
const logit = ({ positive, known }: LabelProfile) =>
  Math.log((positive + 0.5) / (known - positive + 0.5))

const odds: Measure<LabelProfile> = {
  distance: (now, before) => Math.abs(logit(now) - logit(before)),
  noise: (now, before) => 3 * Math.sqrt(variance(now) + variance(before)),
}

/** Of the logit of a share. */
function variance({ positive, known }: LabelProfile): number {
  return 1 / (positive + 0.5) + 1 / (known - positive + 0.5)
}

function rateFinding(
  now: LabelProfile,
  before: readonly PeriodProfile[],
  of: LabelOf,
): Finding | null {
  const past = before.map(({ label }) => label)
  const logits = past.map(logit)
  const [least, most] = [Math.min(...logits), Math.max(...logits)]
  if (logit(now) >= least && logit(now) <= most) return null
  const far = outside(now, past, of.rate === null ? null : Math.log(of.rate), odds)
  if (far === null) return null
  const share = (value: number) => percent(1 / (1 + Math.exp(-value)))
  return {
    ...about(of),
    figure: 'label_rate',
    expected: `${share(least - far.limit)} to ${share(most + far.limit)} positive labels`,
    found: percent(now.positive / now.known),
  }
}

function about({ table, column }: LabelOf) {
  return { table, column, ofLabels: true }
}

function oppositeFinding(now: LabelProfile, of: LabelOf): Finding | null {
  if (now.own === null || now.own > OPPOSITE || now.known < 50) return null
  return {
    ...about(of),
    figure: 'steadiness',
    expected: 'labels that are not the opposite of those before',
    found: `agreement ${shown(now.own)}`,
  }
}

function repeatFinding(
  now: LabelProfile,
  before: readonly PeriodProfile[],
  of: LabelOf,
): Finding | null {
  const rate = now.positive / now.known
  const agreeing = rate ** 2 + (1 - rate) ** 2
  if (agreeing ** now.known > CHANCE) return null
  const same = before.find(({ label }) => label.digest === now.digest)
  // Entities come and go: those of both periods may have the very labels that they had.
  const latest = now.own !== null && now.own > 1 - 1e-9 ? before.at(-1) : undefined
  const repeated = same ?? latest
  if (repeated === undefined) return null
  return {
    ...about(of),
    figure: 'repeat',
    expected: 'labels of its own',
    found: `the labels of ${repeated.asOf}, row by row`,
  }
}
