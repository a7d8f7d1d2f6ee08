// The reference profile of training data.
import { expect, test } from 'vitest'
import { profileOf } from '../src/profile.ts'
import { columnsOf } from './rows.ts'

test('numbers by their moments and quantiles, levels by their shares, blanks apart', () => {
  const rows = [
    { a: 1, b: true, c: 'y' },
    { a: 2, b: null, c: 'x' },
    { a: null, b: false, c: 'x' },
    { a: 6, b: true, c: 'x' },
  ]
  const [a, b, c] = profileOf(
    [
      { name: 'a', view: 'v', type: 'integer', nullable: true },
      { name: 'b', view: 'v', type: 'boolean', nullable: true },
      { name: 'c', view: 'v', type: 'category', nullable: false },
    ],
    columnsOf(rows),
  )
  expect(a).toMatchObject({
    column: 'a',
    n: 4,
    missing: 1,
    numeric: { mean: 3, min: 1, max: 6, quantiles: { '0.5': 2, '0.75': 4 } },
  })
  // Variance of 1, 2, 6 with divisor n: 14 / 3.
  expect(a && 'numeric' in a ? a.numeric?.sd : null).toBeCloseTo(Math.sqrt(14 / 3), 12)
  const counts = a && 'numeric' in a ? a.numeric?.histogram : []
  expect(counts).toEqual([1, 0, 0, 0, 1, ...new Array<number>(14).fill(0), 1])
  expect(b).toEqual({
    column: 'b',
    type: 'boolean',
    n: 4,
    missing: 1,
    shares: { false: 1 / 3, true: 2 / 3 },
  })
  expect(c).toMatchObject({ missing: 0, shares: { x: 0.75, y: 0.25 } })
})

test('a wholly blank number has no figures, a constant one fills one bin', () => {
  const spec = { name: 'a', view: 'v', type: 'number', nullable: true } as const
  expect(profileOf([spec], { a: [null] })).toMatchObject([{ missing: 1, numeric: null }])
  const [constant] = profileOf([spec], { a: [5, 5] })
  expect(constant).toMatchObject({ numeric: { mean: 5, sd: 0, min: 5, max: 5 } })
  expect(constant && 'numeric' in constant ? constant.numeric?.histogram[0] : 0).toBe(2)
})
