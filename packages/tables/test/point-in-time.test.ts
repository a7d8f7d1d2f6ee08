// The point-in-time join against the cases that Feast's conventions decide.

import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { pointInTime, type ViewSource } from '@weir/tables/point-in-time'
import { expect, test } from 'vitest'

/** [event, created, value] of user u; times of one day, `HH:MM[:SS]`. */
type Row = readonly [event: string, created: string | null, value: number | null]

const HOURS = 3600

function view(rows: readonly Row[], about: Partial<ViewSource> = {}): ViewSource {
  const values = rows.map(
    ([event, created, value]) =>
      `('u', ${at(event)}, ${created === null ? 'NULL::TIMESTAMP' : at(created)}, ${value})`,
  )
  return {
    name: 'v',
    query: `SELECT * FROM (VALUES ${values.join(', ')}) t(id, happened, written, f)`,
    key: 'id',
    event: 'happened',
    created: null,
    createdBefore: false,
    ttlSeconds: 2 * HOURS,
    tieBreaks: [],
    features: ['f'],
    ...about,
  }
}

function at(time: string): string {
  return `TIMESTAMP '2024-01-31 ${time.length === 5 ? `${time}:00` : time}'`
}

async function join(moments: readonly string[], ...views: ViewSource[]): Promise<unknown[]> {
  const entities = moments.map((moment, n) => `('u', ${at(moment)}, ${n})`)
  const query = pointInTime(
    `SELECT * FROM (VALUES ${entities.join(', ')}) t(__entity, __moment, n)`,
    views,
  )
  const rows = await withDuckDB((db) => rowsOf(db, `FROM (${query}) ORDER BY n`))
  return rows.map((row) => row.f)
}

test('the latest event up to the moment wins, the moment included', async () => {
  const rows: Row[] = [
    ['08:00', null, 1],
    ['09:00', null, 2],
  ]
  expect(await join(['09:00', '08:59', '07:59'], view(rows))).toEqual([2, 1, null])
})

test('a row holds for its ttl, the last moment included; without a ttl for ever', async () => {
  const rows: Row[] = [['08:00', null, 1]]
  expect(await join(['10:00', '10:00:01'], view(rows))).toEqual([1, null])
  expect(await join(['10:00:01', '23:59'], view(rows, { ttlSeconds: null }))).toEqual([1, 1])
})

test('of one event the later creation wins, unless it was not known yet', async () => {
  const rows: Row[] = [
    ['08:00', '08:05', 1],
    ['08:00', '12:00', 9],
  ]
  const created = { created: 'written' }
  expect(await join(['09:00'], view(rows, created))).toEqual([9])
  expect(await join(['09:00'], view(rows, { ...created, createdBefore: true }))).toEqual([1])
})

test('a row of unknown creation is unknown where creation counts', async () => {
  const rows: Row[] = [
    ['08:00', '08:05', 1],
    ['08:30', null, 2],
  ]
  expect(await join(['09:00'], view(rows, { created: 'written', createdBefore: true }))).toEqual([
    1,
  ])
})

test('a null of the winner stays null though an older row has a value', async () => {
  expect(
    await join(
      ['09:00'],
      view([
        ['08:00', null, 1],
        ['08:30', null, null],
      ]),
    ),
  ).toEqual([null])
})

test('entity rows alike are both filled, and ties never duplicate one', async () => {
  const rows: Row[] = [
    ['08:00', null, 1],
    ['08:00', null, 2],
    ['08:00', null, 3],
  ]
  expect(await join(['09:00', '09:00'], view(rows, { tieBreaks: ['f'] }))).toEqual([3, 3])
})

test('views join by themselves, each with the time of its event', async () => {
  const other = view([['08:30', null, 7]], {
    name: 'w',
    query: `SELECT 'u' AS id, ${at('08:30')} AS happened, 7 AS g`,
    features: ['g'],
  })
  const query = pointInTime(`SELECT 'u' AS __entity, ${at('09:00')} AS __moment`, [
    view([['08:00', null, 1]]),
    other,
  ])
  const rows = await withDuckDB((db) =>
    rowsOf(
      db,
      `SELECT f, g, CAST(v__event AS VARCHAR) AS v, CAST(w__event AS VARCHAR) AS w FROM (${query})`,
    ),
  )
  expect(rows).toEqual([{ f: 1, g: 7, v: '2024-01-31 08:00:00', w: '2024-01-31 08:30:00' }])
})

test('an entity that no view knows stays, with nulls', async () => {
  const query = pointInTime(`SELECT 'stranger' AS __entity, ${at('09:00')} AS __moment`, [
    view([['08:00', null, 1]]),
  ])
  expect(await withDuckDB((db) => rowsOf(db, `SELECT __entity, f FROM (${query})`))).toEqual([
    { __entity: 'stranger', f: null },
  ])
})

test('columns may be called what the join calls its own', async () => {
  const odd = view([], {
    query: `SELECT 'u' AS id, ${at('08:00')} AS happened, 1 AS event, 2 AS entity, 3 AS created, 4 AS "select"`,
    features: ['event', 'entity', 'created', 'select'],
  })
  const query = pointInTime(`SELECT 'u' AS __entity, ${at('09:00')} AS __moment`, [odd])
  const rows = await withDuckDB((db) =>
    rowsOf(db, `SELECT event, entity, created, "select" FROM (${query})`),
  )
  expect(rows).toEqual([{ event: 1, entity: 2, created: 3, select: 4 }])
})
