// The encoder: what it learns from training rows, and what it makes of any row.

import type { FeatureRow, FeatureSpec } from '@weir/formats/dataset'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockColumns, encodedWidth } from '../../src/encoding/encoder.ts'
import { fitEncoder } from '../../src/encoding/fit.ts'
import { quantiles } from '../../src/encoding/quantiles.ts'
import { encodeColumns } from '../../src/encoding/transform.ts'
import { columnsOf } from '../rows.ts'

const number = (name: string): FeatureSpec => ({ name, view: 'v', type: 'number', nullable: true })
const boolean: FeatureSpec = { name: 'b', view: 'v', type: 'boolean', nullable: true }
const category: FeatureSpec = {
  name: 'c',
  view: 'v',
  type: 'category',
  levels: ['x', 'y', 'z'],
  nullable: true,
}

function encoded(features: readonly FeatureSpec[], rows: readonly FeatureRow[], spans = 1) {
  const encoder = fitEncoder(features, columnsOf(rows), { spans })
  const width = encodedWidth(encoder.blocks)
  const of = (some: readonly FeatureRow[]) => {
    const names = some.length === 0 ? features.map(({ name }) => name) : undefined
    const matrix = encodeColumns(encoder, columnsOf(some, names))
    return some.map((_, i) => Array.from(matrix.subarray(i * width, (i + 1) * width)))
  }
  return { encoder, of }
}

test('a blank boolean is a value of its own, not true and not false', () => {
  const { encoder, of } = encoded([boolean], [{ b: true }, { b: false }, { b: null }])
  expect(encoder.blocks).toEqual([{ kind: 'boolean', feature: 'b', blank: true }])
  const [yes, no, blank] = of([{ b: true }, { b: false }, { b: null }])
  expect(blank).not.toEqual(no)
  expect(blank?.[0]).toBe(no?.[0])
  expect(yes?.[1]).toBe(no?.[1])
  expect(blank?.[1]).toBeGreaterThan(no?.[1] ?? Number.NaN)
})

test('an unknown level is none of the levels', () => {
  const { encoder, of } = encoded([category], [{ c: 'x' }, { c: 'z' }, { c: 'x' }, { c: 'x' }])
  expect(encoder.blocks.flatMap(blockColumns)).toEqual(['c=x', 'c=z'])
  const raw = of([{ c: 'never seen' }])[0]?.map(
    (value, i) => value * (encoder.scale[i] ?? 0) + (encoder.center[i] ?? 0),
  )
  expect(raw?.map((value) => Math.abs(Math.round(value * 1e6)))).toEqual([0, 0])
})

test('levels that the definition does not declare come last, by code unit', () => {
  const rows = ['b', 'ä', 'y', 'a'].map((c) => ({ c }))
  const { encoder } = encoded([category], rows)
  expect(encoder.blocks).toMatchObject([{ levels: ['y', 'a', 'b', 'ä'] }])
})

test('a constant feature and a wholly blank one get no column', () => {
  const rows = [
    { a: 3, d: null, e: 1 },
    { a: 3, d: null, e: 2 },
  ]
  const { encoder, of } = encoded([number('a'), number('d'), number('e')], rows)
  expect(encoder.blocks.map(({ feature }) => feature)).toEqual(['e'])
  expect(of(rows)).toEqual([[-1], [1]])
})

test('a blank number is the mean, and is marked', () => {
  const rows = [{ a: 1 }, { a: 3 }, { a: null }, { a: null }]
  const { of } = encoded([number('a')], rows)
  const blank = of([{ a: null }])[0] ?? []
  expect(blank[0]).toBeCloseTo(0, 6)
  expect(blank[1]).toBeCloseTo(1, 6)
})

test('columns of training rows have mean 0 and standard deviation 1', () => {
  const rows = Array.from({ length: 50 }, (_, i) => ({ a: (i * 37) % 50, b: i % 3 === 0 }))
  const { of } = encoded([number('a'), boolean], rows, 4)
  const matrix = of(rows)
  for (let column = 0; column < (matrix[0]?.length ?? 0); column++) {
    const values = matrix.map((row) => row[column] ?? Number.NaN)
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
    expect(mean).toBeCloseTo(0, 5)
    expect(variance).toBeCloseTo(1, 4)
  }
})

test('the spans of a number rise from 0 to 1 one after the other', () => {
  const rows = [0, 1, 2, 3, 4].map((a) => ({ a }))
  const { encoder, of } = encoded([number('a')], rows, 2)
  expect(encoder.blocks).toMatchObject([{ knots: [0, 2, 4] }])
  const spans = of([{ a: -9 }, { a: 1 }, { a: 3 }, { a: 99 }]).map((row) =>
    row.slice(1).map((x, i) => x * (encoder.scale[i + 1] ?? 0) + (encoder.center[i + 1] ?? 0)),
  )
  const expected = [
    [0, 0],
    [0.5, 0],
    [1, 0.5],
    [1, 1],
  ]
  for (const [i, row] of expected.entries()) {
    for (const [j, value] of row.entries()) expect(spans[i]?.[j]).toBeCloseTo(value, 6)
  }
})

test('whatever the rows, every encoded value is finite and the width is right', () => {
  const value = fc.record({
    a: fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { nil: null }),
    b: fc.option(fc.boolean(), { nil: null }),
    c: fc.option(fc.constantFrom('x', 'y', 'w'), { nil: null }),
  })
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 30 }),
      fc.array(value, { maxLength: 5 }),
      fc.integer({ min: 1, max: 6 }),
      (rows, others, spans) => {
        const features = [number('a'), boolean, category]
        const { encoder, of } = encoded(features, rows, spans)
        expect(encoder.center).toHaveLength(encodedWidth(encoder.blocks))
        expect(encoder.blocks.flatMap(blockColumns)).toHaveLength(encoder.scale.length)
        expect([...of(rows), ...of(others)].flat().every(Number.isFinite)).toBe(true)
      },
    ),
  )
})

test('an encoder survives JSON', () => {
  const rows = [{ a: 0.1 }, { a: 1 / 3 }, { a: null }]
  const { encoder } = encoded([number('a')], rows, 3)
  const again = JSON.parse(JSON.stringify(encoder))
  const columns = columnsOf(rows)
  expect(encodeColumns(again, columns)).toEqual(encodeColumns(encoder, columns))
})

test('a row that does not fit is refused, not coerced', () => {
  const { of } = encoded([number('a')], [{ a: 1 }, { a: 2 }])
  expect(() => of([{ a: '1' }])).toThrow(expect.objectContaining({ code: 'FEATURE_TYPE' }))
  expect(() => of([{ a: Number.NaN }])).toThrow(expect.objectContaining({ code: 'FEATURE_TYPE' }))
  expect(() => of([{}])).toThrow(expect.objectContaining({ code: 'FEATURE_MISSING', where: 'a' }))
})

test('quantiles are those of numpy', () => {
  // python3 -c "import numpy as np; print(np.quantile([3,1,4,1,5,9,2,6],[0,.1,.25,.5,.9,1]).tolist())"
  expect(quantiles([3, 1, 4, 1, 5, 9, 2, 6], [0, 0.1, 0.25, 0.5, 0.9, 1])).toEqual([
    1, 1, 1.75, 3.5, 6.8999999999999995, 9,
  ])
})
