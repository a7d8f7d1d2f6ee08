// Ingest: what it stores, that it stores it the same each time, and every bad input named.
import { createHash } from 'node:crypto'
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StageError } from '@weir/runner'
import { withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { describe, expect, test } from 'vitest'
import ingest from '../../stages/ingest.ts'
import { PEOPLE, people } from './people.ts'
import { failure, readParquet, runStage, type Said } from './rig.ts'

type Files = Parameters<typeof people>[0]
type Place = Awaited<ReturnType<typeof people>>

function ingestAt(place: Place, asOf = '2024-01-31', into = 'snapshots'): Promise<Said> {
  return runStage(ingest, {
    params: { as_of: asOf, data: { definition: 'people.yaml', source: 'raw' } },
    inputs: { definition: place.definition, source: place.source },
    outputs: { snapshots: join(place.root, into) },
  })
}

async function refused(files: Files, definition = PEOPLE): Promise<StageError> {
  return failure(ingestAt(await people(files, definition)))
}

describe('what is stored', () => {
  test('rows in order of the key, typed, a blank as null', async () => {
    const place = await people()
    const said = await ingestAt(place)
    expect(await readParquet(join(place.root, 'snapshots/people/2024-01-31.parquet'))).toEqual([
      { id: 1, age: null, member: null, town: 'There', since: null },
      { id: 2, age: 40, member: true, town: 'Here', since: '2020-02-29' },
      { id: 10, age: 7, member: false, town: null, since: '2021-01-01' },
    ])
    expect(said.tables[0]?.rows).toEqual([
      ['people', 3],
      ['outcomes', 3],
    ])
    expect(said.notes).toContain('2024-01-31 outcomes')
  })

  test('the same rows in another order and dialect give the same bytes', async () => {
    const place = await people()
    await ingestAt(place)
    await writeFile(
      join(place.source, 'first/people.csv'),
      '\ufefftown;"age";id;since;member\r\n;7;10;2021-01-01;no\r\nHere;40;2;2020-02-29;TRUE\r\nThere;"";1;;\r\n',
    )
    await ingestAt(place, '2024-01-31', 'again')
    expect(await digests(join(place.root, 'again'))).toEqual(
      await digests(join(place.root, 'snapshots')),
    )
  })

  test('Parquet is read like CSV, whatever types it stores', async () => {
    const place = await people({ 'first/people.csv': null })
    await withDuckDB((db) =>
      writeParquet(
        db,
        "SELECT id::DOUBLE AS id, 7 AS age, 'yes' AS member, 'Here' AS town, TIMESTAMP '2020-01-01' AS since FROM range(1, 3) t(id)",
        join(place.source, 'first/people.parquet'),
      ),
    )
    await ingestAt(place)
    const [row] = await readParquet(join(place.root, 'snapshots/people/2024-01-31.parquet'))
    expect(row).toEqual({ id: 1, age: 7, member: true, town: 'Here', since: '2020-01-01' })
  })

  test('all periods up to as_of, and none after it', async () => {
    const more = {
      '2024-02-29/people.csv': 'id,age,member,town,since\n1,1,,,\n',
      '2024-02-29/outcomes.csv': 'id,left\n1,True\n',
      '2024-03-31/people.csv': 'not even read',
    }
    const place = await people(more)
    await ingestAt(place, '2024-02-29')
    expect(await readdir(join(place.root, 'snapshots/people'))).toEqual([
      '2024-01-31.parquet',
      '2024-02-29.parquet',
    ])
  })

  test('a folder that is no period and a file that is no table are ignored aloud', async () => {
    const said = await ingestAt(await people({ 'notes/a.csv': '', 'first/extra.csv': '' }))
    expect(said.logs.join('\n')).toContain('the folder notes is ignored')
    expect(said.logs.join('\n')).toContain('first/extra.csv is ignored')
  })

  test('labels may be absent, but where they are required', async () => {
    const place = await people({ 'first/outcomes.csv': null })
    await ingestAt(place)
    expect(await readParquet(join(place.root, 'snapshots/outcomes/2024-01-31.parquet'))).toEqual([])
    const definition = PEOPLE.replace('column: left }', 'column: left, required: true }')
    const { code, where } = await refused({ 'first/outcomes.csv': null }, definition)
    expect([code, where]).toEqual(['TABLE_MISSING', 'first, table outcomes'])
  })
})

describe('what is refused', () => {
  test.each<[code: string, files: Files, where: string, said: RegExp]>([
    [
      'COLUMN_MISSING',
      { 'first/outcomes.csv': 'id\n1\n' },
      'first/outcomes.csv, column left',
      /left is missing/,
    ],
    [
      'COLUMN_EXTRA',
      { 'first/outcomes.csv': 'id,left,note\n1,True,x\n' },
      'first/outcomes.csv, column note',
      /not in the data set file/,
    ],
    [
      'COLUMN_TWICE',
      { 'first/outcomes.csv': 'id,left,left\n1,True,True\n' },
      'first/outcomes.csv, column left',
      /twice/,
    ],
    [
      'INTEGER_INVALID',
      { 'first/people.csv': 'id,age,member,town,since\n1,old,,,\n2,4,,,\n3,1.5,,,\n' },
      'first/people.csv, column age, rows 1, 3',
      /2 values are no integer: "old", "1.5"/,
    ],
    [
      'BOOLEAN_INVALID',
      { 'first/outcomes.csv': 'id,left\n1,perhaps\n' },
      'first/outcomes.csv, column left, row 1',
      /"perhaps"/,
    ],
    [
      'DATE_INVALID',
      { 'first/people.csv': 'id,age,member,town,since\n1,,,,2023-02-29\n' },
      'first/people.csv, column since, row 1',
      /"2023-02-29"/,
    ],
    [
      'KEY_DUPLICATE',
      { 'first/outcomes.csv': 'id,left\n7,True\n8,True\n7.0,False\n' },
      'first/outcomes.csv, column id, row 3',
      /1 row repeats a key: 7/,
    ],
    [
      'KEY_NULL',
      { 'first/outcomes.csv': 'id,left\n,True\n1,False\n' },
      'first/outcomes.csv, column id, row 1',
      /1 row has no key/,
    ],
    ['FILE_EMPTY', { 'first/outcomes.csv': '' }, 'first/outcomes.csv', /empty/],
    [
      'TABLE_EMPTY',
      { 'first/people.csv': 'id,age,member,town,since\n' },
      'first/people.csv',
      /header and no rows/,
    ],
    [
      'ENCODING_WRONG',
      { 'first/outcomes.csv': Buffer.from('id,left\n1,Tr\xfce\n', 'latin1') },
      'first/outcomes.csv, line 2',
      /not UTF-8/,
    ],
    [
      'ENCODING_WRONG',
      { 'first/outcomes.csv': Buffer.from('id,l\xe9ft\n1,True\n', 'latin1') },
      'first/outcomes.csv',
      /not UTF-8/,
    ],
    [
      'ENCODING_WRONG',
      { 'first/outcomes.csv': Buffer.from('\ufeffid,left\n1,True\n', 'utf16le') },
      'first/outcomes.csv',
      /not UTF-8/,
    ],
    [
      'LINE_MALFORMED',
      { 'first/outcomes.csv': 'id,left\n1,True\n2\n3,True,4\n' },
      'first/outcomes.csv, line 3',
      /Number of Columns: 2 Found: 1/,
    ],
    [
      'TABLE_MISSING',
      { 'first/people.csv': null, 'first/peple.csv': '' },
      'first, table people',
      /no people.csv or people.parquet/,
    ],
    [
      'TABLE_TWICE',
      { 'first/people.parquet': 'x' },
      'first, table people',
      /people.csv and people.parquet/,
    ],
    [
      'PARQUET_UNREADABLE',
      { 'first/people.csv': null, 'first/people.parquet': 'PAR1 nonsense' },
      'first/people.parquet',
      /cannot be read/,
    ],
  ])('%s', async (code, files, where, said) => {
    const error = await refused(files)
    const { message } = error
    expect(error).toMatchObject({ code, where: expect.stringContaining(where) })
    expect(message).toMatch(said)
  })

  test('an unclosed quote', async () => {
    const error = await refused({ 'first/outcomes.csv': 'id,left\n1,"True\n2,False\n' })
    expect(error.where).toContain('first/outcomes.csv')
    expect(error.code).toBe('LINE_MALFORMED')
  })

  test('a Parquet file that was cut short', async () => {
    const place = await people({ 'first/people.csv': null })
    const path = join(place.source, 'first/people.parquet')
    await withDuckDB((db) =>
      writeParquet(db, 'SELECT i AS id, i AS age FROM range(1000) t(i)', path),
    )
    await truncate(path, 500)
    expect(await failure(ingestAt(place))).toMatchObject({
      code: 'PARQUET_UNREADABLE',
      where: 'first/people.parquet',
    })
  })

  test('keys that are no value are told as such, not as repeated', async () => {
    const { code, message } = await refused({ 'first/outcomes.csv': 'id,left\nx,True\ny,False\n' })
    expect([code, message]).toEqual(['INTEGER_INVALID', '2 values are no integer: "x", "y"'])
  })

  test('an interrupted run is no unreadable file', async () => {
    const place = await people()
    const reason = new Error('interrupted')
    const run = runStage(ingest, {
      params: { as_of: '2024-01-31', data: { definition: 'people.yaml', source: 'raw' } },
      inputs: { definition: place.definition, source: place.source },
      outputs: { snapshots: join(place.root, 'snapshots') },
      signal: AbortSignal.abort(reason),
    })
    await expect(run).rejects.toBe(reason)
  })

  test('all problems of all files at once, and nothing of the bad tables is stored', async () => {
    const place = await people({
      'first/people.csv': 'id,age,member,town,since\n1,old,dunno,,yesterday\n1,2,,,\n',
      'first/outcomes.csv': 'id,lefft\n1,True\n',
    })
    const { message, code } = await failure(ingestAt(place))
    expect(code).toBe('INTEGER_INVALID')
    expect(message.split('\n').map((line) => line.split(' ')[0])).toEqual([
      '6',
      'INTEGER_INVALID',
      'BOOLEAN_INVALID',
      'DATE_INVALID',
      'KEY_DUPLICATE',
      'COLUMN_MISSING',
      'COLUMN_EXTRA',
    ])
    expect(message).toContain('(the file has lefft?)')
    expect(await readdir(place.root)).not.toContain('snapshots')
  })

  test('a period that is not there, with those that are', async () => {
    const error = await failure(ingestAt(await people(), '2024-05-31'))
    expect(error).toMatchObject({ code: 'PERIOD_MISSING', hint: 'there are: 2024-01-31 (first)' })
  })

  test('two folders of one period', async () => {
    const error = await refused({ '2024-01-31/people.csv': '' })
    expect(error).toMatchObject({ code: 'PERIOD_TWICE', where: '2024-01-31 and first' })
  })

  test('a source that is not there', async () => {
    const place = await people()
    const error = await failure(ingestAt({ ...place, source: join(place.root, 'nowhere') }))
    // Told before the cell is called, as a run does.
    expect(error).toMatchObject({
      code: 'DEP_MISSING',
      message: expect.stringContaining('nowhere'),
    })
  })
})

async function digests(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) =>
    name.endsWith('.parquet'),
  )
  const read = names.sort().map(async (name) => {
    const hash = createHash('sha256').update(await readFile(join(folder, name)))
    return `${name} ${hash.digest('hex')}`
  })
  return Promise.all(read)
}
