// Typed columns of a query: each DuckDB type by what it becomes, at its edges.
import { describe, expect, test } from 'vitest'
import {
  BigIntColumn,
  type Column,
  type Columns,
  LevelColumn,
  NumberColumn,
} from '../src/column.ts'
import { withDuckDB } from '../src/duckdb.ts'
import { type ColumnOptions, queryColumns } from '../src/query-columns.ts'

const query = (sql: string, options?: ColumnOptions): Promise<Columns> =>
  withDuckDB((db) => queryColumns(db, sql, options))

async function one(sql: string, options?: ColumnOptions): Promise<Column> {
  const { columns } = await query(sql, options)
  const [column] = columns.values()
  if (column === undefined || columns.size !== 1) throw new Error(`${columns.size} columns`)
  return column
}

const date = (text: string) => new Date(text)

describe('types', () => {
  test.each<[string, string, unknown, Column['kind']]>([
    ['BOOLEAN', 'true', true, 'boolean'],
    ['TINYINT', '-128', -128, 'integer'],
    ['USMALLINT', '65535', 65535, 'integer'],
    ['UINTEGER', '4294967295', 4294967295, 'integer'],
    ['BIGINT', '9007199254740991', Number.MAX_SAFE_INTEGER, 'integer'],
    ['BIGINT', '-9007199254740991', Number.MIN_SAFE_INTEGER, 'integer'],
    ['UBIGINT', '12', 12, 'integer'],
    ['HUGEINT', '-12', -12, 'integer'],
    ['FLOAT', '0.5', 0.5, 'number'],
    ['DOUBLE', '0.1', 0.1, 'number'],
    ['DOUBLE', "'Infinity'", Number.POSITIVE_INFINITY, 'number'],
    ['DOUBLE', "'NaN'", Number.NaN, 'number'],
    ['DECIMAL(18, 2)', '12.34', 12.34, 'number'],
    ['DECIMAL(38, 4)', '-0.0001', -0.0001, 'number'],
    ['VARCHAR', "'Ærø'", 'Ærø', 'text'],
    ['VARCHAR', "''", '', 'text'],
    ["ENUM('no', 'yes')", "'yes'", 'yes', 'text'],
    [
      'UUID',
      "'6f9619ff-8b86-d011-b42d-00c04fc964ff'",
      '6f9619ff-8b86-d011-b42d-00c04fc964ff',
      'text',
    ],
    ['TIME', "'12:30:00'", '12:30:00', 'text'],
    ['DATE', "'2024-02-29'", date('2024-02-29'), 'date'],
    ['DATE', "'1969-12-31'", date('1969-12-31'), 'date'],
    ['TIMESTAMP', "'2024-02-29 12:00:00.123456'", date('2024-02-29T12:00:00.123Z'), 'timestamp'],
    ['TIMESTAMP', "'1969-12-31 23:59:59.9999'", date('1969-12-31T23:59:59.999Z'), 'timestamp'],
    ['TIMESTAMP_S', "'2024-02-29 12:00:00'", date('2024-02-29T12:00:00Z'), 'timestamp'],
    ['TIMESTAMP_MS', "'2024-02-29 12:00:00.5'", date('2024-02-29T12:00:00.5Z'), 'timestamp'],
    ['TIMESTAMP_NS', "'2024-02-29 12:00:00.5'", date('2024-02-29T12:00:00.5Z'), 'timestamp'],
    ['TIMESTAMPTZ', "'2024-02-29 12:00:00+02'", date('2024-02-29T10:00:00Z'), 'timestamp'],
  ])('%s %s', async (type, value, expected, kind) => {
    const column = await one(
      `SELECT CAST(v AS ${type}) AS v FROM (VALUES (NULL), (${value}), (NULL)) t(v)`,
    )
    expect(column.kind).toBe(kind)
    expect([...column]).toEqual([null, expected, null])
    expect(column.at(3)).toBeUndefined()
  })

  test('a column of nothing but NULL is text', async () => {
    expect([...(await one('SELECT NULL AS v'))]).toEqual([null])
  })

  test.each(['[1, 2]', "{'a': 1}", "'ab'::BLOB", 'INTERVAL 1 DAY'])('%s is refused', (value) =>
    expect(one(`SELECT ${value} AS odd`)).rejects.toMatchObject({
      code: 'COLUMN_TYPE',
      where: 'column odd',
      hint: expect.stringContaining('.sql('),
    }))
})

describe('64-bit integers', () => {
  const LARGE = 'SELECT * FROM (VALUES (1::BIGINT), (NULL), (9007199254740993)) t(account)'

  test('one that no number can hold is refused, with its column and row', () =>
    expect(query(LARGE)).rejects.toMatchObject({
      code: 'INTEGER_UNSAFE',
      message: 'account holds 9007199254740993, which no number can hold',
      where: 'column account, row 3',
      hint: "ask for it as bigint: { bigints: ['account'] }",
    }))

  test('as bigint on request, also where all are safe', async () => {
    const large = await one(LARGE, { bigints: ['account'] })
    expect(large).toBeInstanceOf(BigIntColumn)
    expect([...large]).toEqual([1n, null, 9007199254740993n])
    expect([...(await one('SELECT 7::BIGINT AS n', { bigints: ['n'] }))]).toEqual([7n])
  })

  test('what is asked for must be there', () =>
    expect(query(LARGE, { bigints: ['acount'] })).rejects.toMatchObject({
      code: 'COLUMN_UNKNOWN',
      hint: 'there are: account',
    }))

  test('of a sum, which DuckDB gives 128 bits', async () =>
    expect([...(await one('SELECT sum(i) AS n FROM range(10) t(i)'))]).toEqual([45]))
})

describe('texts', () => {
  test('each row has its own, whether short or long, also where short ones share a slot', async () => {
    const column = await one(
      "SELECT CASE WHEN i % 3 = 0 THEN NULL WHEN i % 3 = 1 THEN 'u' || i ELSE 'a long text of user ' || i END AS id FROM range(9000) t(i)",
    )
    const expected = Array.from({ length: 9000 }, (_, i) =>
      i % 3 === 0 ? null : i % 3 === 1 ? `u${i}` : `a long text of user ${i}`,
    )
    expect([...column]).toEqual(expected)
  })

  test('of twelve bytes and of thirteen, with bytes above ASCII', async () => {
    const values = ['é'.repeat(6), 'é'.repeat(6), `${'é'.repeat(6)}x`, 'a\u0000b', 'a']
    const rows = values.map((value) => `('${value.replace('\u0000', "' || chr(0) || '")}')`)
    const column = await one(`SELECT v FROM (VALUES ${rows.join(', ')}) t(v)`)
    expect([...column]).toEqual(values)
  })

  test.each([1, 255, 256, 65_535, 65_536])('levels of an ENUM of %i', async (levels) => {
    const column = await withDuckDB(async (db) => {
      await db.run(`CREATE TYPE level AS ENUM (SELECT 'l' || i FROM range(${levels}) t(i))`)
      const last = `'l' || ${levels - 1}`
      const { columns } = await queryColumns(
        db,
        `SELECT CAST(v AS level) AS v FROM (VALUES ('l0'), (${last}), (NULL), ('l0')) t(v)`,
      )
      return columns.get('v')
    })
    expect(column).toBeInstanceOf(LevelColumn)
    expect([...(column ?? [])]).toEqual(['l0', `l${levels - 1}`, null, 'l0'])
  })
})

test('rows over many chunks keep their order, blanks in some chunks only', async () => {
  const { rows, columns } = await query(
    'SELECT i AS n, CASE WHEN i BETWEEN 3000 AND 3005 THEN NULL ELSE i / 4 END AS x, i % 7 = 0 AS b FROM (SELECT * FROM range(10000) t(i) ORDER BY i DESC)',
  )
  expect(rows).toBe(10_000)
  const values = Array.from({ length: 10_000 }, (_, at) => 9999 - at)
  expect([...(columns.get('n') ?? [])]).toEqual(values)
  expect([...(columns.get('x') ?? [])]).toEqual(
    values.map((i) => (i >= 3000 && i <= 3005 ? null : i / 4)),
  )
  expect([...(columns.get('b') ?? [])]).toEqual(values.map((i) => i % 7 === 0))
})

test('no row has columns all the same; the values outlive the database', async () => {
  const { rows, columns } = await query('SELECT 1.5::DOUBLE AS x WHERE false')
  expect(rows).toBe(0)
  expect(columns.get('x')).toBeInstanceOf(NumberColumn)
  expect([...(columns.get('x') ?? [1])]).toEqual([])
})

test('columns keep their order, whatever their names', async () => {
  const names = ['z', '2', '1', '__proto__', 'with "quotes"', 'b']
  const { columns } = await query(
    `SELECT ${names.map((name, at) => `${at} AS "${name.replaceAll('"', '""')}"`).join(', ')}`,
  )
  expect([...columns.keys()]).toEqual(names)
  expect([...columns.values()].map((column) => column.at(0))).toEqual([0, 1, 2, 3, 4, 5])
})
