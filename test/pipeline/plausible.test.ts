// A month that breaks no promise and is not like the one before, through the CLI: it stops, a person accepts these very
// tables, and another export asks again.
import { describe, expect, test } from 'vitest'
import { lines, set, withExports } from './exports.ts'
import { type Churn, MONTH_1, MONTH_2, stageOf } from './rig.ts'

const UNTIL = ['--until', 'features'] as const
const month2 = ['-S', `as_of=${MONTH_2}`, ...UNTIL]
const tenfold = (it: Churn) =>
  set(it, 'subscriptions', 'monthly_fee', (fee) => String(Number((10 * Number(fee)).toFixed(2))))

/** The failure of validate in a run. */
async function suspicion(it: Churn, ...args: string[]) {
  const run = await it.run(...(args.length > 0 ? args : UNTIL))
  expect(run.end.code).toBe(1)
  expect(stageOf(run, 'features')).toMatchObject({ outcome: 'skipped' })
  const { error } = stageOf(run, 'validate')
  expect(error).toMatchObject({ code: 'PERIOD_SUSPICIOUS' })
  return `${error?.message}\n${error?.hint}`
}

describe.concurrent('a suspicious month', () => {
  test.for<[string, (it: Churn) => void, RegExp]>([
    [
      'half of a table gone',
      (it) => lines(it, 'usage_agg_30d', (rows) => rows.slice(0, 301)),
      /usage_agg_30d, rows/,
    ],
    [
      'a fee × 10',
      tenfold,
      /subscriptions\.monthly_fee, factor: expected quartiles near .*; found /,
    ],
    [
      'labels inverted',
      (it) => set(it, 'labels', 'churn_label', (v) => (v === 'True' ? 'False' : 'True')),
      /labels\.churn_label, label_rate: expected .* positive labels; found 7\d/,
    ],
    [
      'the month before again',
      (it) => {
        for (const path of it.files(`exports/${MONTH_1}`))
          it.write(path.replace(MONTH_1, MONTH_2), it.read(path))
      },
      /the period, repeat: .*found 2024-01-31 again, row by row: users, subscriptions/,
    ],
  ])('%s: stops before features, and says what to do', async ([, damage, told], { expect }) => {
    const it = await withExports()
    const kept = it.contents('artifacts/features', 'models')
    damage(it)
    const said = await suspicion(it, ...month2)
    expect(said).toMatch(told)
    expect(said).toContain(`weir accept ${MONTH_2} --reason`)
    expect(it.contents('artifacts/features', 'models')).toEqual(kept)
  })
})

test('accepted, it passes; another export asks again', async () => {
  const it = await withExports()
  tenfold(it)
  await suspicion(it, ...month2)

  const before = it.read('data/accepted.yaml')
  const end = await it.weir(
    'accept',
    MONTH_2,
    '--reason',
    'a new currency',
    '--by',
    'ada',
    '--json',
  )
  expect(end).toMatchObject({ code: 0 })
  expect(JSON.parse(end.stdout)).toMatchObject({
    changed: true,
    period: MONTH_2,
    outcome: 'accepted',
  })
  const text = it.read('data/accepted.yaml')
  expect(text.startsWith(before)).toBe(true)
  expect(text).toMatch(/- period: "?2024-02-29"?\n {2}reason: a new currency\n {2}by: ada\n/)

  expect(await it.outcomes(...UNTIL)).toMatchObject({
    ingest: 'cached',
    validate: 'ran',
    features: 'ran',
  })
  const { plausibility } = it.json<{ plausibility: { outcome: string; findings: object[] } }>(
    'artifacts/validation.json',
  )
  expect(plausibility).toMatchObject({ outcome: 'accepted' })
  expect(plausibility.findings[0]).toMatchObject({ period: MONTH_2, accepted: 'a new currency' })
  expect((await it.weir('accept', MONTH_2, '--reason', 'again')).stdout).toContain('already')
  expect(it.read('data/accepted.yaml')).toBe(text)

  set(it, 'subscriptions', 'monthly_fee', '650.5', 1)
  expect(await suspicion(it)).toContain('monthly_fee')
})

test('what is not suspicious, not there, or without a reason is not accepted', async () => {
  const it = await withExports()
  const before = it.read('data/accepted.yaml')
  const fine = await it.weir('accept', MONTH_1, '--reason', 'looks fine')
  expect([fine.code, fine.stdout]).toEqual([
    0,
    `${MONTH_1} is not suspicious: there is nothing to accept\n`,
  ])
  const absent = await it.weir('accept', MONTH_2, '--reason', 'early')
  expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('PERIOD_MISSING')])
  const mute = await it.weir('accept', MONTH_1, '--reason', ' ')
  expect([mute.code, mute.stderr]).toEqual([2, expect.stringContaining('needs a reason')])
  expect(it.read('data/accepted.yaml')).toBe(before)
  const help = await it.weir('accept', '--help')
  expect(help.stdout).toContain('weir accept 2024-02-29 --reason')
})

test('a month that breaks its definition is refused, and cannot be accepted', async () => {
  const it = await withExports()
  set(it, 'subscriptions', 'monthly_fee', '-3', 7)
  expect((await it.run(...month2)).end.code).toBe(1)
  const end = await it.weir('accept', MONTH_2, '--reason', 'so what')
  expect([end.code, end.stderr]).toEqual([1, expect.stringContaining('PERIOD_REFUSED')])
  expect(end.stderr).toContain('BELOW_MIN subscriptions.monthly_fee')
})

test('a broken file of accepted periods is told at its place', async () => {
  const it = await withExports()
  it.write('data/accepted.yaml', '- period: never\n  reason: none\n')
  const run = await it.run('--until', 'validate')
  expect(stageOf(run, 'validate').error).toMatchObject({ code: 'ACCEPTED_INVALID' })
})
