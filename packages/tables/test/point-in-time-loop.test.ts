// The point-in-time join against a loop that reads every row of every view for every entity.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowsOf, withDuckDB } from '../src/duckdb.ts'
import { eventColumn, pointInTime, type ViewSource } from '../src/point-in-time.ts'

interface Fact {
  readonly id: string
  readonly event: number
  readonly created: number | null
  /** Differs by row: without a last tie break the winner of equal rows would be any of them. */
  readonly tie: number
  readonly value: number | null
}

interface Ask {
  readonly id: string
  readonly moment: number
}

interface Rules {
  readonly createdBefore: boolean
  readonly ttlSeconds: number | null
}

/** Seconds of few values, so that rows meet at the bounds. */
const second = fc.integer({ min: 0, max: 6 })
const id = fc.constantFrom('u', 'v', 'w')
const facts = fc
  .array(
    fc.record({
      id,
      event: second,
      created: fc.option(second, { nil: null }),
      value: fc.option(fc.integer({ min: 0, max: 99 }), { nil: null }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) => rows.map((row, tie): Fact => ({ ...row, tie })))
const asks = fc.array(fc.record({ id, moment: second }), { minLength: 1, maxLength: 5 })
const rules = fc.record({
  createdBefore: fc.boolean(),
  ttlSeconds: fc.option(fc.integer({ min: 0, max: 4 }), { nil: null }),
})

/** The later of two rows: by event, then by creation (not known is the earliest), then by the tie break. */
function later(a: Fact, b: Fact): Fact {
  if (a.event !== b.event) return a.event > b.event ? a : b
  const [left, right] = [a.created ?? -1, b.created ?? -1]
  if (left !== right) return left > right ? a : b
  return a.tie > b.tie ? a : b
}

function slowly(rows: readonly Fact[], { id, moment }: Ask, { createdBefore, ttlSeconds }: Rules) {
  const known = rows
    .filter((row) => row.id === id && row.event <= moment)
    .filter((row) => ttlSeconds === null || row.event >= moment - ttlSeconds)
    .filter((row) => !createdBefore || (row.created !== null && row.created <= moment))
  return known.length === 0 ? undefined : known.reduce(later)
}

const at = (seconds: number | null) =>
  seconds === null ? 'NULL::TIMESTAMP' : `TIMESTAMP '2024-02-29 00:00:0${seconds}'`

function view(name: string, rows: readonly Fact[], about: Rules): ViewSource {
  const values = rows.map(
    (row) => `('${row.id}', ${at(row.event)}, ${at(row.created)}, ${row.tie}, ${row.value})`,
  )
  return {
    name,
    query: `SELECT id, e, c, tie, f AS ${name} FROM (VALUES ${values.join(', ')}) t(id, e, c, tie, f)`,
    key: 'id',
    event: 'e',
    created: 'c',
    tieBreaks: ['tie'],
    features: [name],
    ...about,
  }
}

test('two views, joined at once, have the rows that the loop finds for each', async () => {
  await withDuckDB((db) =>
    fc.assert(
      fc.asyncProperty(facts, facts, rules, rules, asks, async (left, right, a, b, questions) => {
        const entities = questions.map((ask, n) => `('${ask.id}', ${at(ask.moment)}, ${n})`)
        const sql = pointInTime(
          `SELECT * FROM (VALUES ${entities.join(', ')}) t(__entity, __moment, n)`,
          [view('f', left, a), view('g', right, b)],
        )
        const seconds = (name: string) =>
          `CAST(date_part('second', ${eventColumn(name)}) AS DOUBLE) AS ${name}_at`
        const rows = await rowsOf(
          db,
          `SELECT n, f, g, ${seconds('f')}, ${seconds('g')} FROM (${sql}) ORDER BY n`,
        )
        expect(rows).toEqual(
          questions.map((ask, n) => {
            const [f, g] = [slowly(left, ask, a), slowly(right, ask, b)]
            return {
              n,
              f: f?.value ?? null,
              g: g?.value ?? null,
              f_at: f?.event ?? null,
              g_at: g?.event ?? null,
            }
          }),
        )
      }),
      { numRuns: 60 },
    ),
  )
})
