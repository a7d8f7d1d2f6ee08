// `weir expectations infer`: what stored periods suggest, printed, as JSON, and written into the definition.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { definitionOf } from '@weir/formats/definition-file'
import { withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from '../../runner/test/commands/effects.ts'
import { expectationsCommand, withProposals } from '../src/commands/expectations.ts'

const DEFINITION = `# The shop.
name: shop
entity: { key: id, table: people }
tables:
  people:
    columns:
      id: { type: string }
      # Paid by the month.
      fee: { type: number, min: 1 }
      plan: { type: category }
      card: { type: integer, nullable: true }
      note: { type: string, nullable: true }
  orders:
    key: [id, at]
    columns: { id: { type: string }, at: { type: date } }
  outcomes: { columns: { id: { type: string }, left: { type: boolean } } }
label: { table: outcomes, column: left }
views: { person: { table: people, features: [fee, plan] } }
expectations:
  references: { orders: people } # as ever
`
const TABLES = {
  people: `SELECT 'AB-' || lpad(CAST(i AS VARCHAR), 3, '0') AS id, 10.5 + i % 7 AS fee, ['basic', 'plus'][1 + i % 2] AS plan, CASE WHEN i > 5 THEN 1000 + i END AS card, CASE WHEN i % 2 = 0 THEN 'x' ELSE 'Y' END AS note FROM range(40) t(i)`,
  orders: `SELECT 'AB-' || lpad(CAST(i AS VARCHAR), 3, '0') AS id, DATE '2024-01-05' AS at FROM range(30) t(i)`,
  outcomes: `SELECT 'AB-' || lpad(CAST(i AS VARCHAR), 3, '0') AS id, i < 12 AS "left" FROM range(40) t(i)`,
}

let root: string
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'weir-infer-'))
  mkdirSync(join(root, 'data'))
  writeFileSync(join(root, 'pipeline.yaml'), 'stages: {}\n')
  writeFileSync(join(root, 'params.yaml'), 'data: { definition: data/shop.yaml }\n')
  writeFileSync(join(root, 'data/shop.yaml'), DEFINITION)
  await withDuckDB(async (db) => {
    for (const [table, query] of Object.entries(TABLES)) {
      for (const asOf of ['2024-01-31', '2024-02-29', '2024-03-31']) {
        const path = join(root, 'artifacts/snapshots', table, `${asOf}.parquet`)
        mkdirSync(dirname(path), { recursive: true })
        await writeParquet(db, query, path)
      }
    }
  })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const weir = (...argv: string[]) => call('expectations', expectationsCommand, argv, root)

const PROPOSED = {
  'tables.people.columns.id.pattern': '^[A-Z]{2}-[0-9]{3}$',
  'tables.people.columns.fee.max': 200,
  'tables.people.columns.plan.levels': ['basic', 'plus'],
  'tables.people.columns.card.min': 0,
  'tables.people.columns.card.max': 20_000,
  'tables.people.columns.card.unique': true,
  'expectations.rows.people': { min: 20, max: 80 },
  'expectations.row_change.people': { min: 0.5, max: 2 },
  'tables.orders.columns.id.pattern': '^[A-Z]{2}-[0-9]{3}$',
  'expectations.rows.orders': { min: 15, max: 60 },
  'expectations.row_change.orders': { min: 0.5, max: 2 },
  'tables.outcomes.columns.id.pattern': '^[A-Z]{2}-[0-9]{3}$',
  'expectations.references.outcomes': 'people',
  'expectations.label_share': { min: 0.1, max: 0.77 },
}

test('proposes what held in all periods and is not promised yet, with what it rests on', async () => {
  const { code, out } = await weir('infer', '--json')
  const { proposals, written } = JSON.parse(out)
  expect([code, written]).toEqual([0, false])
  expect(
    Object.fromEntries(
      proposals.map((one: { path: string[]; value: unknown }) => [one.path.join('.'), one.value]),
    ),
  ).toEqual(PROPOSED)
  const text = await weir('infer')
  expect(text.out).toContain('tables.people.columns.fee.max: 200 # the greatest is 16.5\n')
  expect(text.out).toContain('add them by --write')
  expect(readFileSync(join(root, 'data/shop.yaml'), 'utf8')).toBe(DEFINITION)
})

test('--write adds them, keeps what stands there, and proposes nothing more', async () => {
  expect((await weir('infer', '--write')).out).toContain('written into data/shop.yaml')
  const text = readFileSync(join(root, 'data/shop.yaml'), 'utf8')
  for (const kept of [
    '# The shop.',
    '# Paid by the month.',
    'min: 1',
    'orders: people',
    '# as ever',
  ])
    expect(text).toContain(kept)
  expect(definitionOf(text, 'shop').tables[0]?.columns[1]).toMatchObject({ min: 1, max: 200 })
  expect((await weir('infer')).out).toBe('data/shop.yaml promises all that 3 periods suggest\n')
})

test('a table gets a second reference beside its first', () => {
  const proposal = {
    path: ['expectations', 'references', 'orders'],
    value: ['people', 'outcomes'],
    because: '',
  }
  const { expectations } = definitionOf(withProposals(DEFINITION, [proposal]), 'shop')
  expect(expectations.references).toEqual([
    { from: 'orders', to: 'people' },
    { from: 'orders', to: 'outcomes' },
  ])
})

test('what cannot be done is told: another verb, no snapshots, no data set', async () => {
  expect(await weir('infr')).toMatchObject({
    code: 2,
    err: expect.stringContaining('did you mean infer'),
  })
  const empty = mkdtempSync(join(tmpdir(), 'weir-infer-'))
  writeFileSync(join(empty, 'pipeline.yaml'), 'stages: {}\n')
  writeFileSync(join(empty, 'params.yaml'), 'data: {}\n')
  const unnamed = await call('expectations', expectationsCommand, ['infer'], empty)
  expect(unnamed).toMatchObject({ code: 1, err: expect.stringContaining('DEFINITION_UNNAMED') })
  writeFileSync(join(empty, 'shop.yaml'), DEFINITION)
  writeFileSync(join(empty, 'params.yaml'), 'data: { definition: shop.yaml }\n')
  const none = await call('expectations', expectationsCommand, ['infer'], empty)
  expect(none).toMatchObject({ code: 1, err: expect.stringContaining('PERIOD_MISSING') })
  rmSync(empty, { recursive: true })
})
