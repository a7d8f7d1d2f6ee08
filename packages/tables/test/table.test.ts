// Tables as cells have them: read from each format, as Arquero, Arrow or a query, and written back.
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Table as ArrowTable, tableFromIPC } from 'apache-arrow'
import { table as arquero, desc, op } from 'arquero'
import { describe, expect, onTestFinished, test } from 'vitest'
import { withDuckDB, writeParquet } from '../src/duckdb.ts'
import {
  type ColumnOptions,
  type Columns,
  columnsFrom,
  type TableData,
  table,
} from '../src/index.ts'

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-tables-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The input of a port on a file. */
function input(path: string, options?: ColumnOptions) {
  return table('artifacts/users.parquet', options).input({ name: 'artifacts/users', path })
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await temporary(), name)
  await writeFile(path, content)
  return path
}

async function parquet(query: string): Promise<string> {
  const path = join(await temporary(), 'users.parquet')
  await withDuckDB((db) => writeParquet(db, query, path))
  return path
}

/** Writes a table by the port, and what the port reads of it. */
async function written(name: string, data: TableData, options?: ColumnOptions) {
  const path = join(await temporary(), name)
  await table(name).output({ name, path }).write(data)
  return { path, columns: await input(path, options).columns() }
}

function plain({ columns }: Columns) {
  return Object.fromEntries([...columns].map(([name, column]) => [name, [...column]]))
}

function kinds({ columns }: Columns) {
  return Object.fromEntries([...columns].map(([name, column]) => [name, column.kind]))
}

const USERS = `SELECT * FROM (VALUES
  ('u1', 12::BIGINT, 9.99::DECIMAL(6, 2), DATE '2024-01-31', TIMESTAMP '2024-01-31 08:30:00', true),
  ('u2', NULL, NULL, NULL, NULL, NULL),
  ('u3', 7, 0.10, DATE '1969-07-20', TIMESTAMP '1969-07-20 20:17:40.5', false)
) t(id, months, fee, joined, seen, member)`

const ROWS = {
  id: ['u1', 'u2', 'u3'],
  months: [12, null, 7],
  fee: [9.99, null, 0.1],
  joined: [new Date('2024-01-31'), null, new Date('1969-07-20')],
  seen: [new Date('2024-01-31T08:30:00Z'), null, new Date('1969-07-20T20:17:40.500Z')],
  member: [true, null, false],
}

describe('input', () => {
  test('as an Arquero table, whose verbs work on it', async () => {
    const users = await input(await parquet(USERS)).table()
    expect(users.columnNames()).toEqual(Object.keys(ROWS))
    expect(users.array('seen')).toEqual(ROWS.seen)
    const known = users.filter((row: { months: number | null }) => row.months !== null)
    expect(known.orderby('months').array('id')).toEqual(['u3', 'u1'])
    expect(users.rollup({ months: op.sum('months') }).objects()).toEqual([{ months: 19 }])
  })

  test('as an Apache Arrow table', async () => {
    const users = await input(await parquet(USERS)).arrow()
    expect(users).toBeInstanceOf(ArrowTable)
    expect(users.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id Utf8',
      'months Int64',
      'fee Float64',
      'joined Date32<DAY>',
      'seen Timestamp<MILLISECOND>',
      'member Bool',
    ])
    expect(plain(await columnsFrom(users))).toEqual({ ...ROWS, months: [12n, null, 7n] })
  })

  test('as a query, in which the table is `it` and others have their names', async () => {
    const users = input(await parquet(USERS))
    const visits = input(await file('visits.csv', 'id,n\nu1,3\nu3,4\nu3,5\n'))
    const joined = await users.sql(
      'SELECT id, sum(n) AS n FROM it JOIN visits USING (id) GROUP BY id ORDER BY id;',
      { visits },
    )
    expect(joined.objects()).toEqual([
      { id: 'u1', n: 3 },
      { id: 'u3', n: 9 },
    ])
  })

  test('a query that is wrong says what, where, and which relations there are', async () => {
    const users = input(await file('a.csv', 'x\n1\n'))
    await expect(users.sql('SELECT y FROM it')).rejects.toMatchObject({
      code: 'TABLE_QUERY',
      message: expect.stringContaining('"y"'),
      where: 'SELECT y FROM it',
      hint: 'its relations are: "it"',
    })
  })

  test('64-bit integers as bigint where the port asks for it', async () => {
    const path = await parquet('SELECT 9007199254740993::BIGINT AS account')
    await expect(input(path).table()).rejects.toMatchObject({ code: 'INTEGER_UNSAFE' })
    const { columns } = await input(path, { bigints: ['account'] }).columns()
    expect([...(columns.get('account') ?? [])]).toEqual([9007199254740993n])
  })
})

describe('CSV', () => {
  test('types are found in the whole file; blanks, quoted ones too, are null', async () => {
    const rows = Array.from({ length: 30_000 }, (_, at) => `${at},${at % 2 ? '' : '""'},2024-01-31`)
    const path = await file('users.csv', `n,note,day\n${rows.join('\n')}\nlast,x,2024-02-29\n`)
    const columns = await input(path).columns()
    expect(kinds(columns)).toEqual({ n: 'text', note: 'text', day: 'date' })
    expect(columns.columns.get('n')?.at(30_000)).toBe('last')
    expect([...(columns.columns.get('note') ?? [])].filter((note) => note !== null)).toEqual(['x'])
  })

  test('a header of texts above texts is a header; other separators are found', async () => {
    const path = await file('towns.tsv', 'name\ttown\nAda\tHere\n')
    expect(plain(await input(path).columns())).toEqual({ name: ['Ada'], town: ['Here'] })
  })
})

describe('what cannot be read', () => {
  test.each(['users.xlsx', 'users'])('%s', (name) =>
    expect(file(name, 'x').then((path) => input(path).columns())).rejects.toMatchObject({
      code: 'TABLE_FORMAT',
      hint: expect.stringContaining('.parquet'),
    }))

  test.each(['users.parquet', 'users.feather'])('%s that is none', (name) =>
    expect(file(name, 'no table').then((path) => input(path).columns())).rejects.toMatchObject({
      code: 'TABLE_UNREADABLE',
      where: 'artifacts/users',
    }))

  test('a file that is not there', () =>
    expect(input('/nowhere/users.parquet').columns()).rejects.toMatchObject({
      code: 'TABLE_UNREADABLE',
    }))
})

describe('output', () => {
  test.each(['t.parquet', 't.csv', 't.feather'])('%s gives back what was written', async (name) => {
    const source = await input(await parquet(USERS)).columns()
    const { columns } = await written(name, source)
    expect(plain(columns)).toEqual(ROWS)
    expect(kinds(columns)).toEqual(kinds(source))
  })

  test.each([
    't.parquet',
    't.csv',
    't.feather',
  ])('%s has the same bytes each time', async (name) => {
    const source = await input(await parquet(USERS)).table()
    const [one, other] = [await written(name, source), await written(name, source)]
    expect(await readFile(one.path)).toEqual(await readFile(other.path))
  })

  test('of an Arquero table the rows that it shows, in its order; kinds that it has read stay', async () => {
    const users = await input(await parquet(USERS)).table()
    const some = users
      .filter((row: { months: number | null }) => row.months !== null)
      .derive({ twice: (row: { months: number }) => row.months * 2 })
      .orderby(desc('id'))
      .select('id', 'months', 'joined', 'twice')
    const { columns } = await written('t.parquet', some)
    expect(plain(columns)).toEqual({
      id: ['u3', 'u1'],
      months: [7, 12],
      joined: [new Date('1969-07-20'), new Date('2024-01-31')],
      twice: [14, 24],
    })
    expect(kinds(columns)).toEqual({
      id: 'text',
      months: 'integer',
      joined: 'date',
      twice: 'number',
    })
  })

  test('arrays by name, an Arquero table of them, and an Arrow table', async () => {
    const data = { a: [1.5, null], b: Float32Array.of(1, 2), c: [null, undefined], d: [1n, null] }
    const expected = { a: [1.5, null], b: [1, 2], c: [null, null], d: [1, null] }
    expect(plain((await written('t.parquet', data)).columns)).toEqual(expected)
    expect(plain((await written('t.parquet', arquero(data))).columns)).toEqual(expected)
    const arrow = tableFromIPC(await readFile((await written('t.feather', data)).path))
    expect(plain((await written('t.parquet', arrow)).columns)).toEqual(expected)
  })

  test('no row, no column value', async () => {
    const { columns } = await written('t.parquet', { a: [], b: [] })
    expect(columns.rows).toBe(0)
    expect(plain(columns)).toEqual({ a: [], b: [] })
  })

  test.each(['t.parquet', 't.feather'])('a query over inputs and tables into %s', async (name) => {
    const path = join(await temporary(), name)
    const users = input(await parquet(USERS))
    await table(name)
      .output({ name, path })
      .sql('SELECT id, factor * months AS score FROM users JOIN factors USING (id) ORDER BY id', {
        users,
        factors: { id: ['u1', 'u3'], factor: [10, 0.5] },
      })
    expect(plain(await input(path).columns())).toEqual({ id: ['u1', 'u3'], score: [120, 3.5] })
  })

  test.each<[string, TableData, string, string]>([
    ['values of two types', { a: [1, 'x'] }, 'COLUMN_MIXED', 'column a, row 2'],
    ['an object', { a: [null, {}] }, 'COLUMN_TYPE', 'column a, row 2'],
    ['columns of two lengths', { a: [1], b: [1, 2] }, 'COLUMN_LENGTH', 'column b'],
  ])('%s is refused', (_, data, code, where) =>
    expect(written('t.parquet', data)).rejects.toMatchObject({ code, where }))
})

describe('files of pandas', () => {
  // Written by fixtures/pandas.py, which says with which versions and by which command.
  const EXPECTED = {
    id: ['a', 'é', null],
    whole: [1, 2, 3],
    holes: [1.5, null, -2],
    flag: [true, null, false],
    level: ['low', null, 'high'],
    day: [new Date('2024-02-29'), null, new Date('1969-12-31')],
    moment: [new Date('2024-02-29T12:00:00.123Z'), null, new Date('1969-12-31T23:59:59.999Z')],
  }

  test.each(['pandas.parquet', 'pandas.feather'])('%s', async (name) => {
    const columns = await input(join(import.meta.dirname, 'fixtures', name)).columns()
    expect(plain(columns)).toEqual(EXPECTED)
  })

  test('a compressed Feather file is refused, with how to write it', () =>
    expect(
      input(join(import.meta.dirname, 'fixtures', 'lz4.feather')).columns(),
    ).rejects.toMatchObject({
      code: 'TABLE_COMPRESSED',
      hint: expect.stringContaining("compression='uncompressed'"),
    }))

  test('a Feather file is told by its name alone', async () => {
    const path = join(await temporary(), 'same.arrow')
    await copyFile(join(import.meta.dirname, 'fixtures', 'pandas.feather'), path)
    expect(plain(await input(path).columns())).toEqual(EXPECTED)
  })
})
