// What must hold of every drift statistic whatever the samples are.
import type { ColumnKind } from '@weir/formats/artifacts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sharesOf } from '../../src/drift/binning.ts'
import { scoreColumn } from '../../src/drift/column.ts'
import { benjaminiHochberg } from '../../src/drift/correction.ts'
import { METHOD_NAMES, METHODS, type MethodName } from '../../src/drift/method.ts'
import { pairOf } from '../../src/drift/pair.ts'

const KINDS: readonly ColumnKind[] = ['numeric', 'categorical']
const fitting = (kind: ColumnKind): MethodName[] =>
  METHOD_NAMES.filter((name) => kind === 'numeric' || METHODS[name].categorical)
const combinations = KINDS.flatMap((kind) => fitting(kind).map((name) => [name, kind] as const))

const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 60,
})
const counts = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 60 })
const anySample = fc.oneof(sample, counts)

describe.each(combinations)('%s of a %s column', (name, kind) => {
  const { scale, score } = METHODS[name]

  it('finds no drift of a sample against itself', () => {
    fc.assert(
      fc.property(anySample, (values) => {
        const found = score(pairOf(kind, values, values))
        expect(found).toBeCloseTo(scale === 'p_value' ? 1 : 0, 6)
        const column = { name: 'x', kind, reference: values, current: values }
        expect(scoreColumn(column, { method: name }).drifted).toBe(false)
      }),
    )
  })

  it('is finite, a p-value within 0 and 1, a distance not below 0', () => {
    fc.assert(
      fc.property(anySample, anySample, (reference, current) => {
        const found = score(pairOf(kind, reference, current))
        expect(Number.isFinite(found)).toBe(true)
        expect(found).toBeGreaterThanOrEqual(0)
        if (scale === 'p_value') expect(found).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('does not see the order of the rows', () => {
    fc.assert(
      fc.property(anySample, anySample, (reference, current) => {
        const there = score(pairOf(kind, reference, current))
        const back = score(pairOf(kind, reference.toReversed(), current.toReversed()))
        expect(back).toBe(there)
      }),
    )
  })
})

const SYMMETRIC = [
  'ks',
  'z',
  't_test',
  'jensenshannon',
  'psi',
  'hellinger',
  'tvd',
  'energy',
] as const

describe.each(SYMMETRIC)('%s', (name) => {
  it('is symmetric', () => {
    fc.assert(
      fc.property(counts, counts, (reference, current) => {
        const there = METHODS[name].score(pairOf('numeric', reference, current))
        const back = METHODS[name].score(pairOf('numeric', current, reference))
        expect(Math.abs(there - back)).toBeLessThanOrEqual(1e-9 * Math.max(1, there))
      }),
    )
  })
})

describe('distances', () => {
  it('jensenshannon is at most √ln 2, hellinger and tvd at most 1, reached without overlap', () => {
    const apart = pairOf('numeric', [1, 2, 3], [7, 8, 9])
    expect(METHODS.jensenshannon.score(apart)).toBeCloseTo(Math.sqrt(Math.LN2), 12)
    expect(METHODS.tvd.score(apart)).toBeCloseTo(1, 12)
    expect(METHODS.hellinger.score(apart)).toBeCloseTo(1, 12)
  })

  it('wasserstein of a shift is the shift in standard deviations', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), (shift) => {
        const values = [1, 2, 4, 8, 16]
        const moved = values.map((value) => value + shift)
        const deviation = Math.sqrt(29.76) // population variance of the five
        const found = METHODS.wasserstein.score(pairOf('numeric', values, moved))
        expect(found).toBeCloseTo(Math.abs(shift) / deviation, 9)
      }),
    )
  })

  it('shares of each side sum to 1', () => {
    fc.assert(
      fc.property(sample, sample, (reference, current) => {
        const shares = sharesOf(pairOf('numeric', reference, current))
        for (const side of [shares.reference, shares.current]) {
          expect(side.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
        }
      }),
    )
  })
})

describe('Benjamini–Hochberg', () => {
  it('agrees with scipy', () => {
    // python3 -c "from scipy import stats; print(stats.false_discovery_control([.01,.04,.03,.5,.005]))"
    const adjusted = benjaminiHochberg([0.01, 0.04, 0.03, 0.5, 0.005])
    for (const [i, expected] of [0.025, 0.05, 0.05, 0.5, 0.025].entries()) {
      expect(adjusted[i]).toBeCloseTo(expected, 12)
    }
  })

  it('never lowers a p-value, keeps their order, and leaves one alone', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 30 }), (values) => {
        const adjusted = benjaminiHochberg(values)
        for (const [i, value] of values.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(value)
          for (const [j, other] of values.entries()) {
            if (value < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? 0)
          }
        }
      }),
    )
    expect(benjaminiHochberg([0.03])).toEqual([0.03])
    expect(benjaminiHochberg([])).toEqual([])
  })
})
