// Labels that come after their period, through the CLI: the period passes without them, and they are an append later.
import { expect, test } from 'vitest'
import { withExports } from './exports.ts'
import { MONTH_1, MONTH_2, stageOf } from './rig.ts'

const UNTIL = ['--until', 'features'] as const
const LABELS = `exports/${MONTH_2}/labels.csv`

test('a month without labels passes; its labels come, some first and then all', async () => {
  const it = await withExports()
  const labels = it.read(LABELS)
  const [head = '', ...rows] = labels.trimEnd().split('\n')
  it.remove(LABELS)
  expect(await it.outcomes('-S', `as_of=${MONTH_2}`, ...UNTIL)).toMatchObject({
    validate: 'ran',
    features: 'ran',
  })
  expect(it.json('artifacts/validation.json')).toMatchObject({ label_share: null, failed: 0 })
  const snapshots = it.contents('artifacts/snapshots')

  // Who leaves is known first: a share of the labels, all of one class, says nothing yet.
  const left = rows.filter((row) => row.endsWith('True'))
  it.write(LABELS, `${[head, ...left].join('\n')}\n`)
  const some = await it.weir('run', ...UNTIL)
  expect(some.code).toBe(0)
  expect(it.json('artifacts/validation.json')).toMatchObject({ label_share: 1, failed: 0 })
  expect((await it.weir('log', 'ingest')).stdout).toContain(
    `${MONTH_2}, labels: ${left.length} labels more`,
  )

  it.write(LABELS, labels)
  expect(await it.outcomes(...UNTIL)).toMatchObject({ ingest: 'ran', validate: 'ran' })
  const log = (await it.weir('log', 'ingest')).stdout
  expect(log).toContain(`${MONTH_2}, labels: ${rows.length - left.length} labels more`)
  expect(log).not.toContain('another export')
  const now = it.contents('artifacts/snapshots')
  const changed = Object.keys(now).filter((path) => now[path] !== snapshots[path])
  expect(changed).toEqual([`artifacts/snapshots/labels/${MONTH_2}.parquet`])
})

test('an older month’s labels that change or go are another export, and so is any other table', async () => {
  const it = await withExports()
  const labels = it.read(LABELS)
  await it.outcomes('-S', `as_of=${MONTH_2}`, ...UNTIL)
  const older = `exports/${MONTH_1}/labels.csv`
  it.write(older, it.read(older).replace(',True', ',False'))
  it.write(LABELS, `${labels.trimEnd().split('\n').slice(0, -5).join('\n')}\n`)
  const users = `exports/${MONTH_1}/users.csv`
  it.write(users, it.read(users).replace('Female', 'Male'))
  await it.outcomes('--until', 'ingest')
  const log = (await it.weir('log', 'ingest')).stdout
  expect(log).toContain(`${MONTH_1}, labels: another export: 1 label changed`)
  expect(log).toContain(`${MONTH_2}, labels: another export: 5 labels gone`)
  expect(log).toContain(`${MONTH_1}, users: another export: 1 row changed`)
})

test('labels of an older month that come late and cannot be right stop the newer one', async () => {
  const it = await withExports()
  const older = `exports/${MONTH_1}/labels.csv`
  it.write(`exports/${MONTH_2}/labels.csv`, it.read(older))
  const run = await it.run('-S', `as_of=${MONTH_2}`, ...UNTIL)
  const { error } = stageOf(run, 'validate')
  expect(error).toMatchObject({ code: 'PERIOD_SUSPICIOUS' })
  expect(error?.message).toContain(
    `labels.churn_label, repeat: expected labels of its own; found the labels of ${MONTH_1}`,
  )
})
