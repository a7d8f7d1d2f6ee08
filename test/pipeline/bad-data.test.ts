// Bad months through the CLI: each stops where it is found, says what, where and what to do, and loses nothing;
// the run after the repair goes on. Line 7 of the loop's acceptance, the part of the data.
import { readFileSync } from 'node:fs'
import { withDuckDB } from '@weir/tables/duckdb'
import { text } from '@weir/tables/quote'
import { describe, expect, test } from 'vitest'
import { lines, MONTH, set, withExports } from './exports.ts'
import { type Churn, MONTH_1, MONTH_2, type RunOf, stageOf } from './rig.ts'

async function toParquet(it: Churn, table: string): Promise<Uint8Array> {
  const [csv, parquet] = [`${MONTH}/${table}.csv`, `${MONTH}/${table}.parquet`]
  const [from, to] = [text(it.path(csv)), text(it.path(parquet))]
  await withDuckDB((db) =>
    db.run(`COPY (FROM read_csv(${from}, all_varchar = true)) TO ${to} (FORMAT parquet)`),
  )
  it.remove(csv)
  return readFileSync(it.path(parquet))
}

interface Fault {
  readonly name: string
  readonly stage: 'ingest' | 'validate'
  readonly damage: (it: Churn) => void | Promise<void>
  readonly code: string
  /** What the message, its place and its hint must tell. */
  readonly tells: readonly (string | RegExp)[]
}

const FAULTS: readonly Fault[] = [
  {
    name: 'a missing column',
    stage: 'ingest',
    damage: (it) => it.edit(`${MONTH}/subscriptions.csv`, 'monthly_fee', 'fee_per_month'),
    code: 'COLUMN_MISSING',
    tells: ['2 problems', `${MONTH_2}/subscriptions.csv, column monthly_fee`, 'COLUMN_EXTRA'],
  },
  {
    name: 'an extra column',
    stage: 'ingest',
    damage: (it) => lines(it, 'users', (rows) => rows.map((row, i) => `${row},${i ? 1 : 'shoes'}`)),
    code: 'COLUMN_EXTRA',
    tells: [`${MONTH_2}/users.csv, column shoes`, 'data set file'],
  },
  {
    name: 'text in a number',
    stage: 'ingest',
    damage: (it) => set(it, 'usage_agg_30d', 'watch_hours_30d', 'many', 2, 5),
    code: 'NUMBER_INVALID',
    tells: [`${MONTH_2}/usage_agg_30d.csv, column watch_hours_30d, rows 2, 5`, '"many"'],
  },
  {
    name: 'a duplicate key',
    stage: 'ingest',
    damage: (it) => lines(it, 'labels', (rows) => [...rows, rows[3] ?? '']),
    code: 'KEY_DUPLICATE',
    tells: [`${MONTH_2}/labels.csv, column user_id, row 601`, 'repeats a key'],
  },
  {
    name: 'an empty file',
    stage: 'ingest',
    damage: (it) => it.write(`${MONTH}/labels.csv`, ''),
    code: 'FILE_EMPTY',
    tells: [`${MONTH_2}/labels.csv`, 'empty'],
  },
  {
    name: 'a header and no rows',
    stage: 'ingest',
    damage: (it) => lines(it, 'payments_agg_90d', (rows) => rows.slice(0, 1)),
    code: 'TABLE_EMPTY',
    tells: [`${MONTH_2}/payments_agg_90d.csv`, 'no rows'],
  },
  {
    name: 'a truncated Parquet file',
    stage: 'ingest',
    async damage(it) {
      const whole = await toParquet(it, 'usage_agg_30d')
      it.write(`${MONTH}/usage_agg_30d.parquet`, whole.subarray(0, whole.length - 100))
    },
    code: 'PARQUET_UNREADABLE',
    tells: [`${MONTH_2}/usage_agg_30d.parquet`, 'export'],
  },
  {
    name: 'a wrong encoding',
    stage: 'ingest',
    damage(it) {
      const table = it.read(`${MONTH}/users.csv`).replace('Female', 'F\u00e9minine')
      it.write(`${MONTH}/users.csv`, Buffer.from(table, 'latin1'))
    },
    code: 'ENCODING_WRONG',
    tells: [`${MONTH_2}/users.csv`, 'UTF-8'],
  },
  {
    name: 'a missing table',
    stage: 'ingest',
    damage: (it) => it.remove(`${MONTH}/support_agg_90d.csv`),
    code: 'TABLE_MISSING',
    tells: [`${MONTH_2}, table support_agg_90d`, 'support_agg_90d.csv'],
  },
  {
    name: 'a missing month',
    stage: 'ingest',
    damage: (it) => it.remove(MONTH),
    code: 'PERIOD_MISSING',
    tells: [MONTH_2, `there are: ${MONTH_1}`],
  },
  {
    name: 'labels of one class',
    stage: 'validate',
    damage: (it) => set(it, 'labels', 'churn_label', 'False'),
    code: 'ONE_CLASS',
    tells: ['labels', 'churn_label'],
  },
  {
    name: 'a column that is blank throughout',
    stage: 'validate',
    damage: (it) => set(it, 'usage_agg_30d', 'watch_hours_30d', ''),
    code: 'VALUE_MISSING',
    tells: ['usage_agg_30d', 'column watch_hours_30d', '600 rows: '],
  },
  {
    name: 'a column that is blank throughout and may be blank',
    stage: 'validate',
    damage: (it) => set(it, 'subscriptions', 'total_paid', ''),
    code: 'PERIOD_SUSPICIOUS',
    tells: ['subscriptions.total_paid, blanks', '100 %', `weir accept ${MONTH_2}`],
  },
  {
    name: 'one row',
    stage: 'validate',
    damage: (it) => lines(it, 'users', (rows) => rows.slice(0, 2)),
    code: 'ROWS_OUT_OF_RANGE',
    tells: ['users', 'found 1', 'REFERENCE_BROKEN'],
  },
  {
    name: 'an infinite value',
    stage: 'ingest',
    damage: (it) => set(it, 'subscriptions', 'monthly_fee', (v) => (v === '' ? v : 'inf'), 3),
    code: 'NUMBER_INVALID',
    tells: [`${MONTH_2}/subscriptions.csv, column monthly_fee, row 3`, '"inf"'],
  },
  {
    name: 'a value beyond all doubles',
    stage: 'ingest',
    damage: (it) => set(it, 'subscriptions', 'monthly_fee', '1e999', 3),
    code: 'NUMBER_INVALID',
    tells: ['column monthly_fee, row 3'],
  },
  {
    name: 'a text of three megabytes',
    stage: 'ingest',
    damage: (it) => set(it, 'users', 'user_gender', 'x'.repeat(3_000_000), 4),
    code: 'LINE_MALFORMED',
    tells: [`${MONTH_2}/users.csv`, /line 5/],
  },
  {
    name: 'a long text that is no level',
    stage: 'validate',
    damage: (it) => set(it, 'users', 'user_gender', 'x'.repeat(100_000), 4),
    code: 'LEVEL_UNKNOWN',
    tells: ['column user_gender', /1 row: \S+ \(x{80}…\)/],
  },
  {
    name: 'a value out of its range',
    stage: 'validate',
    damage: (it) => set(it, 'subscriptions', 'monthly_fee', '-3', 7),
    code: 'BELOW_MIN',
    tells: ['subscriptions', 'column monthly_fee', '-3', '1 row: ', 'correct the exports'],
  },
]

/** All that a failed stage says of its failure. */
function told(run: RunOf, stage: string): string {
  const { message, place, hint } = stageOf(run, stage).error ?? { message: '' }
  return [message, place?.file, hint].join('\n')
}

describe.concurrent('a bad month', () => {
  test.for(FAULTS)('$name stops at $stage, and nothing is lost', async (fault) => {
    const it = await withExports()
    const good = it.contents('artifacts', 'models', 'reports/drift')
    const month = it.contents(MONTH)
    await fault.damage(it)
    const run = await it.run('-S', `as_of=${MONTH_2}`)

    expect(run.end.code).toBe(1)
    expect(stageOf(run, fault.stage)).toMatchObject({
      outcome: 'failed',
      error: { code: fault.code },
    })
    for (const part of fault.tells) expect(told(run, fault.stage)).toMatch(part)
    expect(run.stages.at(-1)).toMatchObject({ name: 'promote', outcome: 'skipped' })
    expectKept(it, good, fault.stage)
    expect(await it.registry()).toEqual(['Production'])

    it.remove(`${MONTH}/usage_agg_30d.parquet`)
    for (const [path, bytes] of Object.entries(month)) it.write(path, Buffer.from(bytes, 'latin1'))
    // A month that was not there was the wrong value of as_of, and params.yaml is as it was before.
    const again = fault.code === 'PERIOD_MISSING' ? ['-S', `as_of=${MONTH_2}`] : []
    expect(await it.outcomes(...again, '--until', fault.stage)).toMatchObject({
      [fault.stage]: 'ran',
    })
  })

  test('all problems of all tables are told at once', async () => {
    const it = await withExports()
    set(it, 'usage_agg_30d', 'skips_7d', '1.5', 1)
    set(it, 'usage_agg_30d', 'watch_hours_30d', 'x', 1, 2, 3)
    set(it, 'users', 'signup_date', '31.01.2024', 9)
    lines(it, 'labels', (rows) => [...rows, rows[1] ?? ''])
    const run = await it.run('-S', `as_of=${MONTH_2}`)
    expect(told(run, 'ingest')).toContain('4 problems')
    const codes = told(run, 'ingest').match(/^[A-Z]+_[A-Z_]+/gm)
    expect(codes?.sort()).toEqual([
      'DATE_INVALID',
      'INTEGER_INVALID',
      'KEY_DUPLICATE',
      'NUMBER_INVALID',
    ])
  })

  test('the whole month runs after the repair, and what was in Production decided nothing', async () => {
    const it = await withExports()
    const bad = it.read(`${MONTH}/labels.csv`)
    set(it, 'labels', 'churn_label', 'True')
    expect((await it.weir('run', '-S', `as_of=${MONTH_2}`)).code).toBe(1)
    it.write(`${MONTH}/labels.csv`, bad)
    await it.outcomes()
    expect(await it.registry()).toEqual(['Archived', 'Production'])
  })

  test('a month given as Parquet is as good as CSV', async () => {
    const it = await withExports()
    await it.outcomes('-S', `as_of=${MONTH_2}`, '--until', 'validate')
    const snapshots = it.contents('artifacts/snapshots')
    for (const table of ['users', 'labels', 'usage_agg_30d']) await toParquet(it, table)
    expect(await it.outcomes('--until', 'validate')).toMatchObject({
      ingest: 'ran',
      validate: 'cached',
    })
    expect(it.contents('artifacts/snapshots')).toEqual(snapshots)
  })
})

/** The outputs from the failed stage on are those of the month before. */
function expectKept(it: Churn, good: Readonly<Record<string, string>>, stage: string): void {
  const now = it.contents('artifacts', 'models', 'reports/drift')
  const renewed = stage === 'validate' ? 'artifacts/snapshots/' : 'none'
  const kept = Object.keys(good).filter((path) => !path.startsWith(renewed))
  expect(kept.filter((path) => now[path] !== good[path])).toEqual([])
}

describe.concurrent('params that do not fit their cell', () => {
  test.for([
    ['train.epochs: a text', 'epochs: 60', 'epochs: many', 'PARAM_TYPE'],
    ['train.members: an unknown one', 'members: [logistic]', 'members: [forest]', 'PARAM_TYPE'],
    ['promote.min_gain: a list', 'min_gain: 0.01', 'min_gain: [1]', 'PARAM_TYPE'],
  ] as const)('%s', async ([, old, now, code]) => {
    const it = await withExports()
    const before = it.contents('artifacts', 'models', 'pipeline.lock')
    it.edit('params.yaml', old, now)
    const row =
      it
        .read('params.yaml')
        .split('\n')
        .findIndex((line) => line.includes(now)) + 1
    const run = await it.run('-S', `as_of=${MONTH_2}`)
    expect(run.end.code).toBe(2)
    const [error] = run.errors ?? []
    expect(error).toMatchObject({ code, place: { file: 'params.yaml', line: row } })
    expect(error?.place?.col).toBeGreaterThan(4)
    expect(it.contents('artifacts', 'models', 'pipeline.lock')).toEqual(before)
  })
})
