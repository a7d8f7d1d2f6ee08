// How many broken exports the plausibility gate stops, and how many sound months it lets pass; docs/gate.md has the tables.
// npm run bench -- bench/plausible.ts [damages] [sound] [draws=250] [users=7043]; the real months are read where this machine has them.
import type { Definition } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { randomStream } from '@weir/ml/statistics'
import { type Damage, listed, own, type Places } from './plausible/damages.ts'
import { History } from './plausible/judged.ts'
import { type Month, realMonths, simulated, telcoMonths } from './plausible/months.ts'
import { STREAMFLOW, TELCO } from './plausible/places.ts'
import { wilson } from './plausible/wilson.ts'

const args = process.argv.slice(2)
const draws = Number(args.find((arg) => arg.startsWith('draws='))?.slice(6) ?? 250)
const users = Number(args.find((arg) => arg.startsWith('users='))?.slice(6) ?? 7043)
const wants = (part: string) => args.every((arg) => arg.includes('=')) || args.includes(part)
const streamflow = await readDefinition('data/streamflow.yaml')
const telco = await readDefinition('data/telco.yaml')
const real = realMonths('../shared/data/streamflow')

/** A data set with some months, the last of which is damaged. */
interface DataSet {
  readonly name: string
  readonly definition: Definition
  readonly months: readonly Month[]
  readonly places: Places
}

const [STILL, MOVED] = [
  { concept: 0, shifts: {} },
  { concept: 1, shifts: { rebuffer_events_7d: 0.3 } },
]

/** The months that ship, and further ones like the last. */
const shipped = (months: number, users: number) =>
  Array.from({ length: months }, (_, month) =>
    simulated({ seed: 42, users, month, ...(month === 0 ? STILL : MOVED) }),
  )

function dataSets(): DataSet[] {
  const flow = { definition: streamflow, places: STREAMFLOW }
  const bought = { definition: telco, places: TELCO }
  return [
    ...(real === undefined ? [] : [{ name: 'real, 1 before', months: real, ...flow }]),
    { name: 'simulated, 1 before', months: shipped(2, users), ...flow },
    { name: 'simulated, 3 before', months: shipped(4, users), ...flow },
    { name: 'Telco-like, 1 before', months: telcoMonths(1, users, 2), ...bought },
    { name: 'Telco-like, 3 before', months: telcoMonths(2, users, 4), ...bought },
  ]
}

async function damaged({ name, definition, months, places }: DataSet): Promise<void> {
  const history = new History(definition)
  const before = months.slice(0, -1)
  const last = months.at(-1) as Month
  for (const month of before) await tell(`${name}, a month before`, history.judge(month, true))
  await tell(`${name}, undamaged`, history.judge(last))
  const damages: Damage[] = [...listed(places), ...own(places, 1)]
  let stopped = 0
  for (const damage of damages) {
    const outcome = await tell(damage.name, history.judge(damage.apply(last, before)))
    if (outcome !== 'fine') stopped++
  }
  history.close()
  console.log(`${name}: ${stopped} of ${damages.length} stopped\n`)
}

async function tell(what: string, verdict: ReturnType<History['judge']>): Promise<string> {
  const { outcome, why } = await verdict
  console.log(`| ${what} | ${outcome} | ${[...new Set(why)].slice(0, 4).join('; ')} |`)
  return outcome
}

/** A month of ordinary drift: any truth, and each of the columns moved by up to half a standard deviation or not. */
function drifting(draw: number, users: number, month: number): Month {
  const random = randomStream(9, draw, month)
  const shift = () => (random.chance(0.5) ? random.uniform() - 0.5 : 0)
  const shifts = {
    watch_hours_30d: shift(),
    rebuffer_events_7d: shift(),
    // A mean below zero would be no drift but a constant column.
    failed_payments_90d: Math.max(-0.2, shift()),
    support_tickets_90d: Math.max(-0.3, shift()),
  }
  return simulated({ seed: draw, users, month, concept: random.uniform(), shifts })
}

async function sound(name: string, definition: Definition, make: (draw: number) => Month[]) {
  let stopped = 0
  let months = 0
  for (let draw = 0; draw < draws; draw++) {
    const history = new History(definition)
    for (const [at, month] of make(draw).entries()) {
      const { outcome, why } = await history.judge(month, true)
      if (at === 0) continue
      months++
      if (outcome === 'fine') continue
      stopped++
      console.log(`  ${name}, draw ${draw}, ${at} before: ${why.join('; ')}`)
    }
    history.close()
  }
  const [low, high] = wilson(months - stopped, months)
  const share = (value: number) => `${(100 * value).toFixed(1)} %`
  console.log(
    `| ${name} | ${months} | ${share(1 - stopped / months)} | ${share(low)} to ${share(high)} |`,
  )
}

if (wants('damages')) for (const set of dataSets()) await damaged(set)
if (wants('sound')) {
  for (const users of [500, 2000]) {
    const streams = (draw: number) => [0, 1, 2, 3].map((month) => drifting(draw, users, month))
    await sound(`simulated, ${users} users`, streamflow, streams)
    const bought = (draw: number) => telcoMonths(100 + draw, users, 4)
    await sound(`Telco-like, ${users} customers`, telco, bought)
  }
}
