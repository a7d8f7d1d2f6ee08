// Platt, isotonic and the threshold agree with scikit-learn (reference/calibration.py made the numbers).
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { calibrator, sigmoid } from '../../src/calibration/calibration.ts'
import { fitIsotonic } from '../../src/calibration/isotonic-fit.ts'
import { fitPlatt } from '../../src/calibration/platt.ts'
import { chooseThreshold } from '../../src/calibration/threshold.ts'
import { confusion, confusionFigures } from '../../src/metrics/confusion.ts'

interface Case {
  readonly scores: readonly number[]
  readonly labels: readonly (0 | 1)[]
  readonly slope: number
  readonly intercept: number
  readonly probes: readonly number[]
  readonly isotonic: readonly number[]
  readonly probabilities: readonly number[]
  readonly best_f1: number
}

const cases: Readonly<Record<string, Case>> = JSON.parse(
  readFileSync(new URL('reference/calibration.json', import.meta.url), 'utf8'),
)

describe.each(Object.entries(cases))('%s', (_name, one) => {
  it('platt', () => {
    const { slope, intercept } = fitPlatt(one.scores, one.labels)
    // scikit-learn stops its L-BFGS at a gradient of about 1e-5.
    expect(slope).toBeCloseTo(one.slope, 4)
    expect(intercept).toBeCloseTo(one.intercept, 4)
  })

  it('isotonic', () => {
    const calibrate = calibrator(fitIsotonic(one.scores, one.labels))
    for (const [i, probe] of one.probes.entries()) {
      expect(calibrate(probe)).toBeCloseTo(one.isotonic[i] ?? Number.NaN, 10)
    }
  })

  it('the threshold of the best F1', () => {
    const threshold = chooseThreshold('f1', one.probabilities, one.labels)
    const { f1 } = confusionFigures(confusion(one.probabilities, one.labels, threshold))
    expect(f1).toBeCloseTo(one.best_f1, 12)
  })
})

const labelled = fc
  .array(fc.tuple(fc.double({ min: -8, max: 8, noNaN: true }), fc.constantFrom(0, 1)), {
    minLength: 2,
    maxLength: 40,
  })
  .filter((rows) => new Set(rows.map(([, label]) => label)).size === 2)
  .map((rows) => ({ scores: rows.map(([s]) => s), labels: rows.map(([, label]) => label) }))

test('every calibration keeps within 0 and 1, and isotonic never falls', () => {
  fc.assert(
    fc.property(labelled, ({ scores, labels }) => {
      const isotonic = calibrator(fitIsotonic(scores, labels))
      const platt = calibrator(fitPlatt(scores, labels))
      const sorted = [...scores].sort((a, b) => a - b)
      const curve = sorted.map(isotonic)
      expect(curve.every((p, i) => i === 0 || p >= (curve[i - 1] ?? 0) - 1e-12)).toBe(true)
      expect([...curve, ...sorted.map(platt)].every((p) => p >= 0 && p <= 1)).toBe(true)
    }),
  )
})

test('no threshold does better by the rule than the chosen one', () => {
  fc.assert(
    fc.property(labelled, ({ scores, labels }) => {
      const p = scores.map(sigmoid)
      const binary = labels.map((label) => (label === 1 ? 1 : 0))
      const f1At = (t: number) => confusionFigures(confusion(p, binary, t)).f1
      const best = f1At(chooseThreshold('f1', p, labels))
      expect(Math.max(...p.map(f1At))).toBeLessThanOrEqual(best + 1e-12)
      const youdenAt = (t: number) => {
        const counts = confusion(p, binary, t)
        const { truePositives: tp, falseNegatives: fn, trueNegatives: tn, falsePositives } = counts
        return tp / (tp + fn) + tn / (tn + falsePositives) - 1
      }
      const youden = youdenAt(chooseThreshold('youden', p, labels))
      expect(Math.max(...p.map(youdenAt))).toBeLessThanOrEqual(youden + 1e-12)
    }),
  )
})

test('a threshold given as a number is taken as it is', () => {
  expect(chooseThreshold(0.3, [0.1, 0.9], [0, 1])).toBe(0.3)
})

test('a threshold lies between two probabilities', () => {
  expect(chooseThreshold('f1', [0.1, 0.2, 0.6, 0.8], [0, 0, 1, 1])).toBeCloseTo(0.4, 12)
})

test('of two neighbouring doubles the threshold is the upper one', () => {
  const upper = 0.5 + Number.EPSILON / 2
  expect(chooseThreshold('f1', [0.5, upper], [0, 1])).toBe(upper)
})

test('calling all rows is tried, also where the lowest probability is 0', () => {
  // All rows: F1 6/7; the upper three: 4/5.
  expect(chooseThreshold('f1', [0, 0.2, 0.3, 0.4], [1, 1, 0, 1])).toBe(0)
  expect(chooseThreshold('f1', [0.1, 0.2, 0.3, 0.4], [1, 1, 0, 1])).toBe(0.05)
})
