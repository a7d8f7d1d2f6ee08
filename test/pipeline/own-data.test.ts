// Data of one's own: a data set that is like StreamFlow in nothing but its definition file, and no code is touched.
// Odd names, whole-number keys, events with times, a semicolon file, no numeric feature; and one table alone.

import { type Random, randomStream } from '@weir/ml/statistics'
import { expect, test } from 'vitest'
import { type Churn, freshClone } from './rig.ts'
import { serve } from './server.ts'

const SHOP = `
name: shop
entity: { key: Customer No, table: customers }
periods: { june: "2025-06-30" }
tables:
  customers:
    columns:
      Customer No: { type: integer }
      the "plan": { type: category, levels: [basic, "plus's", Ünï] }
      newsletter: { type: boolean, nullable: true }
      joined: { type: date }
  visits:
    key: [Customer No, at]
    columns:
      Customer No: { type: integer }
      at: { type: timestamp }
      page: { type: category, nullable: true }
      mood: { type: category, levels: [good, bad] }
  outcomes:
    columns: { Customer No: { type: integer }, gone: { type: boolean } }
label: { table: outcomes, column: gone }
views:
  account: { table: customers, features: ['the "plan"', newsletter] }
  last visit: { table: visits, event_time: at, ttl_days: 20, features: [page, mood] }
expectations:
  references: { outcomes: customers, visits: customers }
`
const SHOP_FEATURES = ['the "plan"', 'newsletter', 'page', 'mood']

const CUSTOMERS = 600

function pick(random: Random, values: readonly string[]): string {
  return values[Math.floor(random.uniform() * values.length)] ?? ''
}

/** A month of the shop, in which the share `bad` of moods is bad, and those in a bad mood go. Every tenth never visits. */
function writeShop(it: Churn, folder: string, month: string, bad: number): void {
  const random = randomStream(Number(month.slice(-2)))
  const customers = ['Customer No,"the ""plan""",newsletter,joined']
  const visits = ['Customer No;at;page;mood']
  const outcomes = ['Customer No,gone']
  for (let no = 1; no <= CUSTOMERS; no++) {
    const plan = pick(random, ['basic', "plus's", 'Ünï'])
    customers.push(`${no},${plan},${pick(random, ['yes', 'no', ''])},2024-05-11`)
    const mood = random.chance(bad) ? 'bad' : 'good'
    const day = String(11 + Math.floor(random.uniform() * 18))
    const page = pick(random, ['', 'home', 'help', 'shop'])
    if (no % 10 > 0) visits.push(`${no};${month}-${day}T10:00:00+02:00;${page};${mood}`)
    const odds = (mood === 'bad' ? 1 : -1.5) + (plan === 'basic' ? 0.7 : 0)
    outcomes.push(`${no},${random.chance(1 / (1 + Math.exp(-odds))) ? 'Y' : 'N'}`)
  }
  it.write(`exports/${folder}/customers.csv`, `${customers.join('\n')}\n`)
  it.write(`exports/${folder}/visits.csv`, `${visits.join('\r\n')}\r\n`)
  it.write(`exports/${folder}/outcomes.csv`, `${outcomes.join('\n')}\n`)
}

const own = (name: string, asOf: string) =>
  [
    'data.source=exports',
    `data.definition=data/${name}.yaml`,
    `promote.name=${name}`,
    `as_of=${asOf}`,
  ].flatMap((setting) => ['-S', setting])

interface Drift {
  readonly columns: readonly { readonly column: string; readonly drifted: boolean }[]
}

test('three tables with events and no number: promoted, drifted, retrained, served', async () => {
  const it = freshClone()
  it.write('data/shop.yaml', SHOP)
  writeShop(it, 'june', '2025-06', 0.3)
  writeShop(it, '2025-07-31', '2025-07', 0.6)

  expect(await it.outcomes(...own('shop', '2025-06-30'))).toMatchObject({
    simulate: 'skipped',
    promote: 'ran',
  })
  expect(await it.registry()).toEqual(['Production'])
  expect(it.json<{ auc: number }>('artifacts/evaluation.json').auc).toBeGreaterThan(0.6)

  await it.outcomes('-S', 'as_of=2025-07-31')
  const { columns } = it.json<Drift>('artifacts/drift.json')
  expect(columns.map(({ column }) => column)).toEqual([...SHOP_FEATURES, 'gone'])
  const drifted = columns.filter((column) => column.drifted).map(({ column }) => column)
  expect(drifted).toEqual(expect.arrayContaining(['mood', 'gone']))
  expect(it.json('artifacts/decision.json')).toMatchObject({ action: 'retrain' })
  expect(it.json('artifacts/promotion.json')).toMatchObject({ version: 2 })
  expect(await it.outcomes()).not.toMatchObject({ promote: 'ran' })

  const server = await serve(it)
  const visitor = await server.post('/predict', { 'Customer No': '11' })
  expect(visitor).toMatchObject({ status: 200, body: { 'Customer No': '11' } })
  expect(Object.keys(visitor.body.features_used as object)).toEqual(SHOP_FEATURES)
  // Who never visited has blanks, and may be asked about in the same words.
  const stranger = await server.post('/predict', { 'Customer No': '10' })
  const { features_used: features, probability } = stranger.body
  expect(features).toMatchObject({ page: null, mood: null })
  const again = await server.post('/predict', { features })
  expect(again).toMatchObject({ status: 200, body: { probability } })
})

/** Customers of the Telco table: an internet customer's extras, and blank charges before the first bill. */
function telcoRows(random: Random): string[] {
  const flag = () => pick(random, ['Yes', 'No'])
  return Array.from({ length: CUSTOMERS }, (_, i) => {
    const tenure = Math.floor(73 * random.uniform())
    const internet = pick(random, ['DSL', 'Fiber optic', 'No'])
    const extra = () => (internet === 'No' ? 'No internet service' : flag())
    const extras = Array.from({ length: 6 }, extra)
    const phone = flag()
    const lines = phone === 'No' ? 'No phone service' : flag()
    const contract = pick(random, ['Month-to-month', 'One year', 'Two year'])
    const pay = pick(random, ['Electronic check', 'Bank transfer (automatic)'])
    const monthly = (20 + 80 * random.uniform()).toFixed(2)
    const total = tenure === 0 ? ' ' : (tenure * Number(monthly)).toFixed(2)
    const churned = random.chance(1 / (1 + Math.exp((tenure - 25) / 15)))
    const id = `${String(i * 7919).padStart(7, '0')}-QPYBK`
    const person = [pick(random, ['Male', 'Female']), random.chance(0.2) ? 1 : 0, flag(), flag()]
    const services = [tenure, phone, lines, internet, ...extras]
    const bill = [contract, flag(), pay, monthly, total, churned ? 'Yes' : 'No']
    return [id, ...person, ...services, ...bill].join()
  })
}

const TELCO_HEAD =
  'customerID,gender,SeniorCitizen,Partner,Dependents,tenure,PhoneService,MultipleLines,InternetService,' +
  'OnlineSecurity,OnlineBackup,DeviceProtection,TechSupport,StreamingTV,StreamingMovies,Contract,' +
  'PaperlessBilling,PaymentMethod,MonthlyCharges,TotalCharges,Churn'

test('the Telco table that ships as a definition: one table, a label among its columns, a blank number', async () => {
  const it = freshClone()
  const rows = telcoRows(randomStream(7))
  it.write('exports/2024-01-31/customers.csv', `${[TELCO_HEAD, ...rows].join('\n')}\n`)

  expect(await it.outcomes(...own('telco', '2024-01-31'))).toMatchObject({ promote: 'ran' })
  expect(it.json('artifacts/validation.json')).toMatchObject({ rows: CUSTOMERS, failed: 0 })
  expect(it.json<{ auc: number }>('artifacts/evaluation.json').auc).toBeGreaterThan(0.7)
  expect(await it.registry()).toEqual(['Production'])
})
