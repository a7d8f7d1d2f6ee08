// The cell that writes the made-up months: deterministic files with the real exports' quirks.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { truthOf } from '@weir/ml/simulate'
import { expect, test } from 'vitest'
import simulate from '../../stages/simulate.ts'
import { failure, runStage, type Said, temporary, writeFiles } from './rig.ts'

const MONTHS = [
  { as_of: '2024-01-31' },
  { as_of: '2024-02-29', concept: 1, shifts: { rebuffer_events_7d: 0.3 } },
]

async function simulated(seed = 42, definition = 'data/streamflow.yaml') {
  const root = await temporary()
  const said: Said = await runStage(simulate, {
    params: { seed, simulate: { users: 500, months: MONTHS } },
    inputs: { definition },
    outputs: { simulated: join(root, 'simulated') },
  })
  const names = await readdir(join(root, 'simulated'), { recursive: true })
  const files = new Map<string, string>()
  for (const name of names.filter((name) => name.endsWith('.csv')).sort()) {
    files.set(name, await readFile(join(root, 'simulated', name), 'utf8'))
  }
  return { said, files }
}

function column(csv: string, name: string): string[] {
  const [header = '', ...lines] = csv.trimEnd().split('\n')
  const at = header.split(',').indexOf(name)
  return lines.map((line) => line.split(',')[at] ?? 'absent')
}

test('six tables a month, the same bytes from the same seed, others from another', async () => {
  const { files } = await simulated()
  expect([...files.keys()]).toHaveLength(12)
  expect((await simulated()).files).toEqual(files)
  expect((await simulated(43)).files.get('2024-01-31/users.csv')).not.toBe(
    files.get('2024-01-31/users.csv'),
  )
})

test('the same users with the same subscriptions each month, other usage', async () => {
  const { files } = await simulated()
  for (const table of ['users', 'subscriptions']) {
    expect(files.get(`2024-02-29/${table}.csv`)).toBe(files.get(`2024-01-31/${table}.csv`))
  }
  expect(files.get('2024-02-29/usage_agg_30d.csv')).not.toBe(
    files.get('2024-01-31/usage_agg_30d.csv'),
  )
})

test('the quirks of the real exports', async () => {
  const { files } = await simulated()
  const subscriptions = files.get('2024-01-31/subscriptions.csv') ?? ''
  const services = column(subscriptions, 'net_service')
  const plans = column(subscriptions, 'plan_stream_tv')
  expect(new Set(plans)).toEqual(new Set(['True', 'False', '']))
  expect(plans.map((plan) => plan === '')).toEqual(services.map((service) => service === 'No'))
  const months = column(subscriptions, 'months_active')
  const paid = column(subscriptions, 'total_paid')
  expect(paid.map((total) => total === '')).toEqual(months.map((month) => month === '0'))
  const sessions = column(files.get('2024-01-31/usage_agg_30d.csv') ?? '', 'avg_session_mins_7d')
  expect(new Set(sessions).size).toBe(1)
})

test('the notebook is told the truth', async () => {
  const { said } = await simulated()
  const [months, truth] = said.tables
  expect(months?.columns).toContain('attainable AUC')
  expect(months?.rows.map((row) => row[2])).toEqual(['', 'rebuffer_events_7d 0.3'])
  expect(truth?.rows.find(([term]) => term === 'months_active')).toEqual([
    'months_active',
    ...[0, 1].map((concept) => truthOf(concept).months_active.toFixed(3)),
  ])
  expect(said.charts).toEqual(['True probability of churn'])
})

test('a definition with a column that cannot be made up is refused', async () => {
  const root = await temporary()
  const shipped = await readFile('data/streamflow.yaml', 'utf8')
  await writeFiles(root, { 'd.yaml': shipped.replace('has_family: {', 'has_pets: {') })
  const error = await failure(simulated(42, join(root, 'd.yaml')))
  expect(error).toMatchObject({
    code: 'SIMULATE_UNKNOWN_COLUMN',
    where: 'table users, column has_pets',
  })
})
