// The default rule of one column: which test and effect, what counts as drift, and the reason in words.
import type { ColumnKind } from '@weir/formats/artifacts'
import type { FeatureValue } from '@weir/formats/dataset'
import { describe, expect, it } from 'vitest'
import { scoreDataset } from '../../src/drift/dataset.ts'
import { homogeneity } from '../../src/drift/homogeneity.ts'
import type { DriftSettings } from '../../src/drift/settings.ts'

type Values = readonly FeatureValue[]

const many = (n: number, of: (i: number) => FeatureValue): FeatureValue[] =>
  Array.from({ length: n }, (_, i) => of(i))

function drift(kind: ColumnKind, reference: Values, current: Values, settings?: DriftSettings) {
  const [found] = scoreDataset([{ name: 'x', kind, reference, current }], settings).columns
  if (found === undefined) throw new Error('one column gives one result')
  return found
}

const numbers = many(600, (i) => (i * 37) % 101)
const levels = many(600, (i) => 'abc'[i % 3] ?? null)

describe('the test of a column', () => {
  it.each<[string, ColumnKind, Values, string, string, number]>([
    ['numbers', 'numeric', numbers, 'ks', 'wasserstein', 0.1],
    ['counts', 'numeric', many(600, (i) => i % 3), 'ks', 'wasserstein', 0.1],
    ['numbers of two values', 'numeric', many(600, (i) => i % 2), 'z', 'jensenshannon', 0.05],
    ['a constant', 'numeric', many(600, () => 4.2), 'z', 'jensenshannon', 0.05],
    ['levels', 'categorical', levels, 'homogeneity', 'jensenshannon', 0.05],
    ['flags', 'categorical', many(600, (i) => i % 4 === 0), 'z', 'jensenshannon', 0.05],
  ])('of %s follows from the reference alone', (_, kind, reference, test, method, threshold) => {
    const expected = { test, method, threshold, alpha: 0.01 }
    for (const current of [
      reference,
      reference.slice(0, 20),
      many(3000, (i) => reference[i % 7] ?? null),
    ]) {
      expect(drift(kind, reference, current)).toMatchObject(expected)
    }
    const other = kind === 'numeric' ? many(50, (i) => i) : many(50, (i) => `new ${i}`)
    expect(drift(kind, reference, other)).toMatchObject(expected)
  })

  it('is the one that the user names; a distance takes the place of the effect', () => {
    const moved = numbers.map((value) => Number(value) + 40)
    const named = (method: 'mannw' | 'psi', threshold?: number) =>
      drift('numeric', numbers, moved, { columns: { x: { method, threshold } } })
    expect(named('mannw')).toMatchObject({ test: 'mannw', alpha: 0.01, method: 'wasserstein' })
    expect(named('mannw', 0.2)).toMatchObject({ test: 'mannw', alpha: 0.2, threshold: 0.1 })
    expect(named('psi')).toMatchObject({ test: 'ks', method: 'psi', threshold: 0.1, drifted: true })
    expect(named('psi', 99)).toMatchObject({ method: 'psi', threshold: 99, drifted: false })
    const all = { all: { threshold: 5 }, alpha: 0.05 }
    expect(drift('numeric', numbers, moved, all)).toMatchObject({ threshold: 5, alpha: 0.05 })
  })
})

describe('blanks and new levels', () => {
  it.each<[string, ColumnKind, Values]>([
    ['numbers', 'numeric', numbers],
    ['levels', 'categorical', levels],
    ['flags', 'categorical', many(600, (i) => i % 4 === 0)],
    ['numbers of two values', 'numeric', many(600, (i) => i % 2)],
  ])('half of the %s gone blank, or all, is drift, and so is the way back', (_, kind, values) => {
    const half = values.map((value, i) => (i % 2 === 0 ? value : null))
    const none = values.map(() => null)
    for (const [reference, current] of [
      [values, half],
      [half, values],
      [values, none],
      [none, values],
    ]) {
      const found = drift(kind, reference ?? [], current ?? [])
      expect(found.drifted).toBe(true)
      expect(found.why).toMatch(/blanks \d+ % to \d+ %/)
    }
    expect(drift(kind, half, half).drifted).toBe(false)
    expect(drift(kind, none, none)).toMatchObject({
      ...{ drifted: false, score: null, p: null, why: 'no values on either side' },
    })
  })

  it('infinite numbers and NaN are blanks', () => {
    const odd = numbers.map(
      (value, i) => [value, Number.NaN, Number.POSITIVE_INFINITY][i % 3] ?? null,
    )
    expect(drift('numeric', numbers, odd)).toMatchObject({
      ...{ drifted: true, n_cur: 200, blanks: { reference: 0, current: 2 / 3 } },
    })
  })

  it('a new level of a meaningful share is drift, one row of it is not', () => {
    const some = levels.map((level, i) => (i % 20 === 0 ? 'new' : level))
    const found = drift('categorical', levels, some)
    expect(found).toMatchObject({ drifted: true, new_levels: { count: 1, share: 0.05 } })
    expect(found.why).toContain('new: new (5 %)')
    const one = drift('categorical', levels, ['new', ...levels.slice(1)])
    expect(one).toMatchObject({ drifted: false, new_levels: { count: 1 } })
  })
})

describe('columns that say nothing', () => {
  it('a constant has not drifted, another constant has', () => {
    for (const value of [0.1, 0.3, 29.141, 1 / 3]) {
      const [few, lots] = [many(500, () => value), many(7000, () => value)]
      expect(drift('numeric', few, lots)).toMatchObject({ drifted: false, p: 1, score: 0 })
      expect(
        drift(
          'numeric',
          few,
          many(500, () => value + 1),
        ).drifted,
      ).toBe(true)
    }
  })

  it('one row a side is never enough', () => {
    expect(drift('numeric', [1], [900]).drifted).toBe(false)
    expect(drift('categorical', ['a'], ['b']).drifted).toBe(false)
    expect(drift('numeric', [1], [null]).drifted).toBe(false)
    expect(drift('numeric', [1], []).drifted).toBe(false)
  })

  it('numbers near the largest ones give no NaN', () => {
    const huge = [1e308, -1e308, 1.7e308, 5e-324, 0]
    const [before, now] = [many(200, (i) => huge[i % 5] ?? 0), many(200, (i) => huge[i % 2] ?? 0)]
    const found = drift('numeric', before, now)
    expect(found).toMatchObject({ drifted: true, score: null })
    expect(JSON.stringify(found)).not.toMatch(/NaN|undefined/)
  })
})

describe('homogeneity', () => {
  // from scipy import stats; stats.chi2_contingency([[30, 50, 20], [45, 70, 60]], correction=False)[1]
  it('is the chi-square of the table, symmetric, with 1 for what cannot be told', () => {
    const [a, b] = [
      [30, 50, 20],
      [45, 70, 60],
    ]
    expect(homogeneity({ reference: a, current: b })).toBeCloseTo(0.04176923404454425, 12)
    expect(homogeneity({ reference: b, current: a })).toBeCloseTo(0.04176923404454425, 12)
    expect(homogeneity({ reference: [5], current: [9] })).toBe(1)
    expect(homogeneity({ reference: [], current: [] })).toBe(1)
    expect(homogeneity({ reference: [0, 0], current: [3, 4] })).toBe(1)
  })

  it('pools levels that are too rare to be tested one by one', () => {
    const rare = Array.from({ length: 40 }, () => 1)
    // stats.chi2_contingency([[400, 300, 40], [400, 300, 0]], correction=False)[1]
    const found = homogeneity({
      reference: [400, 300, ...rare],
      current: [400, 300, ...rare.map(() => 0)],
    })
    expect(found).toBeCloseTo(3.538866143833034e-9, 16)
  })
})
