// What is written is what is read, for any values of each type, any names and more rows than a chunk of DuckDB has.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { rowsOf, withDuckDB } from '../src/duckdb.ts'
import {
  type Columns,
  type ColumnValue,
  columnsFrom,
  queryTables,
  readTable,
  type TableData,
  writeTable,
} from '../src/index.ts'
import { name, text } from '../src/quote.ts'

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'weir-round-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

async function again(path: string, data: TableData, bigints: readonly string[] = []) {
  await writeTable(path, data)
  return readTable({ path }, { bigints })
}

const plain = ({ columns }: Columns) =>
  [...columns].map(([column, values]) => [column, [...values]])

type Values = fc.Arbitrary<ColumnValue[]>

function column<T extends ColumnValue>(value: fc.Arbitrary<T>): Values {
  return fc.array(fc.option<T | null>(value, { nil: null }), { minLength: 4, maxLength: 4 })
}

/** Milliseconds that all of DuckDB, Arrow and JavaScript have, from the year 1 to 9999. */
const moment = fc
  .integer({ min: Date.UTC(1, 0, 1) - 60_000_000_000_000, max: Date.UTC(9999, 11, 31) })
  .map((time) => new Date(time))

/** Without the NUL and lone halves of surrogates, which UTF-8 has not. */
const anyText = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'))

const TYPES: [string, Values][] = [
  ['numbers', column(fc.double())],
  ['flags', column(fc.boolean())],
  ['texts', column(anyText)],
  ['bigints', column(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))],
  ['moments', column(moment)],
]

describe.each(['t.parquet', 't.feather'])('%s', (file) => {
  test.each(TYPES)('keeps %s and blanks', async (type, values) => {
    const path = join(await folder(), file)
    await fc.assert(
      fc.asyncProperty(values, async (a) => {
        const asked = type === 'bigints' && a.some((value) => value !== null) ? ['a'] : []
        expect(plain(await again(path, { a }, asked))).toEqual([['a', a]])
      }),
      { numRuns: 15 },
    )
  })

  test('keeps the names and the order of columns, whatever they are called', async () => {
    const path = join(await folder(), file)
    const names = ['select', 'a "b"', "it's", 'a.b', 'größe', '1', '--', ';', '__proto__', ' x ']
    const data = Object.fromEntries(names.map((key, at) => [key, [at, null]]))
    const back = await again(path, data)
    const order = Object.keys(data)
    expect(plain(back)).toEqual(order.map((key) => [key, [names.indexOf(key), null]]))
  })

  test.each([0, 1, 2047, 2048, 2049, 5000])('keeps %i rows in order', async (rows) => {
    const path = join(await folder(), file)
    const id = Array.from({ length: rows }, (_, row) => `user ${row} with a long name`)
    const n = id.map((_, row) => (row % 3 === 0 ? null : row))
    const flag = id.map((_, row) => (row % 5 === 0 ? null : row % 2 === 0))
    const back = await again(path, { id, n, flag })
    expect(back.rows).toBe(rows)
    expect(plain(back)).toEqual([
      ['id', id],
      ['n', n],
      ['flag', flag],
    ])
  })

  test('holds the same bytes for the same table', async () => {
    const data = { a: [1, null, 3], c: ['x', 'y', null], d: [new Date(0), null, new Date(1)] }
    const [one, other] = [join(await folder(), file), join(await folder(), file)]
    await writeTable(one, data)
    await writeTable(other, await columnsFrom(data))
    const { readFile } = await import('node:fs/promises')
    expect(await readFile(other)).toEqual(await readFile(one))
  })
})

test('CSV keeps texts with separators, quotes and ends of lines; an empty text is a blank there', async () => {
  const path = join(await folder(), 't.csv')
  const word = fc
    .string({ unit: fc.constantFrom('a', ',', '"', "'", '\n', ';', ' ', 'ß') })
    .map((value) => `w${value}w`)
  await fc.assert(
    fc.asyncProperty(column(word), async (values) => {
      const a = ['word', ...values]
      expect(plain(await again(path, { n: a.map((_, row) => row), a }))).toEqual([
        ['n', [0, 1, 2, 3, 4]],
        ['a', a],
      ])
    }),
    { numRuns: 60 },
  )
  expect(plain(await again(path, { a: ['x', '', null] }))).toEqual([['a', ['x', null, null]]])
})

test('a name or a text in SQL stands for itself', async () => {
  await withDuckDB(async (db) => {
    await fc.assert(
      fc.asyncProperty(
        anyText.filter((value) => value !== ''),
        async (value) => {
          const [row = {}] = await rowsOf(db, `SELECT ${text(value)} AS ${name(value)}`)
          expect(Object.entries(row)).toEqual([[value, value]])
        },
      ),
      { numRuns: 50 },
    )
  })
})

test('relations are reached by any name, files and tables alike', async () => {
  const path = join(await folder(), "it's.parquet")
  await writeTable(path, { id: [1, 2] })
  const relations = { 'my "users"': { path }, "o'ne": { id: [2, 3] } }
  const back = await queryTables(
    `SELECT id FROM ${name('my "users"')} JOIN ${name("o'ne")} USING (id);`,
    relations,
  )
  expect(plain(back)).toEqual([['id', [2]]])
})
