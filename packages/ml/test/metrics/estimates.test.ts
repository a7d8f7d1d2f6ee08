// Intervals, Cox's calibration and expected performance agree with scipy and statsmodels (reference/estimates.py).
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confusion } from '../../src/metrics/confusion.ts'
import { coxCalibration, recalibrated } from '../../src/metrics/cox.ts'
import { aucInterval } from '../../src/metrics/delong.ts'
import { expectedAuc, expectedAucOf, expectedPerformance } from '../../src/metrics/expected.ts'
import { f1Alarm, f1Interval } from '../../src/metrics/f1.ts'
import type { Label } from '../../src/metrics/scored.ts'
import { wilson } from '../../src/metrics/wilson.ts'
import { normalLower, normalQuantile } from '../../src/statistics/normal.ts'
import { randomStream } from '../../src/statistics/random.ts'
import { studentQuantile } from '../../src/statistics/student.ts'

interface Case {
  readonly labels: readonly Label[]
  readonly p: readonly number[]
  readonly cox: Figures & { readonly variance: Figures }
  readonly expected: Readonly<Record<'auc' | 'f1' | 'rate', { value: number; se: number }>>
  readonly f1: Figures
  readonly f1_upper: number
}

type Figures = Readonly<Record<string, number>>

const reference: {
  readonly wilson: readonly {
    successes: number
    n: number
    alpha: number
    low: number
    high: number
  }[]
  readonly student: readonly { df: number; p: number; t: number }[]
  readonly normal: Readonly<Record<'z' | 'lower' | 'p' | 'quantile', readonly number[]>>
  readonly cases: Readonly<Record<string, Case>>
} = JSON.parse(readFileSync(new URL('reference/estimates.json', import.meta.url), 'utf8'))

describe('the normal distribution', () => {
  const { z, lower, p, quantile } = reference.normal

  it.each(z.map((value, i) => [value, lower[i]!]))('P(Z ≤ %d) = %d', (value, expected) => {
    expect(Math.abs(normalLower(value) / expected - 1)).toBeLessThan(1e-12)
  })

  it.each(p.map((value, i) => [value, quantile[i]!]))('Φ⁻¹(%d) = %d', (value, expected) => {
    expect(normalQuantile(value)).toBeCloseTo(expected, 11)
  })

  it('has its quantiles at the ends, and none outside', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY)
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY)
    expect(normalQuantile(-0.1)).toBeNaN()
    expect(normalQuantile(1.1)).toBeNaN()
  })
})

describe('Student’s t', () => {
  it.each(reference.student)('of $df degrees exceeds $t with chance $p', ({ df, p, t }) => {
    expect(Math.abs(studentQuantile(p, df) / t - 1)).toBeLessThan(1e-10)
  })
})

describe('Wilson', () => {
  it.each(reference.wilson)('$successes of $n', ({ successes, n, alpha, low, high }) => {
    const found = wilson(successes, n, normalQuantile(1 - alpha / 2))
    expect(found.low).toBeCloseTo(low, 12)
    expect(found.high).toBeCloseTo(high, 12)
  })

  it('knows nothing without rows', () => {
    expect(wilson(0, 0)).toEqual({ value: Number.NaN, low: 0, high: 1 })
  })
})

describe.each(Object.entries(reference.cases))('%s', (_name, { labels, p, ...one }) => {
  it('F1', () => {
    const found = f1Interval(confusion(p, labels, 0.4))
    for (const key of ['value', 'low', 'high'] as const) {
      expect(found[key]).toBeCloseTo(one.f1[key]!, 12)
    }
    expect(f1Alarm(confusion(p, labels, 0.4), 0.5).high).toBeCloseTo(one.f1_upper, 12)
  })

  it('Cox', () => {
    const found = coxCalibration(p, labels)!
    for (const key of ['intercept', 'slope', 'statistic', 'p', 'slopeP', 'error'] as const) {
      expect(Math.abs(found[key] - one.cox[key]!)).toBeLessThan(1e-8)
    }
    for (const key of ['intercept', 'slope', 'covariance'] as const) {
      expect(Math.abs(found.variance[key] / one.cox.variance[key]! - 1)).toBeLessThan(1e-7)
    }
  })

  it('expected performance', () => {
    const found = expectedPerformance(p, 0.4)
    for (const key of ['auc', 'f1', 'rate'] as const) {
      expect(found[key].value).toBeCloseTo(one.expected[key].value, 12)
      expect(Math.abs(found[key].se / one.expected[key].se - 1)).toBeLessThan(0.02)
    }
  })
})

/** Rows of known chances, and labels drawn from them. */
function draw(seed: number, n: number, spread: number) {
  const random = randomStream(seed)
  const p = Array.from({ length: n }, () => 1 / (1 + Math.exp(1 - spread * random.normal())))
  const labels = p.map((chance): Label => (random.chance(chance) ? 1 : 0))
  return { p, labels }
}

describe('Cox', () => {
  it('finds the line that the probabilities were moved by, and undoes it', () => {
    const { p, labels } = draw(3, 4000, 1.2)
    const before = coxCalibration(p, labels)!
    const moved = p.map((chance) => recalibrated({ slope: 2, intercept: 0.5 }, chance))
    const after = coxCalibration(moved, labels)!
    expect(after.slope).toBeCloseTo(before.slope / 2, 8)
    expect(after.intercept).toBeCloseTo(before.intercept - (before.slope / 2) * 0.5, 8)
    expect(before.p).toBeGreaterThan(0.01)
    expect(after.p).toBeLessThan(1e-9)
    expect(after.slopeP).toBeLessThan(1e-9)
    const mended = coxCalibration(
      moved.map((chance) => recalibrated(after, chance)),
      labels,
    )!
    expect(mended.slope).toBeCloseTo(1, 8)
    expect(mended.intercept).toBeCloseTo(0, 8)
    expect(mended.error).toBeLessThan(1e-8)
  })

  it('has no line of one class, of one probability, or of classes that a cut parts', () => {
    expect(coxCalibration([0.2, 0.3, 0.4], [0, 0, 0])).toBeNull()
    expect(coxCalibration([0.3, 0.3, 0.3, 0.3], [0, 1, 0, 1])).toBeNull()
    expect(coxCalibration([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])).toBeNull()
    expect(coxCalibration([0.5], [1])).toBeNull()
  })

  it('takes probabilities of 0 and 1', () => {
    const cox = coxCalibration([0, 0.2, 0.6, 1, 0, 1, 0.4, 0.5], [0, 0, 1, 1, 1, 0, 0, 1])!
    for (const value of [cox.slope, cox.intercept, cox.p]) {
      expect(Number.isFinite(value)).toBe(true)
    }
  })

  it('is right at its level: the joint test and the slope’s', () => {
    let [joint, slope] = [0, 0]
    for (let seed = 0; seed < 400; seed++) {
      const { p, labels } = draw(seed, 400, 1)
      const cox = coxCalibration(p, labels)!
      if (cox.p < 0.05) joint++
      if (cox.slopeP < 0.05) slope++
    }
    for (const found of [joint, slope]) {
      const { low, high } = wilson(found, 400, 3)
      expect(low).toBeLessThan(0.05)
      expect(high).toBeGreaterThan(0.05)
    }
  })
})

describe('expected AUC', () => {
  const chances = fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 3, maxLength: 40 })

  it('is .5 of equal probabilities, and does not depend on the order of rows', () => {
    expect(expectedAuc([0.3, 0.3, 0.3, 0.3])).toEqual({ value: expect.closeTo(0.5, 12), se: 0 })
    fc.assert(
      fc.property(chances, (twentieths) => {
        const p = twentieths.map((k) => k / 20)
        const [one, other] = [expectedAuc(p), expectedAuc([...p].reverse())]
        expect(one.value).toBeCloseTo(other.value, 12)
        expect(one.se).toBeCloseTo(other.se, 12)
        expect(one.value).toBeGreaterThanOrEqual(0.5 - 1e-12)
      }),
    )
  })

  it('of other scores is mirrored where the scores are', () => {
    fc.assert(
      fc.property(chances, (twentieths) => {
        const p = twentieths.map((k) => k / 20)
        const scores = p.map((value, i) => (i % 3) + value)
        const up = expectedAucOf(scores, p)
        const down = expectedAucOf(
          scores.map((score) => -score),
          p,
        )
        expect(up.value + down.value).toBeCloseTo(1, 12)
        expect(up.se).toBeCloseTo(down.se, 12)
      }),
    )
  })

  it('is unknown of one row', () => {
    expect(expectedAuc([0.4]).value).toBeNaN()
  })
})

describe('the AUC interval', () => {
  /** How often it holds the true AUC of .83 or .967, with few positives. */
  const coverage = (positives: number, negatives: number, shift: number, auc: number): number => {
    let held = 0
    const labels = Array.from(
      { length: positives + negatives },
      (_, i): Label => (i < positives ? 1 : 0),
    )
    for (let seed = 0; seed < 400; seed++) {
      const random = randomStream(seed, positives)
      const scores = labels.map((label) => random.normal() + shift * label)
      const { low, high } = aucInterval(scores, labels)
      if (low <= auc && auc <= high) held++
    }
    return held / 400
  }

  it.each([
    [8, 192, 1.349, 0.83, 0.91], // Wald's: 86 %
    [8, 192, 2.6, 0.967, 0.86], // 74 %
    [20, 180, 2.6, 0.967, 0.91], // 83 %
    [120, 330, 1.349, 0.83, 0.93],
  ])('covers with %d positives and %d negatives, shift %d', (m, n, shift, auc, least) => {
    expect(coverage(m, n, shift, auc)).toBeGreaterThan(least)
  })

  it('has a width where the AUC is 1 or 0, by the rarer class', () => {
    const scores = [0.1, 0.2, 0.3, 0.8, 0.9]
    const up = aucInterval(scores, [0, 0, 0, 1, 1])
    expect(up).toMatchObject({ value: 1, high: 1, low: wilson(2, 2).low })
    const down = aucInterval(scores, [1, 1, 0, 0, 0])
    expect(down).toMatchObject({ value: 0, low: 0, high: wilson(0, 2).high })
  })
})

describe('the F1 alarm', () => {
  const counts = (truePositives: number, falsePositives: number, falseNegatives: number) => ({
    truePositives,
    falsePositives,
    falseNegatives,
    trueNegatives: 1000,
  })

  it('is raised by the upper bound, never by the point', () => {
    const [few, many] = [counts(10, 10, 8), counts(1000, 1000, 800)]
    expect(f1Alarm(few, 0.6)).toMatchObject({ alarm: false, n: 28 })
    expect(f1Alarm(many, 0.6)).toMatchObject({ alarm: true, n: 2800 })
    expect(f1Alarm(few, 0.6).f1).toBeCloseTo(f1Alarm(many, 0.6).f1, 12)
  })

  it('is not raised where nobody was called and nobody left', () => {
    expect(f1Alarm(counts(0, 0, 0), 0.6)).toEqual({
      alarm: false,
      f1: Number.NaN,
      high: 1,
      floor: 0.6,
      n: 0,
    })
  })
})
