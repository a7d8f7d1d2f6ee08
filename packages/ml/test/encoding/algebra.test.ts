// What must hold of an encoding whatever the rows are.
import type { FeatureSpec } from '@weir/formats/dataset'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pickRows } from '../../src/encoding/columns.ts'
import { blockColumns, encodedWidth } from '../../src/encoding/encoder.ts'
import { fitEncoder } from '../../src/encoding/fit.ts'
import { quantiles } from '../../src/encoding/quantiles.ts'
import { encodeColumns } from '../../src/encoding/transform.ts'

const A: FeatureSpec = { name: 'a', view: 'v', type: 'number', nullable: true }
const C: FeatureSpec = {
  name: 'c',
  view: 'v',
  type: 'category',
  levels: ['x', 'y'],
  nullable: true,
}
const B: FeatureSpec = { name: 'b', view: 'v', type: 'boolean', nullable: true }

const value = fc.record({
  a: fc.option(fc.integer({ min: -50, max: 50 }), { nil: null }),
  c: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: null }),
  b: fc.option(fc.boolean(), { nil: null }),
})
const columns = fc.array(value, { minLength: 2, maxLength: 25 }).map((rows) => ({
  a: rows.map(({ a }) => a),
  c: rows.map(({ c }) => c),
  b: rows.map(({ b }) => b),
}))
const spans = fc.integer({ min: 1, max: 5 })

const near = (a: Float32Array, b: Float32Array, digits = 3) => {
  expect(a).toHaveLength(b.length)
  for (const [i, one] of a.entries()) expect(one).toBeCloseTo(b[i] ?? Number.NaN, digits)
}

test('picking rows and encoding them is encoding and picking them', () => {
  fc.assert(
    fc.property(columns, spans, fc.array(fc.nat(1), { maxLength: 5 }), (data, spans, positions) => {
      const encoder = fitEncoder([A, C, B], data, { spans })
      const width = encodedWidth(encoder.blocks)
      const all = encodeColumns(encoder, data)
      const picked = encodeColumns(encoder, pickRows(data, positions))
      expect(Array.from(picked)).toEqual(
        positions.flatMap((at) => Array.from(all.subarray(at * width, (at + 1) * width))),
      )
    }),
  )
})

test('the order of the training rows does not matter', () => {
  fc.assert(
    fc.property(columns, spans, (data, spans) => {
      const turned = pickRows(data, [...data.a.keys()].reverse())
      const [one, other] = [data, turned].map((from) => fitEncoder([A, C, B], from, { spans }))
      if (one === undefined || other === undefined) throw new RangeError('two encoders')
      expect(other.blocks.flatMap((block) => blockColumns(block).length)).toEqual(
        one.blocks.flatMap((block) => blockColumns(block).length),
      )
      near(encodeColumns(other, data), encodeColumns(one, data))
    }),
  )
})

test('a number in another unit is encoded alike', () => {
  fc.assert(
    fc.property(columns, spans, fc.integer({ min: 1, max: 8 }), (data, spans, factor) => {
      const scaled = { ...data, a: data.a.map((a) => (a === null ? null : factor * a + 100)) }
      const [own, other] = [data, scaled].map((from) =>
        encodeColumns(fitEncoder([A, C, B], from, { spans }), from),
      )
      near(own ?? new Float32Array(), other ?? new Float32Array())
    }),
  )
})

test('the features keep their order, and each its own columns', () => {
  fc.assert(
    fc.property(columns, spans, (data, spans) => {
      const joint = fitEncoder([A, C, B], data, { spans })
      const apart = [A, C, B].map((spec) => fitEncoder([spec], data, { spans }))
      expect(joint.blocks).toEqual(apart.flatMap((encoder) => encoder.blocks))
      expect(joint.center).toEqual(apart.flatMap((encoder) => encoder.center))
      expect(joint.scale).toEqual(apart.flatMap((encoder) => encoder.scale))
    }),
  )
})

test('knots are ascending, begin at the least number and end at the greatest', () => {
  fc.assert(
    fc.property(columns, spans, ({ a }, spans) => {
      const [block] = fitEncoder([A], { a }, { spans }).blocks
      if (block?.kind !== 'number' || block.knots.length === 0) return
      const known = a.filter((x) => x !== null)
      expect(block.knots).toEqual([...block.knots].sort((x, y) => x - y))
      expect(block.knots[0]).toBe(Math.min(...known))
      expect(block.knots.at(-1)).toBe(Math.max(...known))
      expect(block.knots.length).toBeLessThanOrEqual(spans + 1)
    }),
  )
})

test('quantiles rise with their share, from the least value to the greatest', () => {
  const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(sample, share, share, (values, p, q) => {
      const found = quantiles(values, [0, Math.min(p, q), Math.max(p, q), 1])
      const [low, left, right, high] = found
      expect([low, high]).toEqual([Math.min(...values) + 0, Math.max(...values) + 0])
      expect(left).toBeLessThanOrEqual((right ?? Number.NaN) + 1e-9)
    }),
  )
  expect(quantiles([], [0, 0.5])).toEqual([Number.NaN, Number.NaN])
})
