// What no figure may depend on: the order of the rows, each row being there twice, or which class is called 1.
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { brier } from '../../src/metrics/brier.ts'
import { calibrationBins, expectedCalibrationError } from '../../src/metrics/calibration.ts'
import { confusion, confusionFigures } from '../../src/metrics/confusion.ts'
import { aucInterval } from '../../src/metrics/delong.ts'
import { logLoss } from '../../src/metrics/log-loss.ts'
import { averagePrecision, prCurve } from '../../src/metrics/pr.ts'
import { rocAuc, rocCurve } from '../../src/metrics/roc.ts'
import { cuts, type Label } from '../../src/metrics/scored.ts'
import { slices } from '../../src/metrics/slices.ts'

interface Rows {
  readonly p: number[]
  readonly labels: Label[]
}

/** Probabilities of few values, so that there are ties, with at least two rows of each class. */
const rows: fc.Arbitrary<Rows> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 15 }), fc.constantFrom<Label>(0, 1)), { maxLength: 40 })
  .map((some) => ({
    p: [...some.map(([p]) => p / 16), 0.25, 0.5, 0.5, 0.75],
    labels: [...some.map(([, label]) => label), 0, 1, 0, 1],
  }))

const FIGURES: Readonly<Record<string, (rows: Rows) => number>> = {
  auc: ({ p, labels }) => rocAuc(p, labels),
  'average precision': ({ p, labels }) => averagePrecision(p, labels),
  brier: ({ p, labels }) => brier(p, labels),
  'log loss': ({ p, labels }) => logLoss(p, labels),
  'calibration error': ({ p, labels }) => expectedCalibrationError(calibrationBins(p, labels)),
  f1: ({ p, labels }) => confusionFigures(confusion(p, labels, 0.5)).f1,
  accuracy: ({ p, labels }) => confusionFigures(confusion(p, labels, 0.5)).accuracy,
}

describe.each(Object.entries(FIGURES))('%s', (_, figure) => {
  it('is of the rows, not of their order or of how often all of them are there', () => {
    fc.assert(
      fc.property(rows, ({ p, labels }) => {
        const own = figure({ p, labels })
        const turned = figure({ p: [...p].reverse(), labels: [...labels].reverse() })
        const twice = figure({ p: [...p, ...p], labels: [...labels, ...labels] })
        expect(turned).toBeCloseTo(own, 12)
        expect(twice).toBeCloseTo(own, 12)
      }),
    )
  })
})

const other = (label: Label): Label => (label === 1 ? 0 : 1)

test('where the other class is called 1, nothing changes but the names', () => {
  fc.assert(
    fc.property(rows, ({ p, labels }) => {
      const [q, swapped] = [p.map((value) => 1 - value), labels.map(other)]
      expect(rocAuc(q, swapped)).toBeCloseTo(rocAuc(p, labels), 12)
      expect(brier(q, swapped)).toBeCloseTo(brier(p, labels), 12)
      expect(logLoss(q, swapped)).toBeCloseTo(logLoss(p, labels), 12)
    }),
  )
})

test('the area is the share of the pairs that are in order, ties being half of one', () => {
  fc.assert(
    fc.property(rows, ({ p, labels }) => {
      const of = (label: Label) => p.filter((_, row) => labels[row] === label)
      const pairs = of(1).flatMap((up) =>
        of(0).map((down) => (up > down ? 1 : up === down ? 0.5 : 0)),
      )
      const share = pairs.reduce<number>((sum, pair) => sum + pair, 0) / pairs.length
      expect(rocAuc(p, labels)).toBeCloseTo(share, 12)
    }),
  )
})

test('more of the same rows give an interval of the area within that of fewer', () => {
  fc.assert(
    fc.property(rows, ({ p, labels }) => {
      const own = aucInterval(p, labels)
      const many = aucInterval([...p, ...p, ...p], [...labels, ...labels, ...labels])
      expect(many.low).toBeGreaterThanOrEqual(own.low - 1e-12)
      expect(many.high).toBeLessThanOrEqual(own.high + 1e-12)
    }),
  )
})

describe('curves', () => {
  test('the cuts are the counts at every distinct score, by a slow count', () => {
    fc.assert(
      fc.property(rows, ({ p, labels }) => {
        const distinct = [...new Set(p)].sort((a, b) => b - a)
        const count = (threshold: number, label: Label) =>
          p.filter((value, row) => value >= threshold && labels[row] === label).length
        expect(cuts(p, labels)).toEqual(
          distinct.map((threshold) => ({
            threshold,
            truePositives: count(threshold, 1),
            falsePositives: count(threshold, 0),
          })),
        )
      }),
    )
  })

  test('the ROC curve never falls, and recall never falls with the threshold', () => {
    fc.assert(
      fc.property(rows, ({ p, labels }) => {
        const rises = (list: number[]) => list.every((x, i) => i === 0 || x >= (list[i - 1] ?? 0))
        const roc = rocCurve(p, labels)
        expect(rises(roc.map(({ fpr }) => fpr))).toBe(true)
        expect(rises(roc.map(({ tpr }) => tpr))).toBe(true)
        expect(rises(prCurve(p, labels).map(({ recall }) => recall))).toBe(true)
        expect(roc.at(-1)).toMatchObject({ fpr: 1, tpr: 1 })
      }),
    )
  })

  test('a perfect ranking has an area and an average precision of 1, the worst an area of 0', () => {
    const labels: Label[] = [0, 0, 0, 1, 1]
    const rising = [0.1, 0.2, 0.3, 0.8, 0.9]
    expect([rocAuc(rising, labels), averagePrecision(rising, labels)]).toEqual([1, 1])
    expect(rocAuc([...rising].reverse(), labels)).toBe(0)
    // Without any ranking, precision is the share of 1s.
    expect([rocAuc([3, 3, 3, 3, 3], labels), averagePrecision([3, 3, 3, 3, 3], labels)]).toEqual([
      0.5, 0.4,
    ])
  })
})

test('the constant that scores best is the share of 1s', () => {
  fc.assert(
    fc.property(rows, fc.double({ min: 0.01, max: 0.99, noNaN: true }), ({ labels }, guess) => {
      const rate = labels.filter((label) => label === 1).length / labels.length
      const constant = (value: number) => labels.map(() => value)
      expect(brier(constant(rate), labels)).toBeLessThanOrEqual(
        brier(constant(guess), labels) + 1e-12,
      )
      expect(logLoss(constant(rate), labels)).toBeLessThanOrEqual(
        logLoss(constant(guess), labels) + 1e-12,
      )
      expect(brier(constant(rate), labels)).toBeCloseTo(rate * (1 - rate), 12)
    }),
  )
})

test('the slices part the rows: sizes, 1s and calls add up to those of all', () => {
  fc.assert(
    fc.property(
      rows,
      fc.infiniteStream(fc.constantFrom('x', 'y', null)),
      ({ p, labels }, stream) => {
        const levels = p.map(() => stream.next().value)
        const parts = slices(levels, p, labels, 0.5)
        const total = (of: (slice: (typeof parts)[number]) => number) =>
          parts.reduce((sum, slice) => sum + of(slice), 0)
        expect(total(({ n }) => n)).toBe(p.length)
        expect(total(({ n, rate }) => n * rate)).toBeCloseTo(
          labels.filter((l) => l === 1).length,
          9,
        )
        const called = p.filter((value) => value >= 0.5).length
        expect(total(({ n, predictedRate }) => n * predictedRate)).toBeCloseTo(called, 9)
      },
    ),
  )
})
