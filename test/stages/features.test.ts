// The feature files and the online table: who is in them, what was known, and how readFrame reads them.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { featureSpecs } from '@weir/formats/definition'
import { definitionOf } from '@weir/formats/definition-file'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { featureQuery, labelledEntities } from '@weir/tables/feature-query'
import { expect, test } from 'vitest'
import features from '../../stages/features.ts'
import ingest from '../../stages/ingest.ts'
import materialize from '../../stages/materialize.ts'
import { listPeriods, readFrame } from '../../stages/periods/frame.ts'
import { listSnapshots, snapshotOf } from '../../stages/snapshots/snapshots.ts'
import { PEOPLE, people } from './people.ts'
import { failure, readParquet, runStage } from './rig.ts'

/** What the registry answers where no model was ever in Production. */
const SERVED = { served: { value: { features: [] } } }

const DATA = { definition: 'people.yaml', source: 'raw' }

/** Ingests the raw files up to as_of and joins their features. */
async function prepared(files: Parameters<typeof people>[0], asOf: string, definition = PEOPLE) {
  const place = await people(files, definition)
  const params = { as_of: asOf, data: DATA }
  const at = (name: string) => join(place.root, name)
  const { definition: file, source } = place
  const snapshots = at('snapshots')
  // The cells wait for it and do not read it.
  const passed = { as_of: asOf, rows: 0, label_share: null, checks: 0, failed: 0, outcomes: [] }
  const validation = { value: passed }
  await runStage(ingest, { params, inputs: { definition: file, source }, outputs: { snapshots } })
  const inputs = { definition: file, snapshots, validation }
  const said = await runStage(features, { params, inputs, outputs: { features: at('features') } })
  await runStage(materialize, {
    params,
    inputs: { ...inputs, ...SERVED },
    outputs: { online: at('online') },
  })
  return { said, at, inputs, params }
}

const FEBRUARY = {
  '2024-02-29/people.csv': 'id,age,member,town,since\n1,50,False,Here,\n3,,True,,\n',
  '2024-02-29/outcomes.csv': 'id,left\n3,False\n1,True\n2,\n',
}

test('one file a period: the key, the features in order, the label, in order of the key', async () => {
  const { at, said } = await prepared(
    FEBRUARY,
    '2024-02-29',
    PEOPLE.replace('left: { type: boolean }', 'left: { type: boolean, nullable: true }'),
  )
  expect(await listPeriods(at('features'))).toEqual(['2024-01-31', '2024-02-29'])
  const rows = await readParquet(at('features/2024-02-29.parquet'))
  expect(Object.keys(rows[0] ?? {})).toEqual(['id', 'age', 'member', 'town', 'left'])
  // User 2 was not exported in February: the view holds for ever, so January's row counts.
  expect(rows).toEqual([
    { id: 1, age: 50, member: false, town: 'Here', left: true },
    { id: 2, age: 40, member: true, town: 'Here', left: null },
    { id: 3, age: null, member: true, town: null, left: false },
  ])
  expect(said.tables[0]?.rows).toEqual([
    ['2024-01-31', 3, 3, '0.3333', '33.33 %'],
    ['2024-02-29', 3, 2, '0.5000', '22.22 %'],
  ])
})

test('January looks the same whether or not February is known', async () => {
  const [one, two] = await Promise.all([
    prepared({}, '2024-01-31'),
    prepared(
      FEBRUARY,
      '2024-02-29',
      PEOPLE.replace('left: { type: boolean }', 'left: { type: boolean, nullable: true }'),
    ),
  ])
  const file = 'features/2024-01-31.parquet'
  expect(await readFile(two.at(file))).toEqual(await readFile(one.at(file)))
})

test('a value no longer holds after the ttl of its view', async () => {
  const february = { ...FEBRUARY, '2024-02-29/outcomes.csv': 'id,left\n1,True\n2,False\n' }
  for (const [days, age] of [
    [29, 40],
    [28, null],
  ] as const) {
    const definition = PEOPLE.replace(
      'table: people, features',
      `table: people, ttl_days: ${days}, features`,
    )
    const { at } = await prepared(february, '2024-02-29', definition)
    const rows = await readParquet(at('features/2024-02-29.parquet'))
    expect(rows.find((row) => row.id === 2)).toMatchObject({ id: 2, age })
  }
})

test('a period without labels has all its users', async () => {
  const { at } = await prepared({ 'first/outcomes.csv': null }, '2024-01-31')
  const rows = await readParquet(at('features/2024-01-31.parquet'))
  expect(rows.map((row) => [row.id, row.left])).toEqual([
    [1, null],
    [2, null],
    [10, null],
  ])
})

test('who has no label yet keeps their place, and so does a label of someone who is not exported', async () => {
  const { at } = await prepared(
    { 'first/outcomes.csv': 'id,left\n10,True\n99,False\n' },
    '2024-01-31',
  )
  const rows = await readParquet(at('features/2024-01-31.parquet'))
  expect(rows.map((row) => [row.id, row.age, row.left])).toEqual([
    [1, null, null],
    [2, 40, null],
    [10, 7, true],
    [99, null, false],
  ])
})

const EVENTS = `
name: visits
entity: { key: id, table: people }
tables:
  people: { columns: { id: { type: string }, left: { type: boolean } } }
  visits:
    key: [id, at, written]
    columns: { id: { type: string }, at: { type: date }, written: { type: timestamp }, spent: { type: number } }
label: { table: people, column: left }
views:
  visit: { table: visits, event_time: at, created_time: written, ttl_days: 10, features: [spent] }
`

test('rows with times of their own: the latest event, the latest version of it known then, within the ttl', async () => {
  const visits = [
    'id,at,written,spent',
    'a,2024-01-30,2024-01-30 09:00:00,1',
    'a,2024-01-30,2024-01-31 23:00:00,2',
    'a,2024-01-30,2024-02-01 00:00:00,3',
    'a,2024-02-01,2024-01-01 00:00:00,9',
    'b,2024-01-21,2024-01-21 00:00:00,4',
    'c,2024-01-20,2024-01-20 00:00:00,5',
  ]
  const files = {
    'first/people.csv': null,
    'first/outcomes.csv': null,
    '2024-01-31/people.csv': 'id,left\na,True\nb,False\nc,False\n',
    '2024-01-31/visits.csv': `${visits.join('\n')}\n`,
  }
  const { at } = await prepared(files, '2024-01-31', EVENTS)
  const rows = await readParquet(at('features/2024-01-31.parquet'))
  expect(rows.map((row) => row.spent)).toEqual([2, 4, null])
  const online = await readParquet(at('online/features.parquet'))
  expect(online.map((row) => row.visit__as_of)).toEqual(['2024-01-30', '2024-01-21', null])
})

test('a later export corrects an event for its own period, not for the one before', async () => {
  const definition = EVENTS.replace('key: [id, at, written]', 'key: [id, at]')
    .replace('written: { type: timestamp }, ', '')
    .replace(' created_time: written, ttl_days: 10,', '')
  const files = {
    'first/people.csv': null,
    'first/outcomes.csv': null,
    '2024-01-31/people.csv': 'id,left\na,True\nb,False\n',
    '2024-01-31/visits.csv': 'id,at,spent\na,2024-01-30,8\nb,2024-01-30,2\n',
    '2024-02-29/people.csv': 'id,left\na,True\nb,False\n',
    '2024-02-29/visits.csv': 'id,at,spent\na,2024-01-30,1\nb,2024-01-30,9\n',
  }
  const { at } = await prepared(files, '2024-02-29', definition)
  const spent = async (asOf: string) =>
    (await readParquet(at(`features/${asOf}.parquet`))).map((row) => row.spent)
  expect(await spent('2024-01-31')).toEqual([8, 2])
  expect(await spent('2024-02-29')).toEqual([1, 9])

  // Whatever the order in which the exports are read.
  const parsed = definitionOf(definition, 'visits.yaml')
  const stored = await listSnapshots(at('snapshots'), parsed)
  const everyone = labelledEntities(parsed, undefined, snapshotOf(stored, 'people', '2024-02-29'))
  const backwards = (table: string) => stored(table).toReversed()
  const query = featureQuery(parsed, backwards, '2024-02-29', everyone)
  const rows = await withDuckDB((db) => rowsOf(db, `FROM (${query}) ORDER BY __entity`))
  expect(rows.map((row) => row.spent)).toEqual([1, 9])
})

test('the online table: everyone’s latest values, their days, and a manifest that fits', async () => {
  const { at } = await prepared(
    // Who has no label yet is online all the same.
    { ...FEBRUARY, '2024-02-29/outcomes.csv': 'id,left\n1,True\n' },
    '2024-02-29',
  )
  expect(await readParquet(at('online/features.parquet'))).toEqual([
    { id: 1, age: 50, member: false, town: 'Here', person__as_of: '2024-02-29' },
    { id: 3, age: null, member: true, town: null, person__as_of: '2024-02-29' },
  ])
  const manifest = JSON.parse(await readFile(at('online/manifest.json'), 'utf8'))
  const sha256 = createHash('sha256')
    .update(await readFile(at('online/features.parquet')))
    .digest('hex')
  expect(manifest).toEqual({
    as_of: '2024-02-29',
    entity: 'id',
    rows: 2,
    features: featureSpecs(definitionOf(PEOPLE, 'people.yaml')),
    views: { person: { ttl_days: null } },
    sha256,
  })
})

test('a frame has columns of the length of its ids, in order of their text', async () => {
  const { at } = await prepared({}, '2024-01-31')
  const specs = featureSpecs(definitionOf(PEOPLE, 'people.yaml'))
  const frame = await readFrame(at('features'), '2024-01-31', specs)
  const columns = Object.entries(frame.columns).map(([name, column]) => [name, [...column]])
  expect({ ...frame, columns: Object.fromEntries(columns) }).toEqual({
    asOf: '2024-01-31',
    ids: ['1', '10', '2'],
    columns: { age: [null, 7, 40], member: [null, false, true], town: ['There', null, 'Here'] },
    labels: [1, 0, 0],
  })
})

test('a frame of an unknown period or feature is refused', async () => {
  const { at } = await prepared({}, '2024-01-31')
  const specs = featureSpecs(definitionOf(PEOPLE, 'people.yaml'))
  expect(await failure(readFrame(at('features'), '2024-02-29', specs))).toMatchObject({
    code: 'PERIOD_MISSING',
    hint: 'there are: 2024-01-31',
  })
  const odd = [{ name: 'agee', view: 'person', type: 'number', nullable: true }] as const
  expect(await failure(readFrame(at('features'), '2024-01-31', odd))).toMatchObject({
    code: 'FEATURE_MISSING',
    hint: 'did you mean age?',
  })
})

test('features of a period that was not ingested are refused', async () => {
  const { at, inputs, params } = await prepared({}, '2024-01-31')
  const later = { ...params, as_of: '2024-02-29' }
  for (const run of [
    runStage(features, { params: later, inputs, outputs: { features: at('none') } }),
    runStage(materialize, {
      params: later,
      inputs: { ...inputs, ...SERVED },
      outputs: { online: at('none') },
    }),
  ])
    expect(await failure(run)).toMatchObject({ code: 'SNAPSHOT_MISSING' })
})
