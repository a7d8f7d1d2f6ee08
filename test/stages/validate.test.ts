// Validate: what a sound period reports, and every expectation that a bad one can break.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import ingest from '../../stages/ingest.ts'
import validate from '../../stages/validate.ts'
import { PEOPLE, people } from './people.ts'
import { failure, runStage, type Said } from './rig.ts'

const DATA = { definition: 'people.yaml', source: 'raw' }

/** Ingests the files with one definition, then validates with it, or with another. */
async function validated(
  files: Parameters<typeof people>[0] = {},
  definition = PEOPLE,
): Promise<{ root: string; run: Promise<Said> }> {
  const place = await people(files, definition)
  const snapshots = join(place.root, 'snapshots')
  await runStage(ingest, {
    params: { as_of: '2024-01-31', data: DATA },
    inputs: { definition: place.definition, source: place.source },
    outputs: { snapshots },
  })
  const run = runStage(validate, {
    params: { as_of: '2024-01-31', data: DATA },
    inputs: { definition: place.definition, snapshots, accepted: { value: '' } },
    outputs: { validation: join(place.root, 'validation.json') },
  })
  return { root: place.root, run }
}

test('a sound period: figures, checks, charts', async () => {
  const { root, run } = await validated()
  const said = await run
  const report = JSON.parse(await readFile(join(root, 'validation.json'), 'utf8'))
  expect(report).toMatchObject({ as_of: '2024-01-31', rows: 3, label_share: 1 / 3, failed: 0 })
  expect(report.outcomes).toHaveLength(report.checks)
  expect(said.metrics).toMatchObject({ rows: 3, failed: 0 })
  expect(said.charts).toEqual(['Rows by table', 'Share of blank values'])
})

const rows = (...lines: string[]) => ['id,age,member,town,since', ...lines, ''].join('\n')

describe('broken expectations', () => {
  test.each<[code: string, files: Parameters<typeof people>[0], where: string, said: RegExp]>([
    [
      'BELOW_MIN',
      { 'first/people.csv': rows('1,-1,,,', '2,5,,,', '10,-7,,,') },
      '2024-01-31, table people, column age',
      /2 rows: 1 \(-1\), 10 \(-7\)/,
    ],
    [
      'ABOVE_MAX',
      { 'first/people.csv': rows('1,130,,,', '2,5,,,', '10,7,,,') },
      'column age',
      /1 row: 1 \(130\)/,
    ],
    [
      'LEVEL_UNKNOWN',
      { 'first/people.csv': rows('1,,,Where,', '2,,,Here,', '10,,,,') },
      'column town',
      /1 row: 1 \(Where\)/,
    ],
    [
      'VALUE_MISSING',
      { 'first/people.csv': rows('1,1,,,', '2,,,,', '10,7,,,') },
      'table people, column age',
      /1 row: 2/,
    ],
    [
      'ROWS_OUT_OF_RANGE',
      { 'first/people.csv': rows('1,1,,,'), 'first/outcomes.csv': 'id,left\n1,True\n' },
      'table people',
      /rows from 2 to 1000; found 1/,
    ],
    [
      'REFERENCE_BROKEN',
      { 'first/outcomes.csv': 'id,left\n1,True\n99,False\n' },
      'table outcomes, column id',
      /a row in people; 1 row: 99/,
    ],
    [
      'ONE_CLASS',
      { 'first/outcomes.csv': 'id,left\n1,False\n2,False\n10,False\n' },
      'column left',
      /all 3 labels are negative/,
    ],
    [
      'LABEL_SHARE_OUT_OF_RANGE',
      { 'first/outcomes.csv': 'id,left\n1,False\n2,False\n10,False\n' },
      'column left',
      /from 0.2 to 0.8; found 0/,
    ],
  ])('%s', async (code, files, where, said) => {
    const blankless = PEOPLE.replace('max: 120, nullable: true', 'max: 120')
    const { root, run } = await validated(files, code === 'VALUE_MISSING' ? blankless : PEOPLE)
    const error = await failure(run)
    const report = JSON.parse(await readFile(join(root, 'validation.json'), 'utf8'))
    const broken = report.outcomes.filter((outcome: { passed: boolean }) => !outcome.passed)
    expect(broken.map((outcome: { check: string }) => outcome.check)).toContain(code)
    expect(`${error.where}\n${error.message}`).toContain(where)
    expect(error.message).toMatch(said)
  })

  test('all of them are told at once', async () => {
    const { run } = await validated({
      'first/people.csv': rows('1,-1,,Where,', '2,130,,,', '10,1,,,'),
    })
    const error = await failure(run)
    expect(error.code).toBe('BELOW_MIN')
    expect(error.message.split('\n')).toHaveLength(4)
  })
})

describe('expectations of a data set', () => {
  const with_ = (more: string) => PEOPLE.replace('  label_share: {', `${more}\n  label_share: {`)
  test.each<[code: string, definition: string, where: string, said: RegExp]>([
    [
      'NOT_UNIQUE',
      with_('  unique: { people: [[member, town]] }'),
      'column member, town',
      /each value once; 2 rows: 1 \(true Here\), 2 \(true Here\)/,
    ],
    [
      'NOT_UNIQUE',
      PEOPLE.replace('age: { type: integer,', 'age: { type: integer, unique: true,'),
      'column age',
      /2 rows: 1 \(40\), 2 \(40\)/,
    ],
    [
      'PATTERN_BROKEN',
      PEOPLE.replace('levels: [Here, There]', 'pattern: "^H"'),
      'column town',
      /a match of \^H; 1 row: 10 \(There\)/,
    ],
    [
      'CHECK_FAILED',
      with_('  checks: { people: { "members are of age": "age >= 18 OR NOT member" } }'),
      'table people',
      /members are of age: age >= 18 OR NOT member; 1 row: 10/,
    ],
    [
      'CHECK_INVALID',
      with_('  checks: { people: { sane: "agee > 1" } }'),
      'table people',
      /sane: agee > 1: Binder Error.*agee/,
    ],
    [
      'STALE',
      with_('  freshness: { people: { column: since, days: 30 } }'),
      'column since',
      /of the last 30 days before 2024-01-31; the newest is 2023-12-31/,
    ],
    [
      'REFERENCE_BROKEN',
      with_('').replace('{ outcomes: people }', '{ outcomes: [people], people: outcomes }'),
      'table people, column id',
      /a row in outcomes; 1 row: 11/,
    ],
  ])('%s', async (code, definition, where, said) => {
    const { run } = await validated(
      {
        'first/people.csv': rows(
          ...['1,40,True,Here,2020-01-01', '2,40,True,Here,', '10,7,True,There,2023-12-31'],
          '11,,,,',
        ),
      },
      definition,
    )
    const error = await failure(run)
    expect(error.code).toBe(code)
    expect(error.where).toContain(where)
    expect(error.message).toMatch(said)
  })

  test('ROW_CHANGE: a factor of the rows of the period before', async () => {
    const definition = with_('  row_change: { people: { min: 0.8, max: 1.5 } }')
    const place = await people(
      {
        '2024-02-29/people.csv': rows('1,40,True,Here,', '2,7,,,'),
        '2024-02-29/outcomes.csv': 'id,left\n1,True\n2,False\n',
      },
      definition,
    )
    const snapshots = join(place.root, 'snapshots')
    const params = { as_of: '2024-02-29', data: DATA }
    await runStage(ingest, {
      params,
      inputs: { definition: place.definition, source: place.source },
      outputs: { snapshots },
    })
    const at = (as_of: string) =>
      runStage(validate, {
        params: { as_of, data: DATA },
        inputs: { definition: place.definition, snapshots, accepted: { value: '' } },
        outputs: { validation: join(place.root, 'validation.json') },
      })
    await at('2024-01-31')
    const error = await failure(at('2024-02-29'))
    expect(error).toMatchObject({ code: 'ROW_CHANGE', where: '2024-02-29, table people' })
    expect(error.message).toContain('of those of 2024-01-31 from 0.8 to 1.5; found 0.6667')
  })
})

const REQUIRED = PEOPLE.replace('column: left }', 'column: left, required: true }')

describe('labels that are late', () => {
  test.each([
    ['no file', null, null],
    ['no row', 'id,left\n', null],
    ['blank ones', 'id,left\n1,\n2,\n10,\n', null],
    // Who leaves may be known first: what two labels of three entities are says nothing yet.
    ['some, of one class', 'id,left\n1,True\n2,True\n10,\n', 1],
    ['rows of some', 'id,left\n1,True\n2,True\n', 1],
  ])('%s: the period passes', async (_, outcomes, share) => {
    const { root, run } = await validated({ 'first/outcomes.csv': outcomes })
    await run
    const report = JSON.parse(await readFile(join(root, 'validation.json'), 'utf8'))
    expect(report).toMatchObject({ label_share: share, failed: 0 })
  })

  test.each([
    ['no row', 'id,left\n', 'NO_LABELS', 'no labels'],
    ['a blank one', 'id,left\n1,True\n2,False\n10,\n', 'VALUE_MISSING', '1 row: 10'],
  ])('%s: refused where labels are required', async (_, outcomes, code, said) => {
    const { run } = await validated({ 'first/outcomes.csv': outcomes }, REQUIRED)
    const error = await failure(run)
    expect(error.code).toBe(code)
    expect(error.message).toContain(said)
  })
})

test('snapshots of another definition are told apart', async () => {
  const place = await people()
  const snapshots = join(place.root, 'snapshots')
  await runStage(ingest, {
    params: { as_of: '2024-01-31', data: DATA },
    inputs: { definition: place.definition, source: place.source },
    outputs: { snapshots },
  })
  const other = await people({}, PEOPLE.replace('age: { type: integer', 'age: { type: number'))
  const run = (asOf: string) =>
    runStage(validate, {
      params: { as_of: asOf, data: DATA },
      inputs: { definition: other.definition, snapshots, accepted: { value: '' } },
      outputs: { validation: join(place.root, 'validation.json') },
    })
  expect(await failure(run('2024-01-31'))).toMatchObject({
    code: 'COLUMNS_DIFFER',
    where: '2024-01-31, table people',
  })
  expect(await failure(run('2024-02-29'))).toMatchObject({ code: 'SNAPSHOT_MISSING' })
})
