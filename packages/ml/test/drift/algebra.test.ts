// What must hold of every drift statistic whatever the samples are.
import type { ColumnKind } from '@weir/formats/artifacts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sharesOf } from '../../src/drift/binning.ts'
import { benjaminiHochberg } from '../../src/drift/correction.ts'
import { scoreDataset } from '../../src/drift/dataset.ts'
import { METHOD_NAMES, METHODS, type MethodName } from '../../src/drift/method.ts'
import { pairOf } from '../../src/drift/pair.ts'

/** Tests that compare two values only. */
const TWO_VALUES: readonly MethodName[] = ['fisher_exact']
/** What a p-value of a sample against itself is: 1, but one-sided, or where the table ends. */
const SAME: Partial<Record<MethodName, number>> = { mannw: 0.5, anderson: 0.25 }

const KINDS: readonly ColumnKind[] = ['numeric', 'categorical']
const fitting = (kind: ColumnKind): MethodName[] =>
  METHOD_NAMES.filter(
    (name) => !TWO_VALUES.includes(name) && (kind === 'numeric' || METHODS[name].categorical),
  )
const combinations = KINDS.flatMap((kind) => fitting(kind).map((name) => [name, kind] as const))

const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 60,
})
const counts = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 60 })
const anySample = fc.oneof(sample, counts)

describe.each(combinations)('%s of a %s column', (name, kind) => {
  const { scale } = METHODS[name]
  const score = (pair: Parameters<(typeof METHODS)[typeof name]['score']>[0]) =>
    METHODS[name].score(pair, 0)

  it('finds no drift of a sample against itself', () => {
    fc.assert(
      fc.property(anySample, (values) => {
        const found = score(pairOf(kind, values, values))
        if (scale === 'distance') expect(found).toBeCloseTo(0, 6)
        else expect(found).toBeGreaterThanOrEqual((SAME[name] ?? 1) - 1e-6)
        const column = { name: 'x', kind, reference: values, current: values }
        const settings = { preset: 'evidently', all: { method: name } } as const
        expect(scoreDataset([column], settings).drifted).toBe(0)
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
  'homogeneity',
  'cramer_von_mises',
  'anderson',
  'es',
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
        const there = METHODS[name].score(pairOf('numeric', reference, current), 0)
        const back = METHODS[name].score(pairOf('numeric', current, reference), 0)
        expect(Math.abs(there - back)).toBeLessThanOrEqual(1e-9 * Math.max(1, there))
      }),
    )
  })
})

describe('distances', () => {
  it('jensenshannon is at most √ln 2, hellinger and tvd at most 1, reached without overlap', () => {
    const apart = pairOf('numeric', [1, 2, 3], [7, 8, 9])
    expect(METHODS.jensenshannon.score(apart, 0)).toBeCloseTo(Math.sqrt(Math.LN2), 12)
    expect(METHODS.tvd.score(apart, 0)).toBeCloseTo(1, 12)
    expect(METHODS.hellinger.score(apart, 0)).toBeCloseTo(1, 12)
  })

  it('wasserstein of a shift is the shift in standard deviations', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), (shift) => {
        const values = [1, 2, 4, 8, 16]
        const moved = values.map((value) => value + shift)
        const deviation = Math.sqrt(29.76) // population variance of the five
        const found = METHODS.wasserstein.score(pairOf('numeric', values, moved), 0)
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
