// Every metric agrees with scikit-learn, DeLong with its definition (reference/metrics.py made the numbers).
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { brier } from '../../src/metrics/brier.ts'
import { calibrationBins } from '../../src/metrics/calibration.ts'
import { confusion, confusionFigures } from '../../src/metrics/confusion.ts'
import { aucDifference, aucInterval } from '../../src/metrics/delong.ts'
import { logLoss } from '../../src/metrics/log-loss.ts'
import { averagePrecision, prCurve } from '../../src/metrics/pr.ts'
import { rocAuc, rocCurve } from '../../src/metrics/roc.ts'
import type { Label } from '../../src/metrics/scored.ts'

type Lists = Readonly<Record<string, readonly number[]>>
type Figures = Readonly<Record<string, number>>

interface Case {
  readonly labels: readonly Label[]
  readonly p: readonly number[]
  readonly q: readonly number[]
  readonly [figure: string]: unknown
}

const cases: Readonly<Record<string, Case>> = JSON.parse(
  readFileSync(new URL('reference/metrics.json', import.meta.url), 'utf8'),
)

function near(actual: number, expected: unknown): void {
  expect(Math.abs(actual - Number(expected))).toBeLessThanOrEqual(1e-12)
}

function nearAll(actual: readonly number[], expected: readonly number[] | undefined): void {
  expect(actual).toHaveLength(expected?.length ?? -1)
  for (const [i, value] of actual.entries()) near(value, expected?.[i])
}

describe.each(Object.entries(cases))('%s', (_name, one) => {
  const { labels, p, q } = one

  it('roc', () => {
    near(rocAuc(p, labels), one.auc)
    const [start, ...points] = rocCurve(p, labels)
    expect(start).toEqual({ threshold: Number.POSITIVE_INFINITY, fpr: 0, tpr: 0 })
    for (const key of ['fpr', 'tpr', 'threshold'] as const) {
      nearAll(
        points.map((point) => point[key]),
        (one.roc as Lists)[key],
      )
    }
  })

  it('pr', () => {
    near(averagePrecision(p, labels), one.average_precision)
    const points = prCurve(p, labels)
    for (const key of ['precision', 'recall', 'threshold'] as const) {
      nearAll(
        points.map((point) => point[key]),
        (one.pr as Lists)[key],
      )
    }
  })

  it('probabilities', () => {
    near(brier(p, labels), one.brier)
    near(logLoss(p, labels), one.log_loss)
    const bins = calibrationBins(p, labels, 10)
    const { observed, predicted } = one.calibration as Lists
    nearAll(
      bins.map((bin) => bin.observed),
      observed,
    )
    nearAll(
      bins.map((bin) => bin.predicted),
      predicted,
    )
  })

  it('threshold', () => {
    for (const [name, value] of Object.entries(confusionFigures(confusion(p, labels, 0.4)))) {
      near(value, one[name])
    }
  })

  it('DeLong', () => {
    for (const [name, value] of Object.entries(aucInterval(p, labels))) {
      near(value, (one.delong as Figures)[name])
    }
    for (const [name, value] of Object.entries(aucDifference(p, q, labels))) {
      near(value, (one.difference as Figures)[name])
    }
  })
})
