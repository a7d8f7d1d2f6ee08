// Laws of sorting and ranking against the engine's sort and counting, and of the logistic fit by its gradient.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Design, fitLogistic, logOdds } from '../../src/statistics/logistic.ts'
import { ascending, midranks } from '../../src/statistics/midranks.ts'
import { sortAscending } from '../../src/statistics/sort.ts'

/** With ties, and with infinities and both zeros among them. */
const values = fc.array(
  fc.oneof(
    fc.integer({ min: -4, max: 4 }),
    fc.double({ noNaN: true }),
    fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0),
  ),
  { maxLength: 70 },
)

const compare = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0)

describe('ascending', () => {
  it('is the engine’s stable sort of the indices', () => {
    fc.assert(
      fc.property(values, (all) => {
        const naive = all.map((_, i) => i).sort((i, j) => compare(all[i] ?? 0, all[j] ?? 0))
        expect([...ascending(all)]).toEqual(naive)
      }),
    )
  })

  it('leaves the values as they are', () => {
    const all = Float64Array.of(3, 1, 2, 1)
    expect([...ascending(all)]).toEqual([1, 3, 2, 0])
    expect([...all]).toEqual([3, 1, 2, 1])
  })

  // Lengths about powers of two, where the last run of a merge is short or missing.
  it.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33])('turns %d falling values round', (n) => {
    const falling = Array.from({ length: n }, (_, i) => -i)
    expect([...ascending(falling)]).toEqual(falling.map((_, i) => n - 1 - i))
  })
})

describe('midranks', () => {
  it('are how many values are smaller, and half of the equal ones', () => {
    fc.assert(
      fc.property(values, (all) => {
        const ranks = midranks(all)
        for (const [i, value] of all.entries()) {
          const smaller = all.filter((other) => other < value).length
          const equal = all.filter((other) => other === value).length
          expect(ranks[i]).toBe(smaller + (equal + 1) / 2)
        }
      }),
    )
  })

  it('add up to n (n + 1) / 2, and are turned round by a change of sign', () => {
    fc.assert(
      fc.property(values, (all) => {
        const ranks = [...midranks(all)]
        const n = all.length
        expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBe((n * (n + 1)) / 2)
        expect([...midranks(all.map((v) => -v))]).toEqual(ranks.map((rank) => n + 1 - rank))
      }),
    )
  })
})

describe('sortAscending', () => {
  // More than 20,000 values are sorted by their digits, fewer by the engine.
  it.each([
    ['all bits', (random: number) => (random - 0.5) * 10 ** Math.round(300 * (random - 0.5))],
    ['few values', (random: number) => Math.round(8 * random) - 4],
    ['one value', () => -1.5],
    ['infinities', (random: number) => 1 / (Math.round(4 * random) - 2)],
  ])('of many with %s is the engine’s', (_, of) => {
    let state = 1
    const many = Float64Array.from({ length: 20_001 }, () => {
      state = (state * 48_271) % 2_147_483_647
      return of(state / 2_147_483_647)
    })
    const naive = Float64Array.from(many).sort()
    expect(sortAscending(many)).toBe(many)
    expect(Buffer.from(many.buffer).equals(Buffer.from(naive.buffer))).toBe(true)
  })
})

/** Rows of two columns with labels, of which each class has one at least. */
const table = fc
  .array(
    fc.tuple(
      fc.integer({ min: -20, max: 20 }),
      fc.integer({ min: -20, max: 20 }),
      fc.constantFrom(0, 1),
    ),
    { minLength: 4, maxLength: 40 },
  )
  .map((rows) => {
    const all = [...rows, [3, -2, 0] as const, [-1, 5, 1] as const]
    return {
      design: { matrix: Float64Array.from(all.flatMap(([a, b]) => [a / 10, b / 10])), width: 2 },
      labels: all.map(([, , label]) => label),
      rows: all.map((_, i) => i),
    }
  })
const ridge = fc.constantFrom(0.3, 0.03, 0.003)

/** The loss as the documentation writes it. */
function penalised(
  design: Design,
  labels: readonly number[],
  l2: number,
  weights: readonly number[],
  intercept: number,
): number {
  const fit = { weights: Float64Array.from(weights), intercept, converged: true }
  const losses = labels.map((label, row) => {
    const p = 1 / (1 + Math.exp(-logOdds(fit, design, row)))
    return -Math.log(label === 1 ? p : 1 - p)
  })
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
  return mean + l2 * weights.reduce((sum, weight) => sum + weight * weight, 0)
}

describe('fitLogistic', () => {
  it('ends where the gradient is zero', () => {
    fc.assert(
      fc.property(table, ridge, ({ design, labels, rows }, l2) => {
        const fit = fitLogistic(design, labels, rows, l2)
        expect(fit.converged).toBe(true)
        const errors = rows.map(
          (row) => 1 / (1 + Math.exp(-logOdds(fit, design, row))) - (labels[row] ?? 0),
        )
        const mean = (of: (row: number) => number) =>
          errors.reduce((sum, error, row) => sum + error * of(row), 0) / errors.length
        expect(mean(() => 1)).toBeCloseTo(0, 4)
        for (const i of [0, 1]) {
          const slope = mean((row) => design.matrix[2 * row + i] ?? 0)
          expect(slope + 2 * l2 * (fit.weights[i] ?? 0)).toBeCloseTo(0, 4)
        }
      }),
    )
  })

  it('has no better neighbour', () => {
    fc.assert(
      fc.property(table, ridge, ({ design, labels, rows }, l2) => {
        const { weights, intercept } = fitLogistic(design, labels, rows, l2)
        const [a = 0, b = 0] = weights
        const loss = (x: number, y: number, z: number) =>
          penalised(design, labels, l2, [a + x, b + y], intercept + z)
        const least = loss(0, 0, 0)
        for (const step of [0.05, -0.05]) {
          expect(loss(step, 0, 0)).toBeGreaterThan(least)
          expect(loss(0, step, 0)).toBeGreaterThan(least)
          expect(loss(0, 0, step)).toBeGreaterThan(least)
        }
      }),
    )
  })

  it('is the same for rows in another order and for each row twice', () => {
    fc.assert(
      fc.property(table, ridge, ({ design, labels, rows }, l2) => {
        const one = fitLogistic(design, labels, rows, l2)
        for (const other of [rows.toReversed(), [...rows, ...rows]]) {
          const again = fitLogistic(design, labels, other, l2)
          expect(again.intercept).toBeCloseTo(one.intercept, 4)
          expect(again.weights[0]).toBeCloseTo(one.weights[0] ?? 0, 4)
          expect(again.weights[1]).toBeCloseTo(one.weights[1] ?? 0, 4)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('turns all signs round where the classes change names, and shrinks with the ridge', () => {
    fc.assert(
      fc.property(table, ({ design, labels, rows }) => {
        const one = fitLogistic(design, labels, rows, 0.03)
        const turned = labels.map((label) => 1 - label)
        const other = fitLogistic(design, turned, rows, 0.03)
        expect(other.intercept).toBeCloseTo(-one.intercept, 4)
        expect(other.weights[0]).toBeCloseTo(-(one.weights[0] ?? 0), 4)
        const size = (l2: number) => Math.hypot(...fitLogistic(design, labels, rows, l2).weights)
        expect(size(0.3)).toBeLessThanOrEqual(size(0.03) + 1e-4)
      }),
      { numRuns: 40 },
    )
  })

  it('says so where the classes are parted and no ridge holds the weights', () => {
    const design = { matrix: Float64Array.of(-2, -1, 1, 2), width: 1 }
    const labels = [0, 0, 1, 1]
    const [free, held] = [0, 0.01].map((l2) => fitLogistic(design, labels, [0, 1, 2, 3], l2))
    expect(held?.converged).toBe(true)
    expect(free?.weights[0]).toBeGreaterThan(4 * (held?.weights[0] ?? 0))
    expect(() => fitLogistic(design, labels, [], 0.01)).toThrow(RangeError)
  })
})
