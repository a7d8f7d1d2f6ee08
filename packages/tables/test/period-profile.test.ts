// Stored tables in figures: counts, quantiles and digests, and how the same entities go with the period before.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseDefinition } from '@weir/formats/definition'
import { type PeriodProfile, PROBABILITIES } from '@weir/formats/period-profile'
import { afterAll, expect, test } from 'vitest'
import { withDuckDB, writeParquet } from '../src/duckdb.ts'
import { profilePeriods } from '../src/period-profile.ts'
import { snapshotPath } from '../src/snapshot-files.ts'

const place = mkdtempSync(join(tmpdir(), 'weir-profile-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const definition = parseDefinition({
  name: 'people',
  entity: { key: 'id', table: 'people' },
  tables: {
    people: {
      columns: {
        id: { type: 'string' },
        fee: { type: 'number', nullable: true },
        paid: { type: 'number' },
        member: { type: 'boolean', nullable: true },
        since: { type: 'date' },
      },
    },
    visits: { key: ['id', 'at'], columns: { id: { type: 'string' }, at: { type: 'timestamp' } } },
    outcomes: { columns: { id: { type: 'string' }, left: { type: 'boolean' } } },
  },
  label: { table: 'outcomes', column: 'left' },
  views: { person: { table: 'people', features: ['fee'] } },
})

type Queries = Readonly<Record<'people' | 'visits' | 'outcomes', string>>

let folders = 0

/** The profiles of periods whose tables are given as queries. */
async function profiles(...periods: Queries[]): Promise<PeriodProfile[]> {
  const folder = join(place, String(folders++))
  const days = periods.map((_, at) => `2024-0${at + 1}-28`)
  return withDuckDB(async (db) => {
    for (const [at, queries] of periods.entries()) {
      for (const [table, query] of Object.entries(queries)) {
        const path = snapshotPath(folder, table, days[at] ?? '')
        mkdirSync(dirname(path), { recursive: true })
        await writeParquet(db, query, path)
      }
    }
    return profilePeriods({ db, folder, definition }, days)
  })
}

/** Eight people; `fee` and `paid` are columns in SQL of i, from 1. */
const people = (fee = 'i / 2', paid = '9 - i', member = 'i % 2 = 0', order = 'i') =>
  `SELECT 'p' || i AS id, CAST(${fee} AS DOUBLE) AS fee, CAST(${paid} AS DOUBLE) AS paid, ${member} AS member, DATE '2024-01-31' - CAST(i AS INTEGER) AS since FROM range(1, 9) t(i) ORDER BY ${order}`
const visits = "SELECT 'p1' AS id, TIMESTAMP '2024-02-01 12:00:00' AS at"
const outcomes = (left = 'i < 3') =>
  `SELECT 'p' || i AS id, ${left} AS "left" FROM range(1, 9) t(i)`
const MONTH: Queries = { people: people(), visits, outcomes: outcomes() }

test('counts, moments and quantiles of columns; labels apart', async () => {
  const [profile] = await profiles({ ...MONTH, people: people('CASE WHEN i < 8 THEN i / 2 END') })
  const [table, events] = profile?.tables ?? []
  expect(profile?.tables.map((one) => one.table)).toEqual(['people', 'visits'])
  expect(table).toMatchObject({ rows: 8, sampled: 8 })
  const [fee, , member, since] = table?.columns ?? []
  // .5, 1, … 3.5: mean 2, standard deviation 1 (of the rows, not of a population behind them).
  expect(fee).toMatchObject({ kind: 'number', blanks: 1, distinct: 7, mean: 2, fractions: 4 })
  expect(fee?.sd).toBeCloseTo(1, 12)
  expect(fee?.quantiles[PROBABILITIES.indexOf(0.5)]).toBe(2)
  expect([fee?.quantiles[0], fee?.quantiles.at(-1)]).toEqual([0.5, 3.5])
  expect(member).toMatchObject({
    ...{ kind: 'level', blanks: 0, distinct: 2, quantiles: [], whole: true },
    top: [
      { value: 'false', rows: 4 },
      { value: 'true', rows: 4 },
    ],
  })
  // Three of the days before 31 January lie after the 28th, the period's.
  expect(since).toMatchObject({ kind: 'time', future: 2 })
  expect(events?.columns[0]).toMatchObject({ column: 'at', kind: 'time', future: 1 })
  expect(profile?.label).toMatchObject({ entities: 8, known: 8, positive: 2, own: null })
})

test('digests are of the rows with their keys, in whatever order', async () => {
  const [as, other, fees, dealt] = await profiles(
    MONTH,
    { ...MONTH, people: people(undefined, undefined, undefined, 'hash(i)') },
    { ...MONTH, people: people('i') },
    { ...MONTH, people: people('(9 - i) / 2') },
  )
  const digests = (one: PeriodProfile | undefined) => one?.tables[0]?.columns.map((c) => c.digest)
  expect(as?.tables[0]?.digest).toMatch(/^[0-9a-f]{32}-8$/)
  expect(other?.tables[0]?.digest).toBe(as?.tables[0]?.digest)
  expect(digests(other)).toEqual(digests(as))
  for (const changed of [fees, dealt]) {
    expect(changed?.tables[0]?.digest).not.toBe(as?.tables[0]?.digest)
    expect(digests(changed)?.[0]).not.toBe(digests(as)?.[0])
    expect(digests(changed)?.slice(1)).toEqual(digests(as)?.slice(1))
  }
})

test('labels that are blank or have no row are not known, and leave the rest as it was', async () => {
  const [all, some, rows] = await profiles(
    MONTH,
    { ...MONTH, outcomes: outcomes('CASE WHEN i < 5 THEN i < 3 END') },
    { ...MONTH, outcomes: `FROM (${outcomes()}) WHERE id < 'p5'` },
  )
  expect(some?.label).toMatchObject({ entities: 8, known: 4, positive: 2 })
  expect(rows?.label.digest).toBe(some?.label.digest)
  expect(all?.label.digest).not.toBe(some?.label.digest)
  expect(some?.tables).toEqual(
    all?.tables.map((table) => expect.objectContaining({ digest: table.digest })),
  )
})

test('agreement of the same entities: correlations, and Cohen’s kappa', async () => {
  const [, now] = await profiles(MONTH, {
    // fee and paid were swapped; of eight members two are others than before.
    people: people('9 - i', 'i / 2', 'i % 2 = 0 OR i IN (1, 3)'),
    visits,
    outcomes: outcomes('i >= 3'),
  })
  const [change] = now?.changes ?? []
  expect(now?.changes).toHaveLength(1)
  expect(change).toMatchObject({ table: 'people', before: 8, now: 8, shared: 8, compared: 8 })
  expect(change?.own.fee).toBeCloseTo(-1, 12)
  // Agreement .75, by chance .5 × .25 + .5 × .75 = .5.
  expect(change?.own.member).toBeCloseTo(0.5, 12)
  const crossed = change?.cross.filter(({ now: column }) => column !== 'since')
  expect(crossed?.map(({ now: a, before: b }) => `${a} ${b}`).sort()).toEqual([
    'fee paid',
    'paid fee',
  ])
  // Labels that are turned round: agreement 0, by chance .25 × .75 × 2 = .375.
  expect(now?.label.own).toBeCloseTo(-0.6, 12)
})

test('a table without rows has figures too', async () => {
  const [, none] = await profiles(MONTH, {
    people: `FROM (${people()}) WHERE false`,
    visits: `FROM (${visits}) WHERE false`,
    outcomes: `FROM (${outcomes()}) WHERE false`,
  })
  expect(none?.tables[0]).toMatchObject({ rows: 0 })
  expect(none?.tables[0]?.columns[0]).toMatchObject({ mean: null, quantiles: [], top: [] })
  expect(none?.changes[0]).toMatchObject({ before: 8, now: 0, shared: 0 })
  expect(none?.label).toMatchObject({ entities: 0, known: 0, own: null })
})
