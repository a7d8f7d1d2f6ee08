// Why a column drifted or did not, in words and with the figures that it rests on.
import type { MeasuredColumn } from './column.ts'
import { METHODS } from './method.ts'
import { BLANKS_MATTER } from './rule.ts'

/** A judged column. */
export interface Finding {
  readonly measured: MeasuredColumn
  readonly drifted: boolean
  readonly adjusted: number | null
  readonly blanksAdjusted: number | null
}

const three = (value: number): string => String(Number(value.toPrecision(3)))
const percent = (share: number): string => `${three(100 * share)} %`

/** `p = .03`, `p < .0001`. */
const chance = (p: number): string => (p < 1e-4 ? 'p < 0.0001' : `p = ${three(p)}`)

/** The reason by the rule `weir`. */
export function ruleInWords(finding: Finding): string {
  const parts = [
    valuesInWords(finding),
    ...blanksInWords(finding),
    ...newLevelsInWords(finding.measured),
  ]
  return parts.join('; ')
}

function valuesInWords({ measured, adjusted }: Finding): string {
  const { test, alpha, p, nRef, nCur } = measured
  if (p === null || adjusted === null) {
    return nRef === 0 && nCur === 0 ? 'no values on either side' : 'no values on one side'
  }
  const sure = `${test} ${chance(adjusted)}${adjusted > p ? ' adjusted' : ''}`
  if (alpha !== null && adjusted > alpha) return `not significant: ${sure}, ${alpha} is asked for`
  return `${sizeInWords(measured)}, ${sure}`
}

function sizeInWords({ method, score, threshold }: MeasuredColumn): string {
  if (score === null) return `moved beyond any measure of ${method}`
  const unit = method === 'wasserstein' ? ' standard deviations' : ''
  const verdict = score >= threshold ? 'moved' : 'moved too little to matter'
  return `${verdict}: ${method} ${three(score)}${unit} of ${threshold}`
}

function blanksInWords({ measured: { blanks, alpha, p }, blanksAdjusted }: Finding): string[] {
  const { reference, current, effect } = blanks
  if (reference === current) return []
  const moved = `blanks ${percent(reference)} to ${percent(current)}`
  if (blanksAdjusted === null) return p === null ? [] : [moved]
  if (alpha !== null && blanksAdjusted > alpha) return [`${moved}, not significant`]
  return [
    `${moved}, ${chance(blanksAdjusted)}${effect < BLANKS_MATTER ? ', too little to matter' : ''}`,
  ]
}

function newLevelsInWords({ newLevels: { share, count, levels } }: MeasuredColumn): string[] {
  if (count === 0) return []
  const named = levels.map(({ level }) => level).join(', ')
  const more = count > levels.length ? ` and ${count - levels.length} more` : ''
  return [`new: ${named}${more} (${percent(share)})`]
}

/** The reason under Evidently's preset. */
export function conventionInWords({ measured, drifted, adjusted }: Finding): string {
  const { method, score, threshold, nRef, nCur } = measured
  if (nRef === 0 || nCur === 0) {
    return nRef === nCur ? 'no values on either side' : 'no values on one side'
  }
  const value = adjusted ?? score
  if (value === null) return `${method} is no number`
  const distance = METHODS[method].scale === 'distance'
  const sign = distance === drifted ? '>=' : '<'
  const name = adjusted === null ? method : `adjusted ${method}`
  return `${name} ${distance ? three(value) : chance(value)} ${sign} ${threshold}`
}
