// What is measured of one column: its test, its effect, its blanks and new levels; not yet whether it drifted.
import type { ColumnKind } from '@weir/formats/artifacts'
import type { FeatureColumn } from '@weir/formats/dataset'
import { type Blanks, blanksOf, type NewLevels, newLevelsOf } from './blanks.ts'
import { defaultMethod, defaultThreshold, METHODS, type MethodName } from './method.ts'
import { type Pair, pairOf } from './pair.ts'
import { fits, ruleFor } from './rule.ts'
import { type Choice, choiceFor, type DriftSettings } from './settings.ts'
import { distinctOf } from './tally.ts'

/** A column to compare: its values in the reference period and in the current one. */
export interface DriftColumn {
  readonly name: string
  readonly kind: ColumnKind
  readonly reference: FeatureColumn
  readonly current: FeatureColumn
}

/** The figures of a column. Where the tests of a data set are many, they are judged together (dataset.ts). */
export interface MeasuredColumn {
  readonly column: string
  readonly type: ColumnKind
  /** The method of the score and the threshold that it has to reach (a p-value: to fall below). */
  readonly method: MethodName
  readonly threshold: number
  /** Null where a side has no values, or where the score is no number. */
  readonly score: number | null
  /** The test of the rule `weir` and its level; null under Evidently's preset. */
  readonly test: MethodName | null
  readonly alpha: number | null
  readonly p: number | null
  readonly blanks: Blanks
  readonly newLevels: NewLevels
  readonly nRef: number
  readonly nCur: number
}

/** A method was asked for that does not fit its column. */
export class MethodError extends Error {
  override readonly name = 'MethodError'
  readonly column: string
  readonly method: MethodName

  constructor(
    column: string,
    method: MethodName,
    why = `compares numbers; ${column} is categorical`,
  ) {
    super(`${method} ${why}`)
    this.column = column
    this.method = method
  }
}

/**
 * Measures one column. O(n log n).
 * @throws MethodError where the chosen method needs numbers and the column is categorical, or is
 *   fisher_exact and the column has more than two values
 */
export function measureColumn(column: DriftColumn, settings: DriftSettings = {}): MeasuredColumn {
  return measurePair(column.name, pairOf(column.kind, column.reference, column.current), settings)
}

/** The same of a column that is sorted and counted already. */
export function measurePair(name: string, pair: Pair, settings: DriftSettings): MeasuredColumn {
  const choice = choiceFor(settings, name, pair.kind)
  if (choice.method !== undefined) checkFits(name, pair, choice.method)
  return settings.preset === 'evidently'
    ? byConvention(name, pair, choice, settings.seed ?? 0)
    : byRule(name, pair, choice, settings)
}

function checkFits(name: string, pair: Pair, method: MethodName): void {
  if (!fits(method, pair.kind)) throw new MethodError(name, method)
  if (method === 'fisher_exact' && distinctOf(pair, 2) > 2) {
    throw new MethodError(name, method, `compares two values; ${name} has more`)
  }
}

function byConvention(name: string, pair: Pair, choice: Choice, seed: number): MeasuredColumn {
  const { nRef, nCur } = pair
  const method = choice.method ?? defaultMethod(pair.kind, nRef, distinctOf(pair, 5))
  const score = nRef > 0 && nCur > 0 ? METHODS[method].score(pair, seed) : null
  return {
    ...common(name, pair),
    method,
    threshold: choice.threshold ?? defaultThreshold(method),
    score: finite(score),
    ...{ test: null, alpha: null, p: null },
    blanks: blanksOf(pair, false),
  }
}

function byRule(name: string, pair: Pair, choice: Choice, settings: DriftSettings): MeasuredColumn {
  const rule = ruleFor(pair, choice, settings)
  const sides = rule.blankIsLevel ? [pair.rowsRef, pair.rowsCur] : [pair.nRef, pair.nCur]
  const both = sides.every((n) => n > 0)
  return {
    ...common(name, pair),
    method: rule.effect,
    threshold: rule.threshold,
    score: finite(both && pair.nRef + pair.nCur > 0 ? rule.size(pair) : null),
    test: rule.test,
    alpha: rule.alpha,
    p: finite(both && pair.nRef + pair.nCur > 0 ? rule.p(pair) : null),
    blanks: blanksOf(pair, !rule.blankIsLevel),
  }
}

const common = (column: string, pair: Pair) => ({
  ...{ column, type: pair.kind, nRef: pair.nRef, nCur: pair.nCur },
  newLevels: newLevelsOf(pair),
})

/** JSON has no number for what overflows. */
const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null
