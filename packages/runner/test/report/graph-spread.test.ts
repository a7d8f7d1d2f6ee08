// The places closest to the wanted ones: exact cases, and laws of weighted least squares.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spread } from '../../src/report/graph-place.ts'

const wish = fc.record({
  want: fc.integer({ min: -50, max: 50 }),
  gap: fc.integer({ min: 0, max: 20 }),
  weight: fc.integer({ min: 1, max: 4 }),
})
const wishes = fc.array(wish, { minLength: 1, maxLength: 8 }).map((all) => ({
  wanted: all.map(({ want }) => want),
  gaps: all.slice(1).map(({ gap }) => gap),
  weights: all.map(({ weight }) => weight),
}))

describe('spread', () => {
  it.each<[number[], number[], number[], number[]]>([
    [[], [], [], []],
    [[7], [], [1], [7]],
    [[0, 10], [4], [1, 1], [0, 10]],
    [[0, 0], [4], [1, 1], [-2, 2]],
    [[0, 0], [4], [3, 1], [-1, 3]],
    [[5, 0], [1], [1, 1], [2, 3]],
    [
      [0, 0, 0],
      [2, 2],
      [1, 1, 1],
      [-2, 0, 2],
    ],
    [
      [0, 0, 100],
      [2, 2],
      [1, 1, 1],
      [-1, 1, 100],
    ],
  ])('of %j, apart by %j, weighing %j, is %j', (wanted, gaps, weights, placed) => {
    expect(spread(wanted, gaps, weights)).toEqual(placed)
  })

  it('keeps the least distances and the weighted mean', () => {
    fc.assert(
      fc.property(wishes, ({ wanted, gaps, weights }) => {
        const placed = spread(wanted, gaps, weights)
        for (const [index, gap] of gaps.entries())
          expect((placed[index + 1] ?? 0) - (placed[index] ?? 0)).toBeGreaterThan(gap - 1e-9)
        const pull = placed.map(
          (one, index) => (one - (wanted[index] ?? 0)) * (weights[index] ?? 0),
        )
        expect(pull.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 8)
      }),
    )
  })

  it('moves nothing that is placed well, so twice is once', () => {
    fc.assert(
      fc.property(wishes, ({ wanted, gaps, weights }) => {
        const once = spread(wanted, gaps, weights)
        const twice = spread(once, gaps, weights)
        for (const [index, one] of once.entries()) expect(twice[index]).toBeCloseTo(one, 8)
      }),
    )
  })

  it('costs no more than any other placing with these distances', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(wishes, fc.integer({ min: -90, max: 90 }), steps, (wished, start, more) => {
        const { wanted, gaps, weights } = wished
        const cost = (places: readonly number[]): number =>
          places.reduce(
            (sum, one, index) => sum + (weights[index] ?? 0) * (one - (wanted[index] ?? 0)) ** 2,
            0,
          )
        const other = [start]
        for (const [index, gap] of gaps.entries())
          other.push((other[index] ?? 0) + gap + (more[index] ?? 0))
        expect(cost(spread(wanted, gaps, weights))).toBeLessThanOrEqual(cost(other) + 1e-6)
      }),
    )
  })
})
