// Which columns drifted: the tests of a data set judged together, and the reason of each in words.
import type * as formats from '@weir/formats/artifacts'
import type { MeasuredColumn } from './column.ts'
import { benjaminiHochberg } from './correction.ts'
import { hasDrifted, METHODS, type MethodName } from './method.ts'
import { BLANKS_MATTER } from './rule.ts'
import { correctionOf, type DriftSettings } from './settings.ts'
import { conventionInWords, type Finding, ruleInWords } from './words.ts'

/** The result for one column, as drift.json has it. */
export type ColumnDrift = formats.ColumnDrift & { readonly method: MethodName }

/**
 * Judges the columns of a data set. All p-values, those of blanks too, are adjusted together
 * (Benjamini–Hochberg, unless `correction` says none). By the rule `weir` a column drifted if its
 * test is significant and its effect reaches the threshold, or if both hold of its blanks; under
 * Evidently's preset if its score passes the threshold.
 */
export function judgeColumns(
  columns: readonly MeasuredColumn[],
  settings: DriftSettings = {},
): ColumnDrift[] {
  const corrected = correctionOf(settings) === 'benjamini_hochberg'
  const own = adjustedBy(corrected, columns.flatMap(testsOf))
  return columns.map((column) =>
    settings.preset === 'evidently'
      ? byConvention(column, corrected ? own : new Map())
      : byRule(column, own),
  )
}

/** A p-value, by the object that it was found in. */
type Tested = readonly [of: object, p: number]

function testsOf(column: MeasuredColumn): Tested[] {
  const { blanks, score, test, method } = column
  const p = test === null && METHODS[method].scale === 'p_value' ? score : column.p
  return [...tested(column, p), ...tested(blanks, blanks.p)]
}

const tested = (of: object, p: number | null): Tested[] => (p === null ? [] : [[of, p]])

function adjustedBy(corrected: boolean, tests: readonly Tested[]): Map<object, number> {
  const values = tests.map(([, p]) => p)
  const adjusted = corrected ? benjaminiHochberg(values) : values
  return new Map(tests.map(([of], i) => [of, adjusted[i]]))
}

function byConvention(column: MeasuredColumn, own: ReadonlyMap<object, number>): ColumnDrift {
  const { method, score, threshold, nRef, nCur } = column
  const adjusted = own.get(column) ?? null
  const value = adjusted ?? score
  const empty = nRef === 0 || nCur === 0
  const drifted = empty ? nRef !== nCur : value !== null && hasDrifted(method, value, threshold)
  return document(column, { drifted, adjusted, blanksAdjusted: null, why: conventionInWords })
}

function byRule(column: MeasuredColumn, own: ReadonlyMap<object, number>): ColumnDrift {
  const { blanks, alpha } = column
  const [adjusted, blanksAdjusted] = [own.get(column) ?? null, own.get(blanks) ?? null]
  const values = significant(adjusted, alpha) && matters(column)
  const missing = significant(blanksAdjusted, alpha) && blanks.effect >= BLANKS_MATTER
  return document(column, {
    drifted: values || missing,
    adjusted,
    blanksAdjusted,
    why: ruleInWords,
  })
}

const significant = (p: number | null, alpha: number | null): boolean =>
  p !== null && alpha !== null && p <= alpha

/** What overflows is no small effect. */
const matters = ({ score, threshold }: MeasuredColumn): boolean =>
  score === null || score >= threshold

interface Judged {
  readonly drifted: boolean
  readonly adjusted: number | null
  readonly blanksAdjusted: number | null
  readonly why: (finding: Finding) => string
}

function document(
  measured: MeasuredColumn,
  { drifted, adjusted, blanksAdjusted, why }: Judged,
): ColumnDrift {
  const { column, type, method, threshold, score, test, p, alpha, nRef, nCur } = measured
  return {
    ...{ column, type, method, threshold, score, test, p, adjusted, alpha, drifted },
    why: why({ measured, drifted, adjusted, blanksAdjusted }),
    n_ref: nRef,
    n_cur: nCur,
    blanks: { ...measured.blanks, adjusted: blanksAdjusted },
    new_levels: measured.newLevels,
  }
}
