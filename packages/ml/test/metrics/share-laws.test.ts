// Laws of the intervals of a share and of F1, of what probabilities expect of themselves, and of Cox's line.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coxCalibration, logit, recalibrated } from '../../src/metrics/cox.ts'
import { expectedAuc, expectedAucOf, expectedPerformance } from '../../src/metrics/expected.ts'
import { f1Alarm, f1Interval } from '../../src/metrics/f1.ts'
import type { Label } from '../../src/metrics/scored.ts'
import { wilson } from '../../src/metrics/wilson.ts'

/** Successes out of n. */
const share = fc
  .integer({ min: 1, max: 500 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))

describe('wilson', () => {
  it('has bounds that solve the equation of the score test', () => {
    fc.assert(
      fc.property(share, fc.double({ min: 0.5, max: 4, noNaN: true }), ([k, n], z) => {
        const { value, low, high } = wilson(k, n, z)
        for (const bound of [low, high]) {
          expect((value - bound) ** 2).toBeCloseTo((z * z * bound * (1 - bound)) / n, 9)
        }
        expect(low).toBeLessThanOrEqual(value)
        expect(high).toBeGreaterThanOrEqual(value)
      }),
    )
  })

  it('is mirrored where failures are counted', () => {
    fc.assert(
      fc.property(share, ([k, n]) => {
        const [one, other] = [wilson(k, n), wilson(n - k, n)]
        expect(one.low).toBeCloseTo(1 - other.high, 12)
        expect(one.high).toBeCloseTo(1 - other.low, 12)
      }),
    )
  })

  it('rises with the successes, narrows with the rows and widens with z', () => {
    fc.assert(
      fc.property(share, ([k, n]) => {
        const at = wilson(k, n)
        if (k < n) {
          expect(wilson(k + 1, n).low).toBeGreaterThan(at.low)
          if (k + 1 < n) expect(wilson(k + 1, n).high).toBeGreaterThan(at.high)
        }
        const [more, wide] = [wilson(4 * k, 4 * n), wilson(k, n, 3)]
        expect(more.high - more.low).toBeLessThan(at.high - at.low)
        expect(wide.high - wide.low).toBeGreaterThan(at.high - at.low)
      }),
    )
  })

  it.each([
    [0, 10, 0],
    [10, 10, 1],
  ])('%d of %d touches the end exactly', (k, n, end) => {
    const { low, high } = wilson(k, n)
    expect(end === 0 ? low : high).toBe(end)
  })
})

const counts = fc.record({
  truePositives: fc.integer({ min: 0, max: 200 }),
  falsePositives: fc.integer({ min: 0, max: 200 }),
  falseNegatives: fc.integer({ min: 0, max: 200 }),
  trueNegatives: fc.integer({ min: 0, max: 200 }),
})

describe('F1', () => {
  it('is 2TP / (2TP + FP + FN), the harmonic mean, whatever the true negatives and whichever error', () => {
    fc.assert(
      fc.property(counts, (of) => {
        const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = of
        fc.pre(tp > 0)
        const found = f1Interval(of)
        expect(found.value).toBeCloseTo((2 * tp) / (2 * tp + fp + fn), 12)
        const [precision, recall] = [tp / (tp + fp), tp / (tp + fn)]
        expect(1 / found.value).toBeCloseTo((1 / precision + 1 / recall) / 2, 9)
        expect(f1Interval({ ...of, trueNegatives: of.trueNegatives + 99 })).toEqual(found)
        expect(f1Interval({ ...of, falsePositives: fn, falseNegatives: fp })).toEqual(found)
      }),
    )
  })

  it('alarms exactly where its upper bound is below the floor, and never at a floor below the point', () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (of, floor) => {
        const { alarm, high, f1, n } = f1Alarm(of, floor)
        expect(alarm).toBe(high < floor)
        expect(n).toBe(of.truePositives + of.falsePositives + of.falseNegatives)
        if (n === 0) expect([f1, high, alarm]).toEqual([Number.NaN, 1, false])
        else expect(f1Alarm(of, f1).alarm).toBe(false)
        if (n > 0 && of.truePositives < n) expect(f1Alarm(of, 1).alarm).toBe(high < 1)
      }),
    )
  })
})

const chances = fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 2, maxLength: 40 })
const asChances = (steps: readonly number[]) => steps.map((step) => step / 20)

/** By the definition: all ordered pairs of different rows. */
function pairwiseAuc(scores: readonly number[], p: readonly number[]): number {
  let [right, all] = [0, 0]
  for (const [i, a] of p.entries()) {
    for (const [j, b] of p.entries()) {
      if (i === j) continue
      const order = Math.sign((scores[i] ?? 0) - (scores[j] ?? 0))
      right += a * (1 - b) * (order / 2 + 0.5)
      all += a * (1 - b)
    }
  }
  return right / all
}

describe('expected performance', () => {
  it('has the AUC of all pairs of different rows', () => {
    fc.assert(
      fc.property(chances, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 40 }), (p, by) => {
        const at = asChances(p)
        const scores = by.slice(0, at.length)
        expect(expectedAucOf(scores, at).value).toBeCloseTo(pairwiseAuc(scores, at), 10)
        expect(expectedAuc(at).value).toBeCloseTo(pairwiseAuc(at, at), 10)
        expect(expectedAuc(at).value).toBeGreaterThanOrEqual(0.5 - 1e-12)
      }),
    )
  })

  it('does not look at the order of the rows', () => {
    fc.assert(
      fc.property(chances, (p) => {
        const [one, other] = [asChances(p), asChances(p).reverse()].map((at) =>
          expectedPerformance(at, 0.5),
        )
        for (const name of ['auc', 'f1', 'rate'] as const) {
          expect(other?.[name].value).toBeCloseTo(one?.[name].value ?? -1, 12)
          expect(other?.[name].se).toBeCloseTo(one?.[name].se ?? -1, 12)
        }
      }),
    )
  })

  it('has the error of certain labels, none, and their own F1 and rate', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { maxLength: 20 }), (some) => {
        const labels = [0, 1, ...some]
        const { auc, f1, rate } = expectedPerformance(labels, 0.5)
        const ones = labels.filter((label) => label === 1).length
        expect([auc, f1]).toEqual([
          { value: 1, se: 0 },
          { value: 1, se: 0 },
        ])
        expect(rate).toEqual({ value: ones / labels.length, se: 0 })
      }),
    )
  })

  it('has half the standard error of F1 and of the rate for four times the rows', () => {
    fc.assert(
      fc.property(chances, (p) => {
        const at = asChances(p)
        const [few, many] = [at, [at, at, at, at].flat()].map((a) => expectedPerformance(a, 0.5))
        for (const name of ['f1', 'rate'] as const) {
          expect(many?.[name].value).toBeCloseTo(few?.[name].value ?? -1, 10)
          expect(2 * (many?.[name].se ?? 0)).toBeCloseTo(few?.[name].se ?? -1, 10)
        }
      }),
    )
  })
})

/** Four probabilities with both labels at each, so that no cut parts the classes. */
const cells = fc.tuple(
  ...[0.1, 0.3, 0.6, 0.9].map((p) =>
    fc.tuple(fc.constant(p), fc.integer({ min: 2, max: 30 }), fc.integer({ min: 2, max: 30 })),
  ),
)

function rowsOf(all: readonly (readonly [number, number, number])[]) {
  const rows = all.flatMap(([p, ones, zeros]) => [
    ...Array.from({ length: ones }, () => [p, 1] as const),
    ...Array.from({ length: zeros }, () => [p, 0] as const),
  ])
  return { p: rows.map(([p]) => p), labels: rows.map(([, label]): Label => label) }
}

describe('Cox’s calibration', () => {
  it('has a line at which the residuals add up to zero, alone and times the log odds', () => {
    fc.assert(
      fc.property(cells, (all) => {
        const { p, labels } = rowsOf(all)
        const cox = coxCalibration(p, labels)
        if (cox === null) throw new Error('there is a line')
        const residuals = p.map((one, i) => (labels[i] ?? 0) - recalibrated(cox, one))
        expect(residuals.reduce((sum, r) => sum + r, 0)).toBeCloseTo(0, 4)
        expect(residuals.reduce((sum, r, i) => sum + r * logit(p[i] ?? 0), 0)).toBeCloseTo(0, 4)
        // Twice what the line adds to the log-likelihood.
        const gains = p.map((one, i) => {
          const mended = recalibrated(cox, one)
          return Math.log(labels[i] === 1 ? mended / one : (1 - mended) / (1 - one))
        })
        expect(cox.statistic).toBeCloseTo(2 * gains.reduce((sum, gain) => sum + gain, 0), 8)
        expect(cox.statistic).toBeGreaterThanOrEqual(0)
        expect(cox.p).toBeCloseTo(Math.exp(-cox.statistic / 2), 9)
      }),
      { numRuns: 40 },
    )
  })

  it('finds nothing more to mend in probabilities that its line has mended', () => {
    fc.assert(
      fc.property(cells, (all) => {
        const { p, labels } = rowsOf(all)
        const cox = coxCalibration(p, labels)
        if (cox === null || Math.abs(cox.slope) < 0.05) return
        const again = coxCalibration(
          p.map((one) => recalibrated(cox, one)),
          labels,
        )
        expect(again?.slope).toBeCloseTo(1, 3)
        expect(again?.intercept).toBeCloseTo(0, 3)
        expect(again?.error).toBeCloseTo(0, 4)
      }),
      { numRuns: 40 },
    )
  })

  it('turns the sign of the intercept alone where the classes change names', () => {
    fc.assert(
      fc.property(cells, (all) => {
        const { p, labels } = rowsOf(all)
        const one = coxCalibration(p, labels)
        const other = coxCalibration(
          p.map((a) => 1 - a),
          labels.map((label): Label => (label === 1 ? 0 : 1)),
        )
        expect(other?.slope).toBeCloseTo(one?.slope ?? Number.NaN, 4)
        expect(other?.intercept).toBeCloseTo(-(one?.intercept ?? Number.NaN), 4)
        expect(other?.error).toBeCloseTo(one?.error ?? Number.NaN, 5)
      }),
      { numRuns: 40 },
    )
  })

  it.each<[string, number[], Label[]]>([
    ['one class', [0.2, 0.4, 0.6], [1, 1, 1]],
    ['one probability', [0.4, 0.4, 0.4], [0, 1, 1]],
    ['classes that a cut parts', [0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]],
  ])('has no line for %s', (_, p, labels) => {
    expect(coxCalibration(p, labels)).toBeNull()
  })
})
