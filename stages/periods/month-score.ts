// A model's figures on the labelled held-out users of a month, each with its interval.
import type { MonthScore } from '@weir/formats/artifacts'
import { type Performance, performanceOf } from '@weir/ml/decisions'
import { brierInterval, confusion, wilson } from '@weir/ml/metrics'
import type { ScoredRows } from './scored-rows.ts'

/**
 * All figures of a month: shares with Wilson's interval, the rest as performanceOf says.
 * @param threshold a probability from here on is called 1
 */
export function monthScore(
  period: string,
  { probabilities, labels }: Pick<ScoredRows, 'probabilities' | 'labels'>,
  threshold: number,
): MonthScore {
  const { called: _, ...figures } = performanceOf(period, probabilities, labels, threshold)
  const { auc, f1, expected, cox, ...about } = figures
  const { truePositives, falsePositives, falseNegatives } = confusion(
    probabilities,
    labels,
    threshold,
  )
  const called = truePositives + falsePositives
  return {
    ...about,
    auc,
    f1,
    precision: known(wilson(truePositives, called)),
    recall: known(wilson(truePositives, truePositives + falseNegatives)),
    brier: known(brierInterval(probabilities, labels)),
    called: known(wilson(called, labels.length)),
    expected,
    cox,
  }
}

/** The figures that the tests of a decision read. */
export function performanceIn({ called, ...month }: MonthScore): Performance {
  return { ...month, called: called.value ?? 0 }
}

function known({ value, low, high }: { value: number; low: number; high: number }) {
  const orNull = (figure: number) => (Number.isFinite(figure) ? figure : null)
  return { value: orNull(value), low: orNull(low), high: orNull(high) }
}
