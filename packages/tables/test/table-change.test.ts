// Agreement of the entities that two periods share, against a naive count and correlation in JavaScript.
import type { ColumnSpec } from '@weir/formats/definition'
import type { TableProfile } from '@weir/formats/period-profile'
import { expect, it } from 'vitest'
import { withDuckDB } from '../src/duckdb.ts'
import { compareTables } from '../src/table-change.ts'

type Row = readonly [id: string, plan: string | null, city: string | null, fee: number | null]

const spec = (name: string, type: ColumnSpec['type']) => ({ name, type }) as ColumnSpec
const COLUMNS = [spec('plan', 'string'), spec('city', 'string'), spec('fee', 'number')]

/** Rows as a source in SQL. */
function sourceOf(rows: readonly Row[]): string {
  const cell = (value: string | number | null) =>
    value === null ? 'NULL' : typeof value === 'string' ? `'${value}'` : `${value}::DOUBLE`
  const lines = rows.map((row) => `(${row.map(cell).join(', ')})`)
  return `(SELECT * FROM (VALUES ${lines.join(', ')}) t(id, plan, city, fee))`
}

const side = (rows: readonly Row[]) => ({
  source: sourceOf(rows),
  profile: { table: 'people', rows: rows.length } as TableProfile,
})

const compare = (before: readonly Row[], now: readonly Row[]) =>
  withDuckDB((db) => compareTables(db, 'id', COLUMNS, { before: side(before), now: side(now) }))

/** Cohen's kappa of pairs, by counting them all against all. */
function kappa(pairs: readonly (readonly [string | null, string | null])[]): number | null {
  const n = pairs.length
  const same = pairs.filter(([a, b]) => a === b).length / n
  const met = pairs.flatMap(([a]) => pairs.filter(([, b]) => a === b)).length / (n * n)
  return met === 1 ? null : (same - met) / (1 - met)
}

/** Pearson's correlation of the pairs without a blank. */
function correlation(pairs: readonly (readonly [number | null, number | null])[]): number {
  const whole = pairs.filter((pair): pair is [number, number] => !pair.includes(null))
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const [x, y] = [mean(whole.map(([a]) => a)), mean(whole.map(([, b]) => b))]
  const product = mean(whole.map(([a, b]) => (a - x) * (b - y)))
  const [v, w] = [mean(whole.map(([a]) => (a - x) ** 2)), mean(whole.map(([, b]) => (b - y) ** 2))]
  return product / Math.sqrt(v * w)
}

/** Made-up rows of the entities from … to − 1, by a small linear congruence. */
function madeUp(from: number, to: number, seed: number): Row[] {
  let state = seed
  const next = (below: number) => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
  const level = (levels: readonly (string | null)[]) => levels[next(levels.length)] ?? null
  return Array.from({ length: to - from }, (_, at): Row => {
    const [plan, city] = [level(['a', 'b', 'c', null]), level(['a', 'd', null])]
    return [`e${from + at}`, plan, city, next(10) === 0 ? null : next(50)]
  })
}

it.each([
  1, 2, 3, 4, 5, 6,
])('agrees with the naive figures of the shared entities (%d)', async (seed) => {
  const [before, now] = [madeUp(0, 30, seed), madeUp(10 + seed, 50, seed + 100)]
  const then = new Map(before.map((row) => [row[0], row]))
  const shared = now.flatMap((row) => {
    const old = then.get(row[0])
    return old ? [[row, old] as const] : []
  })
  const change = await compare(before, now)
  expect(change).toMatchObject({ before: 30, now: 40 - seed, shared: 20 - seed })
  expect(change.compared).toBe(shared.length)
  expect(change.own.plan).toBeCloseTo(kappa(shared.map(([a, b]) => [a[1], b[1]])) ?? Number.NaN, 10)
  expect(change.own.city).toBeCloseTo(kappa(shared.map(([a, b]) => [a[2], b[2]])) ?? Number.NaN, 10)
  expect(change.own.fee).toBeCloseTo(correlation(shared.map(([a, b]) => [a[3], b[3]])), 10)
})

it('takes nothing from the entities that came or went', async () => {
  const [before, now] = [madeUp(0, 20, 7), madeUp(0, 20, 8)]
  const gone = Array.from({ length: 200 }, (_, at): Row => [`gone${at}`, 'a', 'a', 1000])
  const came = Array.from({ length: 300 }, (_, at): Row => [`came${at}`, 'z', 'a', -1000])
  const [plain, crowded] = [
    await compare(before, now),
    await compare([...before, ...gone], [...now, ...came]),
  ]
  expect(crowded).toMatchObject({ before: 220, now: 320, shared: 20, compared: 20 })
  for (const column of ['plan', 'city', 'fee'])
    expect(crowded.own[column]).toBeCloseTo(plain.own[column] ?? Number.NaN, 10)
})

it('finds columns that were swapped, both ways', async () => {
  const before = madeUp(0, 24, 9)
  const now = before.map(([id, plan, city, fee]): Row => [id, city, plan, fee])
  const { own, cross } = await compare(before, now)
  expect(cross.map(({ now: a, before: b, value }) => [a, b, value])).toEqual([
    ['plan', 'city', 1],
    ['city', 'plan', 1],
  ])
  expect(own.plan).toBeLessThan(0.5)
  expect(own.fee).toBeCloseTo(1, 10)
})

it('knows no agreement of what does not vary among the shared, nor of none', async () => {
  const before: Row[] = [
    ['e1', 'a', null, 1],
    ['e2', 'a', null, 1],
    ['e3', 'b', 'x', 2],
  ]
  const now: Row[] = [
    ['e1', 'a', null, 1],
    ['e2', 'a', null, 2],
    ['e4', 'b', 'x', 3],
  ]
  expect((await compare(before, now)).own).toEqual({ plan: null, city: null, fee: null })
  const apart = await compare(before, [['e9', 'a', null, 1]])
  expect(apart).toMatchObject({ shared: 0, compared: 0, cross: [] })
  expect(apart.own).toEqual({ plan: null, city: null, fee: null })
})
