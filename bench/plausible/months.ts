// Months of raw tables in memory, for the bench of the plausibility gate: real, simulated, and Telco-like ones.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Shifts, simulateMonth, writers } from '@weir/ml/simulate'
import { type Random, randomStream } from '@weir/ml/statistics'

/** A table as texts: cells by row, in order of the columns. */
export interface RawTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}
export type Month = ReadonlyMap<string, RawTable>

/** The real exports; undefined where this machine has none. */
export function realMonths(folder: string): Month[] | undefined {
  const months = ['month_000', 'month_001'].map((name) => join(folder, name))
  if (!months.every((path) => existsSync(path))) return undefined
  return months.map((path) => new Map(Object.keys(writers).map((t) => [t, readTable(path, t)])))
}

function readTable(folder: string, table: string): RawTable {
  const text = readFileSync(join(folder, `${table}.csv`), 'utf8')
  const [head = '', ...lines] = text.trim().split(/\r?\n/)
  return { columns: head.split(','), rows: lines.map((line) => line.split(',')) }
}

/** What a simulated month is like. */
export interface Plan {
  readonly seed: number
  readonly users: number
  readonly month: number
  readonly concept: number
  readonly shifts: Shifts
}

/** A simulated month of StreamFlow. */
export function simulated(plan: Plan): Month {
  const rows = [...simulateMonth({ ...plan, start: '2024-01-31' })]
  return new Map(
    Object.entries(writers).map(([table, columns]) => [
      table,
      {
        columns: Object.keys(columns),
        rows: rows.map((row) => Object.values(columns).map((write) => write(row))),
      },
    ]),
  )
}

interface Customer {
  readonly id: string
  readonly gender: string
  readonly senior: string
  readonly partner: string
  readonly dependents: string
  tenure: number
  readonly phone: string
  readonly lines: string
  readonly internet: string
  readonly extras: string[]
  contract: string
  readonly paperless: string
  readonly payment: string
  monthly: number
  total: number
}

const TELCO = [
  ...['customerID', 'gender', 'SeniorCitizen', 'Partner', 'Dependents', 'tenure', 'PhoneService'],
  ...['MultipleLines', 'InternetService', 'OnlineSecurity', 'OnlineBackup', 'DeviceProtection'],
  ...['TechSupport', 'StreamingTV', 'StreamingMovies', 'Contract', 'PaperlessBilling'],
  ...['PaymentMethod', 'MonthlyCharges', 'TotalCharges', 'Churn'],
]

/** Months of a Telco-like table: customers leave and come, and those who stay pay for one month more. */
export function telcoMonths(seed: number, customers: number, months: number): Month[] {
  const random = randomStream(seed, 77)
  let next = 0
  const join_ = (tenure: number) => newCustomer(random, seed, next++, tenure)
  let base = Array.from({ length: customers }, () => join_(Math.floor(73 * random.uniform())))
  return Array.from({ length: months }, () => {
    const leaving = base.map((one) => random.chance(leaves(one)))
    const rows = base.map((one, at) => telcoRow(one, leaving[at] ?? false))
    const stay = base.filter((_, at) => !(leaving[at] && random.chance(0.2)))
    for (const one of stay) age(one, random)
    base = [...stay, ...Array.from({ length: customers - stay.length }, () => join_(0))]
    return new Map([['customers', { columns: TELCO, rows }]])
  })
}

const pick = (random: Random, values: readonly string[]) =>
  values[Math.floor(random.uniform() * values.length)] ?? ''

function newCustomer(random: Random, seed: number, at: number, tenure: number): Customer {
  const flag = (share: number) => (random.chance(share) ? 'Yes' : 'No')
  const internet = pick(random, ['DSL', 'Fiber optic', 'Fiber optic', 'No'])
  const phone = flag(0.9)
  const extra = (share: number) => (internet === 'No' ? 'No internet service' : flag(share))
  const partner = flag(0.48)
  const monthly = 20 + (internet === 'No' ? 0 : 25 + 55 * random.uniform())
  return {
    id: `${String((at * 7919 + seed) % 10_000).padStart(4, '0')}-${at.toString(36).toUpperCase().padStart(5, 'Q')}`,
    gender: random.chance(0.505) ? 'Male' : 'Female',
    senior: random.chance(0.162) ? '1' : '0',
    partner,
    dependents: flag(partner === 'Yes' ? 0.51 : 0.1),
    tenure,
    phone,
    lines: phone === 'No' ? 'No phone service' : flag(0.47),
    internet,
    extras: [0.37, 0.44, 0.44, 0.37, 0.49, 0.49].map(extra),
    contract: pick(random, ['Month-to-month', 'Month-to-month', 'One year', 'Two year']),
    paperless: flag(0.59),
    payment: pick(random, ['Electronic check', 'Mailed check', 'Bank transfer (automatic)']),
    monthly: Math.round(20 * monthly) / 20,
    total: Math.round(100 * tenure * monthly) / 100,
  }
}

function leaves({ tenure, contract, internet }: Customer): number {
  const odds =
    0.4 -
    tenure / 24 +
    (contract === 'Month-to-month' ? 0.4 : -1) +
    (internet === 'Fiber optic' ? 0.5 : -0.4)
  return 1 / (1 + Math.exp(-odds))
}

function age(one: Customer, random: Random): void {
  one.tenure = Math.min(1200, one.tenure + 1)
  one.total = Math.round(100 * (one.total + one.monthly)) / 100
  if (random.chance(0.04))
    one.monthly = Math.round(20 * (one.monthly + 5 * random.normal() + 20) - 400) / 20
  one.monthly = Math.max(18, one.monthly)
  if (random.chance(0.01)) one.contract = 'One year'
}

function telcoRow(one: Customer, left: boolean): string[] {
  const { id, gender, senior, partner, dependents, tenure, phone, lines, internet } = one
  const bill = [one.contract, one.paperless, one.payment, String(one.monthly)]
  const total = tenure === 0 ? ' ' : String(one.total)
  return [
    ...[id, gender, senior, partner, dependents, String(tenure), phone, lines, internet],
    ...[...one.extras, ...bill, total, left ? 'Yes' : 'No'],
  ]
}
