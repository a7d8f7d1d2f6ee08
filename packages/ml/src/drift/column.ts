// The drift of one column: method, threshold, score, and whether it has drifted.
import type * as formats from '@weir/formats/artifacts'
import type { FeatureColumn } from '@weir/formats/dataset'
import { defaultMethod, defaultThreshold, hasDrifted, METHODS, type MethodName } from './method.ts'
import { pairOf } from './pair.ts'
import type { Choice } from './settings.ts'
import { tallyOf } from './tally.ts'

/** A column to compare: its values in the reference period and in the current one. */
export interface DriftColumn {
  readonly name: string
  readonly kind: formats.ColumnKind
  readonly reference: FeatureColumn
  readonly current: FeatureColumn
}

/** The result for one column, as drift.json has it. */
export type ColumnDrift = formats.ColumnDrift & { readonly method: MethodName }

/** A method was asked for that needs numbers, for a column that has none. */
export class MethodError extends Error {
  override readonly name = 'MethodError'
  readonly column: string
  readonly method: MethodName

  constructor(column: string, method: MethodName) {
    super(`${method} compares numbers; ${column} is categorical`)
    this.column = column
    this.method = method
  }
}

/**
 * Scores one column. O(n log n).
 * A column with values on one side only has drifted, with no values at all it has not; there is no score then.
 * @throws MethodError where the chosen method needs numbers and the column is categorical
 */
export function scoreColumn(column: DriftColumn, choice: Choice = {}): ColumnDrift {
  const pair = pairOf(column.kind, column.reference, column.current)
  const [nRef, nCur] = [pair.reference.length, pair.current.length]
  const method = choice.method ?? defaultMethod(column.kind, nRef, tallyOf(pair).keys.length)
  const threshold = choice.threshold ?? defaultThreshold(method)
  if (column.kind === 'categorical' && !METHODS[method].categorical) {
    throw new MethodError(column.name, method)
  }
  const found = nRef > 0 && nCur > 0 ? METHODS[method].score(pair) : null
  const drifted = found === null ? nRef !== nCur : hasDrifted(method, found, threshold)
  return {
    column: column.name,
    type: column.kind,
    method,
    threshold,
    // JSON has no number for what overflows.
    score: Number.isFinite(found) ? found : null,
    drifted,
    n_ref: nRef,
    n_cur: nCur,
  }
}
