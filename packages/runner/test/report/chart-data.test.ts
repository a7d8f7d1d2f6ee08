// What is in a chart's specification, wherever it stands: rows are found, counted, and told as a table.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chartTables, checkChart, plainSpec, withRows } from '../../src/report/chart-data.ts'
import type { ChartSpec } from '../../src/report/show.ts'

const rows = (count: number) => Array.from({ length: count }, (_, x) => ({ x }))
const tooLarge = expect.objectContaining({ code: 'CHART_TOO_LARGE' })

/** Ways to put a part with data of its own into a specification. */
const wrappers: readonly ((part: ChartSpec) => ChartSpec)[] = [
  (part) => part,
  (part) => ({ layer: [{ mark: 'rule' }, part] }),
  (part) => ({ hconcat: [part], mark: 'bar' }),
  (part) => ({ facet: { field: 'x' }, spec: part }),
  (part) => ({ repeat: ['a'], spec: { layer: [part] } }),
  (part) => ({ transform: [{ lookup: 'id', from: part }] }),
]
const wrapped = fc
  .array(fc.constantFrom(...wrappers), { maxLength: 4 })
  .map((some) => (part: ChartSpec) => some.reduce((inner, wrap) => wrap(inner), part))

describe('checkChart', () => {
  it('takes 5,000 rows and not one more, in one set of data or in several', () => {
    expect(() => checkChart({ data: { values: rows(5000) } })).not.toThrow()
    expect(() => checkChart({ data: { values: rows(5001) } })).toThrow(tooLarge)
    const two = (a: number, b: number) => ({
      layer: [{ data: { values: rows(a) } }, { data: { values: rows(b) } }],
    })
    expect(() => checkChart(two(2000, 3000))).not.toThrow()
    expect(() => checkChart(two(2001, 3000))).toThrow(tooLarge)
    expect(() => checkChart({ datasets: { a: rows(4000), b: rows(1001) } })).toThrow(tooLarge)
  })

  it('property: finds data by address wherever it stands', () => {
    fc.assert(
      fc.property(wrapped, (wrap) => {
        expect(() => checkChart(wrap({ data: { url: 'https://x.y/z.csv' } }))).toThrow(
          expect.objectContaining({ code: 'CHART_DATA_URL', hint: expect.any(String) }),
        )
        expect(() => checkChart(wrap({ data: { values: rows(2) } }))).not.toThrow()
      }),
    )
  })

  it('an address in a row is a value like others, and so is a row with a column named data', () => {
    const values = [{ url: 'https://x.y', data: { url: 'https://x.y', values: rows(6000) } }]
    expect(() => checkChart({ data: { values } })).not.toThrow()
    expect(() => checkChart({ datasets: { a: values } })).not.toThrow()
  })
})

describe('chartTables', () => {
  it('has every column of any row, and a blank where a row has none', () => {
    const values = [{ a: 1 }, { b: 'x', a: null }, { c: true }]
    expect(chartTables({ data: { values } })).toEqual([
      {
        columns: ['a', 'b', 'c'],
        rows: [
          [1, null, null],
          [null, 'x', null],
          [null, null, true],
        ],
      },
    ])
  })

  it('a row that is a bare value or a list is told under the name that Vega gives it', () => {
    expect(chartTables({ data: { values: [3, 'x', [1, 2]] } })).toEqual([
      { columns: ['value'], rows: [[3], ['x'], ['[1,2]']] },
    ])
  })

  it('says how many rows are left out, from the 101st on', () => {
    const [whole, cut] = chartTables({
      layer: [{ data: { values: rows(100) } }, { data: { values: rows(101) } }],
    })
    expect(whole?.rows).toHaveLength(100)
    expect(whole).not.toHaveProperty('caption')
    expect(cut?.rows).toHaveLength(100)
    expect(cut?.caption).toBe('The first 100 of 101 rows')
  })

  it('tells a set once that several layers share, and no empty one', () => {
    const values = rows(1)
    const spec = { layer: [{ data: { values } }, { data: { values } }, { data: { values: [] } }] }
    expect(chartTables(spec)).toHaveLength(1)
  })

  it('property: tells the same rows wherever they stand', () => {
    const row = fc.dictionary(fc.constantFrom('a', 'b', 'constructor'), fc.integer())
    const sets = fc.array(row, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(wrapped, sets, (wrap, values) => {
        expect(chartTables(wrap({ data: { values } }))).toEqual(chartTables({ data: { values } }))
      }),
    )
  })
})

describe('plainSpec', () => {
  it('is what JSON holds: BigInt as a number, a gap for what is none, a date as its text', () => {
    const day = new Date('2024-01-31')
    const spec = { data: { values: [{ n: 2n ** 40n, gap: Number.NaN, day, none: undefined }] } }
    expect(plainSpec(spec)).toEqual({
      data: { values: [{ n: 2 ** 40, gap: null, day: '2024-01-31T00:00:00.000Z' }] },
    })
  })

  it('property: a second time it changes nothing, and a plain one not at all', () => {
    const specs = fc.dictionary(fc.string(), fc.jsonValue())
    fc.assert(
      fc.property(specs, (spec) => {
        const once = plainSpec(spec)
        expect(plainSpec(once)).toEqual(once)
        expect(JSON.stringify(once)).toBe(JSON.stringify(spec))
      }),
    )
  })

  it('refuses a specification that holds itself', () => {
    const spec: Record<string, unknown> = { mark: 'bar' }
    spec.layer = [spec]
    expect(() => plainSpec(spec)).toThrow(TypeError)
  })
})

it('withRows leaves what holds no table as it is', () => {
  fc.assert(
    fc.property(wrapped, fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (wrap, values) => {
      const spec = wrap({ data: { values, name: 'n' }, mark: { type: 'bar' } })
      expect(withRows(spec)).toEqual(spec)
    }),
  )
})
