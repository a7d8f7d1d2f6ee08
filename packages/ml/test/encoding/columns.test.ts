// Rows of columns: some in place, a few as objects, and columns that do not fit together.
import { expect, test } from 'vitest'
import { pickRows, rowCount, rowsAt } from '../../src/encoding/columns.ts'
import { fitEncoder } from '../../src/encoding/fit.ts'
import { columnEncoder, encodeColumns, rowEncoder } from '../../src/encoding/transform.ts'

const columns = { a: [1, null, 3, 4], c: ['x', 'y', null, 'x'], f: Float64Array.of(9, 8, 7, 6) }

test('picked rows are those at the positions, in their order, also more than once', () => {
  const picked = pickRows(columns, [3, 1, 3])
  expect(rowCount(picked)).toBe(3)
  expect([...(picked.a ?? [])]).toEqual([4, null, 4])
  expect([0, 1, 2, 3].map((row) => picked.f?.at(row))).toEqual([6, 8, 6, undefined])
})

test('rows of picked rows are positions within them', () => {
  const picked = pickRows(pickRows(columns, [3, 1, 0]), [1, 2])
  expect(rowsAt(picked, [0, 1])).toEqual([
    { a: null, c: 'y', f: 8 },
    { a: 1, c: 'x', f: 9 },
  ])
})

test('columns of different lengths are refused', () => {
  expect(() => rowCount({ a: [1, 2], b: [1] })).toThrow('a has 2 rows, b 1')
  expect(rowCount({})).toBe(0)
})

const FEATURES = [
  { name: 'a', view: 'v', type: 'number', nullable: true },
  { name: 'c', view: 'v', type: 'category', levels: ['x', 'y'], nullable: true },
  { name: 'f', view: 'v', type: 'integer', nullable: false },
] as const

test('a row is encoded alike from columns and as an object', () => {
  const encoder = fitEncoder(FEATURES, columns, { spans: 2 })
  const width = encoder.center.length
  const [byRow, byColumn] = [rowEncoder(encoder), columnEncoder(encoder, columns)]
  const matrix = encodeColumns(encoder, columns)
  for (const [at, row] of rowsAt(columns, [0, 1, 2, 3]).entries()) {
    const [one, other] = [new Float64Array(width), new Float64Array(width)]
    byRow(row, one)
    byColumn(at, other)
    expect(other).toEqual(one)
    expect(matrix.subarray(at * width, (at + 1) * width)).toEqual(Float32Array.from(one))
  }
})

test('a feature that the columns lack gets no block; one that the encoder needs is named', () => {
  const { c, f } = columns
  expect(fitEncoder(FEATURES, { c, f }, { spans: 2 }).blocks.map((b) => b.feature)).toEqual([
    'c',
    'f',
  ])
  const encoder = fitEncoder(FEATURES, columns, { spans: 2 })
  expect(() => encodeColumns(encoder, { c, f })).toThrow(
    expect.objectContaining({ code: 'FEATURE_MISSING', where: 'a' }),
  )
})
