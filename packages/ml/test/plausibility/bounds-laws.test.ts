// Laws of limits: how they are learned from earlier periods, when a figure is outside, and how figures are shown.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { learnedLimit, type Measure, outside, shareNoise } from '../../src/plausibility/bounds.ts'
import { percent, shown } from '../../src/plausibility/finding.ts'

/** Whole numbers, so that distances are exact. */
const plain: Measure<number> = {
  distance: (now, before) => Math.abs(now - before),
  noise: () => 0,
}
const noisy: Measure<number> = { ...plain, noise: () => 2 }
const figure = fc.integer({ min: -50, max: 50 })
const history = fc.array(figure, { minLength: 1, maxLength: 8 })
const limit = fc.integer({ min: 1, max: 40 }).map((half) => 2 * half)

describe('learnedLimit', () => {
  it.each<[string, number[], number]>([
    ['one period', [5], 20],
    ['two periods', [5, 5], 20],
    ['three that were steady', [5, 5, 5], 10],
    ['three with steps of 4', [5, 9, 5], 12],
    ['three with a step of 1 and one of 6', [5, 6, 12], 18],
    ['three with steps of 40', [0, 40, 0], 20],
  ])('of 20 after %s', (_, earlier, learned) => {
    expect(learnedLimit(20, earlier, plain)).toBe(learned)
  })

  it('lies between half of the limit and all of it, and is three of the largest steps there', () => {
    fc.assert(
      fc.property(history, limit, (earlier, most) => {
        const learned = learnedLimit(most, earlier, plain)
        expect(learned).toBeLessThanOrEqual(most)
        expect(learned).toBeGreaterThanOrEqual(most / 2)
        if (learned > most / 2 && learned < most) {
          const steps = earlier.slice(1).map((value, i) => Math.abs(value - (earlier[i] ?? 0)))
          expect(steps.map((step) => 3 * step)).toContain(learned)
          for (const step of steps) expect(3 * step).toBeLessThanOrEqual(learned)
        }
      }),
    )
  })

  it('is no narrower for larger steps', () => {
    fc.assert(
      fc.property(history, limit, (earlier, most) => {
        const wider = earlier.map((value) => 2 * value)
        expect(learnedLimit(most, wider, plain)).toBeGreaterThanOrEqual(
          learnedLimit(most, earlier, plain),
        )
      }),
    )
  })

  it('does not count steps that cannot be measured', () => {
    const none: Measure<number> = { ...plain, distance: () => null }
    expect(learnedLimit(20, [1, 1, 1, 1], none)).toBe(20)
  })
})

describe('outside', () => {
  it('is the distance to the nearest of all, and no finding within the limit of any', () => {
    fc.assert(
      fc.property(figure, history, limit, (now, earlier, most) => {
        const allowed = learnedLimit(most, earlier, plain)
        const nearest = Math.min(...earlier.map((value) => Math.abs(now - value)))
        const far = outside(now, earlier, most, plain)
        expect(far === null).toBe(nearest <= allowed)
        if (far !== null) expect([far.distance, far.limit]).toEqual([nearest, allowed])
      }),
    )
  })

  it('lets the noise of the draw pass on top', () => {
    expect(outside(12, [0], 10, noisy)).toBeNull()
    expect(outside(13, [0], 10, noisy)).toEqual({ nearest: 0, distance: 13, limit: 12 })
  })

  it('never finds the figure of an earlier period', () => {
    fc.assert(
      fc.property(history, limit, fc.nat(), (earlier, most, pick) => {
        const again = earlier[pick % earlier.length] ?? 0
        expect(outside(again, earlier, most, plain)).toBeNull()
      }),
    )
  })

  it('finds what is farther where it finds what is nearer, on the same side of all', () => {
    fc.assert(
      fc.property(history, limit, fc.nat({ max: 90 }), (earlier, most, above) => {
        const now = Math.max(...earlier) + above
        if (outside(now, earlier, most, plain) === null) return
        expect(outside(now + 1, earlier, most, plain)?.distance).toBe(above + 1)
      }),
    )
  })

  it('is nothing without a limit, without a past, and where nothing can be compared', () => {
    expect(outside(99, [0], null, plain)).toBeNull()
    expect(outside(99, [], 1, plain)).toBeNull()
    expect(outside(99, [0], 1, { ...plain, distance: () => null })).toBeNull()
  })
})

describe('shareNoise', () => {
  it('falls as the root of the rows, is the same for a share and its rest, and never zero', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.integer({ min: 100, max: 9999 }),
        (share, n) => {
          const noise = shareNoise(share, n, n)
          expect(noise).toBeCloseTo(3 * Math.sqrt((2 * share * (1 - share)) / n), 12)
          expect(shareNoise(share, 4 * n, 4 * n)).toBeCloseTo(noise / 2, 12)
          expect(shareNoise(1 - share, n, n)).toBeCloseTo(noise, 12)
          expect(shareNoise(0, n, n)).toBeGreaterThan(0)
          expect(shareNoise(0, n, n)).toBeLessThan(noise)
        },
      ),
    )
  })
})

describe('figures for people', () => {
  it.each([
    [0, '0'],
    [0.123456, '0.1235'],
    [-12.3456, '-12.35'],
    [999.94, '999.9'],
    [1000.4, '1,000'],
    [-1234567, '-1,234,567'],
  ])('%d is shown as %s', (value, text) => {
    expect(shown(value)).toBe(text)
  })

  it.each([
    [0, '0 %'],
    [0.1234, '12.3 %'],
    [0.5, '50 %'],
    [1, '100 %'],
  ])('%d is %s', (value, text) => {
    expect(percent(value)).toBe(text)
  })
})
