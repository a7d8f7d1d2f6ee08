// A fitted calibration is the best of its kind: isotonic by its min-max formula, Platt by the slope of its loss.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { calibrator, sigmoid } from '../../src/calibration/calibration.ts'
import { fitIsotonic } from '../../src/calibration/isotonic-fit.ts'
import { fitPlatt } from '../../src/calibration/platt.ts'
import { chooseThreshold } from '../../src/calibration/threshold.ts'

const rows = fc
  .array(fc.tuple(fc.integer({ min: -12, max: 12 }), fc.constantFrom(0, 1)), { maxLength: 30 })
  .map((some) => ({
    scores: [...some.map(([score]) => score / 4), -1, 0, 0, 1],
    labels: [...some.map(([, label]) => label), 0, 1, 0, 1],
  }))

/** Barlow et al. (1972), 1.9: the fit at x is the greatest of the least means of labels from some a ≤ x to some b ≥ x. */
function minMax(scores: number[], labels: number[], x: number): number {
  const distinct = [...new Set(scores)]
  const mean = (a: number, b: number) => {
    const inside = labels.filter((_, i) => (scores[i] ?? 0) >= a && (scores[i] ?? 0) <= b)
    return inside.reduce((sum, label) => sum + label, 0) / inside.length
  }
  const ends = distinct.filter((b) => b >= x)
  return Math.max(
    ...distinct.filter((a) => a <= x).map((a) => Math.min(...ends.map((b) => mean(a, b)))),
  )
}

test('isotonic has the fitted value of the min-max formula at every score', () => {
  fc.assert(
    fc.property(rows, ({ scores, labels }) => {
      const probability = calibrator(fitIsotonic(scores, labels))
      for (const score of new Set(scores)) {
        expect(probability(score)).toBeCloseTo(minMax(scores, labels, score), 12)
      }
    }),
  )
})

test('isotonic keeps the rate of the event, and is constant beyond the scores that it has seen', () => {
  fc.assert(
    fc.property(rows, ({ scores, labels }) => {
      const probability = calibrator(fitIsotonic(scores, labels))
      const sum = (list: number[]) => list.reduce((total, value) => total + value, 0)
      expect(sum(scores.map(probability))).toBeCloseTo(sum(labels), 9)
      const [low, high] = [Math.min(...scores), Math.max(...scores)]
      expect(probability(low - 5)).toBe(probability(low))
      expect(probability(high + 5)).toBe(probability(high))
    }),
  )
})

test('at Platt’s curve the loss has no slope left in either direction', () => {
  fc.assert(
    fc.property(rows, ({ scores, labels }) => {
      const { slope, intercept } = fitPlatt(scores, labels)
      const ones = labels.filter((label) => label === 1).length
      const target = (label: number) =>
        label === 1 ? (ones + 1) / (ones + 2) : 1 / (labels.length - ones + 2)
      const errors = scores.map((s, i) => sigmoid(slope * s + intercept) - target(labels[i] ?? 0))
      const gradient = (by: (score: number) => number) =>
        errors.reduce((sum, error, i) => sum + error * by(scores[i] ?? 0), 0)
      expect(gradient(() => 1)).toBeCloseTo(0, 7)
      expect(gradient((score) => score)).toBeCloseTo(0, 7)
    }),
  )
})

test('Platt’s curve is of the scores: in another unit the probabilities are the same', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 9 }), ({ scores, labels }, factor) => {
      const own = calibrator(fitPlatt(scores, labels))
      const other = calibrator(
        fitPlatt(
          scores.map((s) => factor * s - 3),
          labels,
        ),
      )
      for (const s of scores) expect(other(factor * s - 3)).toBeCloseTo(own(s), 6)
    }),
  )
})

test('a threshold splits the rows where it should: it is never one of the probabilities below it', () => {
  fc.assert(
    fc.property(rows, fc.constantFrom('f1', 'youden'), ({ scores, labels }, rule) => {
      const p = scores.map(sigmoid)
      const threshold = chooseThreshold(rule === 'f1' ? 'f1' : 'youden', p, labels)
      const above = p.filter((value) => value >= threshold)
      expect(above.length).toBeGreaterThan(0)
      expect(threshold).toBeGreaterThan(0)
      expect(threshold).toBeLessThanOrEqual(Math.min(...above))
    }),
  )
})
