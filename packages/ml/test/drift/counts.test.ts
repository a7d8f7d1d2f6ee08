// What every drift statistic is made of: cleaned pairs, tallies and bins, each against a slow count.
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  countInBins,
  equalEdges,
  fillZeros,
  sharesOf,
  sturgesEdges,
} from '../../src/drift/binning.ts'
import { histogram, MOST_BINS } from '../../src/drift/histogram.ts'
import { pairOf } from '../../src/drift/pair.ts'
import { tallyOf } from '../../src/drift/tally.ts'

const number = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5),
)
const numbers = fc.array(number, { maxLength: 25 })
const level = fc.constantFrom('a', 'b', 'B', 'ß', '', true, false, null)
const levels = fc.array(level, { maxLength: 25 })

describe('a pair', () => {
  it('of numbers has the finite ones of each side, ascending', () => {
    fc.assert(
      fc.property(numbers, numbers, (reference, current) => {
        const pair = pairOf('numeric', reference, current)
        const finite = (side: readonly (number | null)[]) =>
          side.filter((x): x is number => x !== null && Number.isFinite(x)).sort((a, b) => a - b)
        expect([...pair.reference]).toEqual(finite(reference))
        expect([...pair.current]).toEqual(finite(current))
      }),
    )
  })

  it.each([
    [[1, 2], [3], true],
    [[1, 2.5], [3], false],
    [[1, null], [3], false],
    [[1], [Number.POSITIVE_INFINITY], false],
  ])('of %j and %j is whole: %j', (reference, current, whole) => {
    expect(pairOf('numeric', reference, current)).toMatchObject({ whole })
  })

  it('of levels counts the known ones of each side', () => {
    fc.assert(
      fc.property(levels, levels, (reference, current) => {
        const pair = pairOf('categorical', reference, current)
        const known = (side: typeof reference) => side.filter((value) => value !== null)
        expect([pair.nRef, pair.nCur]).toEqual([known(reference).length, known(current).length])
        expect([pair.rowsRef, pair.rowsCur]).toEqual([reference.length, current.length])
        for (const side of ['reference', 'current'] as const) {
          if (pair.kind === 'numeric') throw new Error('levels are categorical')
          const values = known(side === 'reference' ? reference : current)
          const counted = new Set(values)
          expect(new Set(pair[side].keys())).toEqual(counted)
          for (const [level, count] of pair[side]) {
            expect(count).toBe(values.filter((value) => value === level).length)
          }
        }
      }),
    )
  })

  it('of a text among numbers is refused', () => {
    expect(() => pairOf('numeric', [1], ['1'])).toThrow(TypeError)
  })
})

describe('a tally', () => {
  test.each(['numeric', 'categorical'] as const)('of a %s pair counts each value once', (kind) => {
    fc.assert(
      fc.property(numbers, numbers, (reference, current) => {
        const pair = pairOf(kind, reference, current)
        const { keys, ...counts } = tallyOf(pair)
        const kept = (side: readonly (number | null)[]) =>
          side.filter((x) =>
            kind === 'numeric' ? Number.isFinite(x) : x !== null && !Number.isNaN(x),
          )
        const sides = { reference: kept(reference), current: kept(current) }
        const both = new Set([...sides.reference, ...sides.current])
        expect(new Set(keys)).toEqual(both)
        expect(keys).toHaveLength(both.size)
        expect([pair.nRef, pair.nCur]).toEqual([sides.reference.length, sides.current.length])
        for (const side of ['reference', 'current'] as const) {
          const values = sides[side]
          expect(counts[side]).toEqual(keys.map((key) => values.filter((v) => v === key).length))
        }
      }),
    )
  })
})

describe('bins', () => {
  const sorted = fc
    .array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 40 })
    .map((list) => Float64Array.from(list, (x) => x / 4).sort())

  it('hold every value once: low ≤ value < high, the last one closed', () => {
    fc.assert(
      fc.property(sorted, fc.integer({ min: 1, max: 12 }), (values, bins) => {
        const [low, high] = [values[0] ?? 0, (values.at(-1) ?? 0) + 1]
        const edges = equalEdges(low, high, bins)
        const counts = countInBins(values, edges)
        const slow = counts.map((_, i) => {
          const [from, to] = [edges[i] ?? 0, edges[i + 1] ?? 0]
          const isLast = i === counts.length - 1
          return values.filter((x) => x >= from && (x < to || (isLast && x <= to))).length
        })
        expect(counts).toEqual(slow)
        expect([edges[0], edges.at(-1)]).toEqual([low, high])
      }),
    )
  })

  it('of whole numbers are not narrower than one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 2, max: 5000 }),
        (range, n) => {
          const edges = sturgesEdges(0, range, n, true)
          expect(edges.length - 1).toBeLessThanOrEqual(range)
          expect(edges.at(-1)).toBe(range)
        },
      ),
    )
  })

  it('of one value are one, of width 1 around it', () => {
    expect(sturgesEdges(3, 3, 10, false)).toEqual([2.5, 3.5])
  })
})

describe('shares', () => {
  const filled = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 60 })

  it('of each side sum to 1, and are filled where they are empty', () => {
    fc.assert(
      fc.property(filled, filled, (reference, current) => {
        const shares = sharesOf(pairOf('numeric', reference, current))
        for (const side of [shares.reference, shares.current]) {
          expect(side.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
        }
        const full = fillZeros(shares)
        expect([...full.reference, ...full.current].every((share) => share > 0)).toBe(true)
        expect(full.reference.map((share, i) => share - (shares.reference[i] ?? 0))).toEqual(
          shares.reference.map((share) => (share === 0 ? expect.closeTo(0.0001, 12) : 0)),
        )
      }),
    )
  })

  it('are filled below the least share where that is small', () => {
    const { reference, current } = fillZeros({
      reference: [0.00005, 0.99995, 0],
      current: [1, 0, 0],
    })
    expect(reference[2]).toBeCloseTo(0.00005 / 1e6, 20)
    expect(current).toEqual([1, 0.0001, 0.0001])
  })
})

test('a histogram keeps all rows of both sides, also those of the levels that it merges', () => {
  const name = fc.integer({ min: 0, max: 60 }).map((n) => `level ${n}`)
  const some = fc.array(name, { minLength: 1, maxLength: 80 })
  fc.assert(
    fc.property(some, some, (reference, current) => {
      const column = { name: 'c', kind: 'categorical', reference, current } as const
      const bins = histogram(column)
      expect(bins.length).toBeLessThanOrEqual(MOST_BINS)
      for (const side of ['reference', 'current'] as const) {
        expect(bins.reduce((sum, bin) => sum + bin[side], 0)).toBeCloseTo(1, 12)
      }
    }),
  )
})
