// Can the periods be told apart? A classifier between them as one score of all columns together.
import { aucInterval } from '../metrics/delong.ts'
import { type Design, fitLogistic, logOdds } from '../statistics/logistic.ts'
import { type DesignColumn, designColumns, type MixedRows, pairedTerms } from './design.ts'

export const FOLDS = 5

/** Most columns of the regression. */
const MOST_TERMS = 100
const RIDGE = 1e-3

export interface PeriodClassifier {
  /** Out of fold: .5 where the periods cannot be told apart, 1 where each row shows its period. */
  readonly auc: number
  readonly low: number
  readonly high: number
  readonly rows: number
  /** The terms with the largest weights, for people: `hours`, `hours × plan=basic`. */
  readonly terms: readonly string[]
}

/**
 * The AUC of a logistic regression of the period on the columns and on products of two of them, so that a correlation
 * that moved shows although no column did. Each row is scored by a fit that did not see its fold. The products are those
 * whose correlation differs most between the periods, chosen anew without the fold that is scored. Null where a period
 * has fewer than FOLDS rows, or where no column varies.
 */
export function classifyPeriods(mixed: MixedRows): PeriodClassifier | null {
  const { period, fold } = mixed
  const rows = Array.from({ length: period.length }, (_, row) => row)
  const ones = rows.filter((row) => period[row] === 1).length
  if (ones < FOLDS || rows.length - ones < FOLDS) return null
  const linear = designColumns(mixed, MOST_TERMS)
  if (linear.length === 0) return null
  const scores = new Float64Array(rows.length)
  for (let held = 0; held < FOLDS; held++) {
    const seen = rows.filter((row) => fold[row] !== held)
    const fitted = fitTo(linear, period, seen)
    for (const row of rows)
      if (fold[row] === held) scores[row] = logOdds(fitted.fit, fitted.design, row)
  }
  const { value, low, high } = aucInterval(scores, period)
  const whole = fitTo(linear, period, rows)
  return { auc: value, low, high, rows: rows.length, terms: namesOf(whole) }
}

interface Fitted {
  readonly terms: readonly DesignColumn[]
  readonly design: Design
  readonly fit: ReturnType<typeof fitLogistic>
}

function fitTo(
  linear: readonly DesignColumn[],
  period: MixedRows['period'],
  seen: readonly number[],
): Fitted {
  const products = pairedTerms(linear, period, seen, MOST_TERMS - linear.length)
  const terms = [...linear, ...products]
  const design = matrixOf(terms, period.length)
  return { terms, design, fit: fitLogistic(design, period, seen, RIDGE) }
}

function matrixOf(terms: readonly DesignColumn[], rows: number): Design {
  const width = terms.length
  const matrix = new Float64Array(rows * width)
  for (const [i, { values }] of terms.entries()) {
    for (let row = 0; row < rows; row++) matrix[row * width + i] = values[row]
  }
  return { matrix, width }
}

const MOST_NAMED = 5

function namesOf({ terms, fit }: Fitted): string[] {
  const order = terms
    .map((_, i) => i)
    .sort((a, b) => Math.abs(fit.weights[b]) - Math.abs(fit.weights[a]))
  return order.slice(0, MOST_NAMED).map((i) => terms[i].name)
}
