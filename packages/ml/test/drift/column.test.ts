// One column by Evidently's conventions: which method, which threshold, and the values that are none.

import type { ColumnKind } from '@weir/formats/artifacts'
import { FEATURE_TYPES, type FeatureValue, useOf } from '@weir/formats/dataset'
import { describe, expect, it } from 'vitest'
import { type DriftColumn, MethodError } from '../../src/drift/column.ts'
import { scoreDataset } from '../../src/drift/dataset.ts'
import { histogram, MOST_BINS } from '../../src/drift/histogram.ts'
import { defaultMethod, hasDrifted, METHOD_NAMES, type MethodName } from '../../src/drift/method.ts'
import { type Choice, choiceFor } from '../../src/drift/settings.ts'

const numbers = (n: number, of: (i: number) => number): number[] =>
  Array.from({ length: n }, (_, i) => of(i))

function column(reference: readonly FeatureValue[], current: readonly FeatureValue[]) {
  const text = [...reference, ...current].some(
    (v) => typeof v === 'string' || typeof v === 'boolean',
  )
  const kind: ColumnKind = text ? 'categorical' : 'numeric'
  return { name: 'x', kind, reference, current }
}

function scoreColumn(one: DriftColumn, choice: Choice = {}) {
  const [found] = scoreDataset([one], { preset: 'evidently', all: choice }).columns
  return found
}

describe('the method of a column', () => {
  it.each([
    ['numeric', 1000, 6, 'ks'],
    ['numeric', 1001, 6, 'wasserstein'],
    ['numeric', 1000, 5, 'chisquare'],
    ['numeric', 1000, 3, 'chisquare'],
    ['numeric', 1001, 5, 'jensenshannon'],
    ['numeric', 1000, 2, 'z'],
    ['numeric', 1001, 2, 'jensenshannon'],
    ['categorical', 1000, 3, 'chisquare'],
    ['categorical', 1001, 3, 'jensenshannon'],
    ['categorical', 1000, 2, 'z'],
    ['categorical', 1001, 1, 'jensenshannon'],
  ] as [
    ColumnKind,
    number,
    number,
    MethodName,
  ][])('%s, %d rows, %d values: %s', (kind, rows, distinct, method) =>
    expect(defaultMethod(kind, rows, distinct)).toBe(method))

  it('follows the reference’s size after missing and infinite values are dropped', () => {
    const rows = numbers(1001, (i) => i)
    const odd = [null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const small = scoreColumn(column([...rows.slice(1), ...odd], rows))
    expect(small).toMatchObject({ method: 'ks', n_ref: 1000, n_cur: 1001 })
    expect(scoreColumn(column(rows, [1, 2, ...odd]))).toMatchObject({
      method: 'wasserstein',
      n_cur: 2,
    })
  })

  it('counts distinct values of both samples pooled', () => {
    expect(scoreColumn(column([1, 2, 3], [4, 5]))?.method).toBe('chisquare')
    expect(scoreColumn(column([1, 2, 3], [4, 5, 6]))?.method).toBe('ks')
  })

  it('of numbers and integers is numeric, of flags and categories categorical', () => {
    expect(FEATURE_TYPES.map((type) => useOf(type).kind)).toEqual([
      'numeric',
      'numeric',
      'categorical',
      'categorical',
    ])
  })
})

describe('the rule', () => {
  it.each([
    ['ks', 0.05, true],
    ['chisquare', 0.05, false],
    ['z', 0.0499, true],
    ['wasserstein', 0.05, true],
    ['psi', 0.0499, false],
  ] as [MethodName, number, boolean][])('%s with a score of %d at .05', (name, score, drifted) => {
    expect(hasDrifted(name, score, 0.05)).toBe(drifted)
  })
})

describe('overrides', () => {
  const settings = {
    all: { method: 'psi', threshold: 0.2 },
    types: { numeric: { method: 'ks' } },
    columns: { x: { threshold: 0.001 }, constructor: { method: 'tvd' } },
  } as const

  it('are taken method and threshold apart: the column’s, then its type’s, then the global one', () => {
    expect(choiceFor(settings, 'x', 'numeric')).toEqual({ method: 'ks', threshold: 0.001 })
    expect(choiceFor(settings, 'y', 'numeric')).toEqual({ method: 'ks', threshold: 0.2 })
    expect(choiceFor(settings, 'y', 'categorical')).toEqual({ method: 'psi', threshold: 0.2 })
    expect(choiceFor(settings, 'constructor', 'categorical').method).toBe('tvd')
    expect(choiceFor({ columns: {} }, 'toString', 'numeric')).toEqual({})
  })

  it('reach the result', () => {
    const found = scoreColumn(column([1, 2, 3], [1, 2, 4]), { method: 'psi', threshold: 99 })
    expect(found).toMatchObject({ method: 'psi', threshold: 99, drifted: false })
  })

  it('refuse a method for numbers on a categorical column', () => {
    expect(() => scoreColumn(column(['a'], ['b']), { method: 'ks' })).toThrow(MethodError)
  })
})

describe('odd columns', () => {
  it('a constant column has not drifted, with any test', () => {
    for (const method of ['chisquare', 'z', 'ks', 't_test'] as const) {
      const found = scoreColumn(column([7, 7, 7], [7, 7]), { method })
      expect(found).toMatchObject({ score: 1, drifted: false })
    }
    const large = numbers(2000, () => 29.1)
    expect(scoreColumn(column(large, large))).toMatchObject({ score: 0, drifted: false })
  })

  it('t_test compares constants before any sum rounds their means', () => {
    for (const value of [0.1, 0.3, 29.141, 1 / 3]) {
      const lots = numbers(7000, () => value)
      const same = column(
        numbers(500, () => value),
        lots,
      )
      expect(scoreColumn(same, { method: 't_test' })).toMatchObject({ score: 1, drifted: false })
      const other = column(
        numbers(500, () => value + 1),
        lots,
      )
      expect(scoreColumn(other, { method: 't_test' })).toMatchObject({ score: 0, drifted: true })
    }
  })

  it.each([
    [
      [0, 5e-324],
      [0, 0],
    ],
    [
      [-1.7e308, 1.7e308, 0],
      [1e308, -1e308],
    ],
    [[5e-324], [1.7e308, -1.7e308, 2]],
  ])('every distance of %j and %j is a number or null, and the bars are finite', (before, now) => {
    for (const method of METHOD_NAMES.filter((name) => name !== 'fisher_exact')) {
      const found = scoreColumn(column(before, now), { method })
      expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity/)
    }
    const bins = histogram(column(before, now))
    expect(bins.reduce((sum, bin) => sum + bin.reference, 0)).toBeCloseTo(1, 9)
  })

  it('fisher_exact refuses a column of three values', () => {
    const three = column([1, 2, 3], [1, 2])
    expect(() => scoreColumn(three, { method: 'fisher_exact' })).toThrow(/x has more/)
    expect(scoreColumn(column([1, 1, 2], [1, 2, 2]), { method: 'fisher_exact' })?.score).toBe(1)
  })

  it('a constant that became another has drifted', () => {
    expect(
      scoreColumn(column([true, true, true, true], [false, false, false, false])),
    ).toMatchObject({
      method: 'z',
      drifted: true,
    })
    const found = scoreColumn(
      column(
        numbers(1500, () => 1),
        numbers(1500, () => 2),
      ),
    )
    expect(found).toMatchObject({ method: 'jensenshannon', drifted: true })
  })

  it('a category new in current gives p = 0, one that is gone does not', () => {
    const before = ['a', 'b', 'c', 'a', 'b', 'c']
    expect(scoreColumn(column(before, ['a', 'b', 'c', 'd']))?.score).toBe(0)
    expect(scoreColumn(column(before, ['a', 'b', 'a', 'b']))?.score).toBeGreaterThan(0.05)
  })

  it('values on one side only: drifted without a score; on neither: not', () => {
    const empty = [null, null]
    const none = { score: null, n_cur: 0 }
    expect(scoreColumn(column([1, 2], empty))).toMatchObject({ ...none, drifted: true, n_ref: 2 })
    expect(scoreColumn(column(empty, ['a']))).toMatchObject({ score: null, drifted: true })
    expect(scoreColumn(column(empty, empty))).toMatchObject({ ...none, drifted: false })
  })

  it('scores a category of very many levels', () => {
    const ids = numbers(200_000, (i) => i).map(String)
    const found = scoreColumn(column(ids, [...ids.slice(1), 'new']), { method: 'psi' })
    // Each of the two levels on one side only adds (1/n − 1/(10⁶ n)) ln 10⁶.
    expect(found?.score).toBeCloseTo((2 / 200_000) * (1 - 1e-6) * Math.log(1e6), 10)
  })

  it('refuses a text among numbers', () => {
    const mixed = { name: 'x', kind: 'numeric' as const, reference: [1, 'two'], current: [1] }
    expect(() => scoreColumn(mixed)).toThrow(TypeError)
  })
})

describe('the histogram', () => {
  it('holds no more bars for more rows or levels, and both sides sum to 1', () => {
    const rows = numbers(5000, (i) => Math.sqrt(i))
    const ids = rows.map((row) => `level ${row}`)
    for (const bins of [histogram(column(rows, rows)), histogram(column(ids, ids))]) {
      expect(bins.length).toBeLessThanOrEqual(MOST_BINS)
      expect(bins.reduce((sum, bin) => sum + bin.reference, 0)).toBeCloseTo(1, 9)
      expect(bins.reduce((sum, bin) => sum + bin.current, 0)).toBeCloseTo(1, 9)
    }
  })

  it('has a bar a value where there are few, and none without values', () => {
    expect(
      histogram(column([2, 1, 1, 2], [2])).map((bin) => [bin.bin, bin.reference, bin.current]),
    ).toEqual([
      ['1', 0.5, 0],
      ['2', 0.5, 1],
    ])
    expect(histogram(column([null], [1]))).toEqual([])
  })
})
