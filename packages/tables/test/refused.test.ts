// What a table cannot hold is refused with its place; nothing is cut, wrapped or dropped without a word.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Table as ArrowTable, Uint64, vectorFromArray } from 'apache-arrow'
import { describe, expect, onTestFinished, test } from 'vitest'
import { columnsFrom, queryTables, readTable, type TableData, writeTable } from '../src/index.ts'

async function temporary(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-tables-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, name)
}

function unsigned(values: readonly (bigint | null)[]): ArrowTable {
  return new ArrowTable({ big: vectorFromArray(values, new Uint64()) })
}

describe('a value that no column can hold', () => {
  const LARGEST = 2n ** 63n - 1n

  test.each<[string, TableData, string]>([
    ['an integer above 64 bits', { big: [1n, LARGEST + 1n] }, 'column big, row 2'],
    ['an integer below 64 bits', { big: [-(2n ** 63n) - 1n] }, 'column big, row 1'],
    ['an unsigned one of Arrow', unsigned([null, 2n ** 64n - 1n]), 'column big, row 2'],
    ['an invalid date', { seen: [new Date(0), new Date('x')] }, 'column seen, row 2'],
  ])('%s', async (_, data, where) => {
    await expect(columnsFrom(data)).rejects.toMatchObject({
      code: 'COLUMN_TYPE',
      where,
      hint: expect.stringContaining('leave it blank'),
    })
  })

  test('the largest that fit are kept', async () => {
    const own = await columnsFrom({ big: [LARGEST, -LARGEST - 1n, null] })
    expect([...(own.columns.get('big') ?? [])]).toEqual([LARGEST, -LARGEST - 1n, null])
    const arrow = await columnsFrom(unsigned([LARGEST, null]))
    expect([...(arrow.columns.get('big') ?? [])]).toEqual([LARGEST, null])
  })
})

describe.each(['t.parquet', 't.csv', 't.feather'])('the names of the columns of %s', (file) => {
  test.each<[string, TableData, string]>([
    ['none', {}, 'table'],
    ['an empty one', { a: [1], '': [1] }, 'column 2'],
    ['two that differ in case', { id: [1], ID: [2] }, 'column ID'],
  ])('%s', async (_, data, where) => {
    const path = await temporary(file)
    await expect(writeTable(path, data)).rejects.toMatchObject({ code: 'COLUMN_NAME', where })
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('a query', () => {
  test('that names two columns alike', async () => {
    const query = 'SELECT l.id, r.id FROM l JOIN r ON l.id = r.id'
    const one = { id: [1] }
    await expect(queryTables(query, { l: one, r: one })).rejects.toMatchObject({
      code: 'TABLE_QUERY',
      message: expect.stringContaining('two columns that are called id'),
      hint: expect.stringContaining('AS'),
    })
  })

  test.each([
    'SELECT 1 AS a; SELECT 2 AS b',
    '',
    ' ;',
  ])('that is not one statement: %j', async (query) => {
    await expect(queryTables(query, {})).rejects.toMatchObject({ code: 'TABLE_QUERY' })
  })

  test('of a relation or a column that is not there: the relations are named', async () => {
    const users = { id: [1] }
    for (const query of ['FROM user', 'SELECT name FROM users', 'SELECT (']) {
      await expect(queryTables(query, { users })).rejects.toMatchObject({
        code: 'TABLE_QUERY',
        hint: 'its relations are: "users"',
      })
    }
  })

  test('that fails on a value while it runs', async () => {
    const users = { age: ['12', 'twelve'] }
    await expect(
      queryTables('SELECT CAST(age AS INTEGER) AS age FROM users', { users }),
    ).rejects.toMatchObject({ code: 'TABLE_QUERY', message: expect.stringContaining('twelve') })
  })
})

describe('a damaged file', () => {
  test.each([
    't.parquet',
    't.feather',
  ])('%s, cut anywhere, is told to be unreadable', async (file) => {
    const path = await temporary(file)
    await writeTable(path, { a: [1, 2, 3], b: ['x', 'y', null] })
    const bytes = await readFile(path)
    for (const size of [0, 1, 4, Math.floor(bytes.length / 2), bytes.length - 1]) {
      await writeFile(path, bytes.subarray(0, size))
      await expect(readTable({ path, name: 'artifacts/t' }), `${size} bytes`).rejects.toMatchObject(
        { code: 'TABLE_UNREADABLE', where: 'artifacts/t' },
      )
    }
  })

  test('one format under the name of another', async () => {
    const path = await temporary('t.parquet')
    await writeFile(path, 'a,b\n1,2\n')
    await expect(readTable({ path })).rejects.toMatchObject({ code: 'TABLE_UNREADABLE' })
  })
})
