// Production's standing: what is tested, what is only told, and how often a sound one alarms.
import { describe, expect, it } from 'vitest'
import {
  type Performance,
  performanceOf,
  testCalibration,
  testPerformance,
} from '../../src/decisions/performance.ts'
import { confusion } from '../../src/metrics/confusion.ts'
import { coxCalibration, recalibrated } from '../../src/metrics/cox.ts'
import { aucInterval } from '../../src/metrics/delong.ts'
import { expectedPerformance } from '../../src/metrics/expected.ts'
import { f1Interval } from '../../src/metrics/f1.ts'
import type { Label } from '../../src/metrics/scored.ts'
import { wilson } from '../../src/metrics/wilson.ts'
import { normalLower } from '../../src/statistics/normal.ts'
import { randomStream } from '../../src/statistics/random.ts'

/** How a month's labels come of the probabilities. */
interface Month {
  /** How much of the probabilities' log odds the labels follow. */
  readonly slope?: number
  readonly shift?: number
  /** How far the users' scores spread: a narrower population has a lower AUC. */
  readonly spread?: number
}

function draw(seed: number, n: number, { slope = 1, shift = 0, spread = 1.3 }: Month = {}) {
  const random = randomStream(seed, n)
  const p = Array.from({ length: n }, () => 1 / (1 + Math.exp(1.2 - spread * random.normal())))
  const labels = p.map(
    (chance): Label => (random.chance(recalibrated({ slope, intercept: shift }, chance)) ? 1 : 0),
  )
  return { p, labels }
}

function month(seed: number, n: number, how?: Month): Performance {
  const { p, labels } = draw(seed, n, how)
  return performanceOf('2024-02-29', p, labels, 0.4)
}

/** The share of 200 months that alarm. */
function alarms(n: number, how: Month, alarm: (now: Performance, then: Performance) => boolean) {
  let count = 0
  for (let k = 0; k < 200; k++) {
    const registration = month(2 * k, n, { slope: how.slope === 0.8 ? 0.8 : 1 })
    if (alarm(month(2 * k + 1, n, how), registration)) count++
  }
  return wilson(count, 200)
}

const asks = (now: Performance, then: Performance) => (testPerformance(now, then).p ?? 1) < 0.02

describe('the figures of a month', () => {
  it('are those of the metrics', () => {
    const { p, labels } = draw(1, 400)
    const found = performanceOf('2024-02-29', p, labels, 0.4)
    const counts = confusion(p, labels, 0.4)
    const { value, low, high } = aucInterval(p, labels)
    expect(found).toMatchObject({
      period: '2024-02-29',
      n: 400,
      positives: labels.filter((label) => label === 1).length,
      auc: { value, low, high },
      f1: f1Interval(counts),
      called: (counts.truePositives + counts.falsePositives) / 400,
      expected: expectedPerformance(p, 0.4),
      cox: coxCalibration(p, labels),
    })
  })

  it('that the rows cannot give are null, as JSON has no NaN', () => {
    const found = performanceOf('2024-02-29', [0.2, 0.3], [0, 0], 0.4)
    expect(found.auc).toEqual({ value: null, low: null, high: null })
    expect(found.f1).toEqual({ value: null, low: 0, high: 1 })
    expect(found.cox).toBeNull()
    expect(JSON.parse(JSON.stringify(found))).toEqual(found)
  })
})

describe('performance', () => {
  it('is the shortfall now against that of registration, with the error of both', () => {
    const [then, now] = [month(1, 500), month(2, 500, { slope: 0.7 })]
    const found = testPerformance(now, then)
    const off = then.expected.auc.value! - then.auc.value!
    expect(found.expected).toBeCloseTo(now.expected.auc.value! - off, 12)
    expect(found.shortfall).toBeCloseTo(found.expected! - now.auc.value!, 12)
    expect(found.change).toBeCloseTo(now.auc.value! - then.auc.value!, 12)
    const error = Math.hypot(now.expected.auc.se!, then.expected.auc.se!)
    expect(found.aucP).toBeCloseTo(normalLower(-found.shortfall! / error), 12)
    expect(found.p).toBeCloseTo(Math.min(1, found.aucP! / 0.75, found.slopeP! / 0.25), 12)
  })

  it('is held against the probabilities alone without a registration', () => {
    const now = month(2, 500)
    const found = testPerformance(now, null)
    expect(found).toMatchObject({ expected: now.expected.auc.value, change: null })
    expect(found.slopeP).toBeCloseTo(now.cox!.slopeP, 12)
  })

  it.each([450, 1800])('alarms in at most 2 %% of sound months of %d users', (n) => {
    expect(alarms(n, {}, asks).low).toBeLessThan(0.02)
  })

  it('does not alarm because other users came, on whom any model has a lower AUC', () => {
    const narrow = { spread: 0.6 }
    expect(alarms(1800, narrow, asks).low).toBeLessThan(0.02)
    const change = testPerformance(month(4, 1800, narrow), month(3, 1800)).change!
    expect(change).toBeLessThan(-0.04)
  })

  it('does not alarm for a model that was overconfident from the start', () => {
    expect(alarms(1800, { slope: 0.8 }, asks).low).toBeLessThan(0.02)
  })

  it('finds a concept that moved', () => {
    expect(alarms(1800, { slope: 0.6 }, asks).value).toBeGreaterThan(0.9)
    expect(alarms(450, { slope: 0.2 }, asks).value).toBeGreaterThan(0.9)
  })

  it('does not alarm where the ranking is better than expected', () => {
    expect(testPerformance(month(2, 1800, { slope: 1.6 }), month(1, 1800)).p).toBe(1)
  })

  it('tests nothing with fewer than 10 rows of a class, in either month', () => {
    const few = performanceOf(
      '2024-02-29',
      Array.from({ length: 40 }, (_, i) => i / 40),
      Array.from({ length: 40 }, (_, i): Label => (i < 9 ? 1 : 0)),
      0.4,
    )
    const many = month(1, 500)
    for (const [now, then] of [
      [few, many],
      [many, few],
      [few, null],
    ] as const) {
      expect(testPerformance(now, then)).toMatchObject({ aucP: null, slopeP: null, p: null })
    }
    expect(testPerformance(few, many).realised).toBe(few.auc.value)
  })
})

describe('calibration', () => {
  const asksFor = (now: Performance, then: Performance | null) =>
    (testCalibration(now, then)?.p ?? 1) < 0.01

  it('is Cox’s joint test without a registration', () => {
    const now = month(2, 500, { shift: 0.5 })
    const { intercept, slope, error, p } = now.cox!
    expect(testCalibration(now, null)).toEqual({ intercept, slope, error, p })
  })

  it('asks in at most 1 % of sound months, also of a model that was off from the start', () => {
    expect(alarms(450, {}, asksFor).low).toBeLessThan(0.01)
    expect(alarms(1800, { slope: 0.8 }, asksFor).low).toBeLessThan(0.01)
  })

  it('finds a rate that moved, which no ranking shows', () => {
    expect(alarms(1800, { shift: 0.5 }, asksFor).value).toBeGreaterThan(0.95)
    expect(alarms(1800, { shift: 0.5 }, asks).low).toBeLessThan(0.02)
  })

  it('is 1 of a month against itself, and null without a line', () => {
    const now = month(2, 500)
    expect(testCalibration(now, now)!.p).toBe(1)
    expect(testCalibration({ ...now, cox: null }, now)).toBeNull()
  })
})
