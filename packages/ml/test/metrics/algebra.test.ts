// What must hold of the metrics whatever the scores are, and what they say where they are not defined.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brier } from '../../src/metrics/brier.ts'
import { calibrationBins, expectedCalibrationError } from '../../src/metrics/calibration.ts'
import { confusion, confusionFigures } from '../../src/metrics/confusion.ts'
import { aucDifference, aucInterval } from '../../src/metrics/delong.ts'
import { averagePrecision } from '../../src/metrics/pr.ts'
import { rocAuc, rocCurve } from '../../src/metrics/roc.ts'
import type { Label } from '../../src/metrics/scored.ts'
import { slices } from '../../src/metrics/slices.ts'
import { thin } from '../../src/metrics/thin.ts'
import { thresholdCurve } from '../../src/metrics/threshold-curve.ts'

/** Rows with ties and both classes. */
const scored = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom<Label>(0, 1)), {
    minLength: 4,
    maxLength: 60,
  })
  .map((rows) => ({
    scores: [...rows.map(([score]) => score / 20), 0.5, 0.5, 0.3, 0.7],
    labels: [...rows.map(([, label]) => label), 0, 1, 0, 1] as Label[],
  }))

describe('AUC', () => {
  it('is not moved by a rising map, mirrored by a falling one', () => {
    fc.assert(
      fc.property(scored, ({ scores, labels }) => {
        const auc = rocAuc(scores, labels)
        expect(
          rocAuc(
            scores.map((s) => Math.exp(3 * s) - 7),
            labels,
          ),
        ).toBe(auc)
        expect(
          rocAuc(
            scores.map((s) => 1 - s),
            labels,
          ),
        ).toBeCloseTo(1 - auc, 12)
      }),
    )
  })

  it('is the area under the curve by trapezes, and DeLong’s estimate', () => {
    fc.assert(
      fc.property(scored, ({ scores, labels }) => {
        const curve = rocCurve(scores, labels)
        let area = 0
        for (const [i, point] of curve.entries()) {
          const before = curve[i - 1] ?? point
          area += ((point.fpr - before.fpr) * (point.tpr + before.tpr)) / 2
        }
        expect(rocAuc(scores, labels)).toBeCloseTo(area, 12)
        const { value, low, high } = aucInterval(scores, labels)
        expect(value).toBe(rocAuc(scores, labels))
        expect(low).toBeLessThanOrEqual(value)
        expect(high).toBeGreaterThanOrEqual(value)
      }),
    )
  })

  it('is NaN with one class, and so is its interval', () => {
    expect(rocAuc([0.1, 0.2], [1, 1])).toBeNaN()
    expect(aucInterval([0.1, 0.2], [0, 0]).value).toBeNaN()
  })
})

describe('the difference of two AUCs', () => {
  it('changes its sign with the order, and is 0 for models that rank alike', () => {
    fc.assert(
      fc.property(scored, scored, ({ scores, labels }, other) => {
        const second = scores.map((_, i) => other.scores[i % other.scores.length] ?? 0)
        const there = aucDifference(scores, second, labels)
        const back = aucDifference(second, scores, labels)
        expect(there.value).toBeCloseTo(-back.value, 12)
        expect(there.variance).toBeCloseTo(back.variance, 12)
        expect(there.p).toBeCloseTo(back.p, 9)
        const alike = aucDifference(
          scores,
          scores.map((s) => s * s),
          labels,
        )
        expect(alike).toMatchObject({ value: 0, low: 0, high: 0, p: 1 })
      }),
    )
  })
})

describe('the threshold curve', () => {
  it('has the confusion figures of each of its thresholds', () => {
    fc.assert(
      fc.property(scored, ({ scores, labels }) => {
        for (const { threshold, ...figures } of thresholdCurve(scores, labels)) {
          expect(figures).toEqual(confusionFigures(confusion(scores, labels, threshold)))
        }
      }),
    )
  })

  it('has figures of 0 where nobody is called', () => {
    const figures = confusionFigures(confusion([0.1, 0.2], [0, 1], 0.9))
    expect(figures).toEqual({ precision: 0, recall: 0, f1: 0, accuracy: 0.5 })
  })
})

describe('calibration', () => {
  it('counts every row once, within its bin, and its error is at most 1', () => {
    fc.assert(
      fc.property(scored, ({ scores, labels }) => {
        const bins = calibrationBins(scores, labels, 7)
        expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(scores.length)
        for (const { low, high, predicted } of bins) {
          expect(predicted).toBeGreaterThanOrEqual(low - 1e-12)
          expect(predicted).toBeLessThanOrEqual(high + 1e-12)
        }
        expect(expectedCalibrationError(bins)).toBeGreaterThanOrEqual(0)
        expect(expectedCalibrationError(bins)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('error of a known case: bins of 2 and 1 rows', () => {
    // |0.5 − 0.15| · 2/3 + |1 − 0.95| · 1/3
    const bins = calibrationBins([0.12, 0.18, 0.95], [0, 1, 1])
    expect(expectedCalibrationError(bins)).toBeCloseTo(0.25, 12)
  })

  it('refuses what is no probability', () => {
    expect(() => calibrationBins([1.2], [1])).toThrow('probability 1.2 in row 0')
  })
})

describe('bad rows', () => {
  it.each([
    ['no rows', [], []],
    ['2 scores for 1 labels', [0.1, 0.2], [1]],
    ['score NaN in row 1', [0.1, Number.NaN], [1, 0]],
  ] as [string, number[], Label[]][])('%s', (message, scores, labels) => {
    for (const metric of [rocAuc, averagePrecision, brier, aucInterval]) {
      expect(() => metric(scores, labels)).toThrow(message)
    }
  })
})

describe('slices', () => {
  it('hold the figures of their own rows, blank last', () => {
    const found = slices(
      ['b', 'a', null, 'a', 'b', 'b', 'a'],
      [0.9, 0.2, 0.6, 0.7, 0.1, 0.8, 0.4],
      [1, 0, 1, 1, 0, 0, 1],
      0.5,
    )
    expect(found.map(({ level, n }) => [level, n])).toEqual([
      ['a', 3],
      ['b', 3],
      [null, 1],
    ])
    expect(found[0]).toMatchObject({ auc: 1, rate: 2 / 3, predictedRate: 1 / 3, precision: 1 })
    expect(found[1]).toMatchObject({ auc: 1, recall: 1, precision: 0.5 })
    expect(found[2]).toMatchObject({ auc: null, rate: 1, predictedRate: 1 })
  })
})

describe('thin', () => {
  it('keeps the ends and the order, and never more than it may', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), fc.integer({ min: 2, max: 50 }), (n, most) => {
        const points = Array.from({ length: n }, (_, i) => i)
        const kept = thin(points, most)
        expect(kept).toHaveLength(Math.min(n, most))
        expect([kept[0], kept.at(-1)]).toEqual([0, n - 1])
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
      }),
    )
  })
})
