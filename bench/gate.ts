// Measures the gate and the monitor with known truth, and holds each share against its goal.
// npm run bench -- bench/gate.ts [--draws 2000] [--only gains,f1] [--write]
// --write puts the tables into docs/gate.md. Some minutes of processor time in all.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { missedGoals } from './gate/goals.ts'
import { monthTable } from './gate/month.ts'
import { type Case, promotionTable } from './gate/promotion.ts'
import { f1Table, firstTable } from './gate/small.ts'
import { type StandingCase, standingTable } from './gate/standing.ts'

const PAGE = 'docs/gate.md'
const { values } = parseArgs({
  options: {
    draws: { type: 'string', default: '2000' },
    only: { type: 'string' },
    write: { type: 'boolean' },
  },
})
const draws = Number(values.draws)

const NONE = { challengers: { most: 0.03 }, months: { most: 0.02 } }
const withoutGain: Case[] = [
  { size: 450, gain: 'retrained', ...NONE },
  ...[450, 1800, 7000].map((size): Case => ({ size, gain: 'unlike', ...NONE })),
]
const withGain: Case[] = [
  { size: 450, gain: 0.026, challengers: { least: 0.5 }, months: {} },
  { size: 1800, gain: 0.02, challengers: { least: 0.97 }, months: {} },
]

const SOUND = { fall: 0, performance: { most: 0.02 }, any: { most: 0.05 } }
const sound: StandingCase[] = [
  ...[450, 1800, 7000].flatMap((size) => [0, 0.6].map((carried) => ({ size, carried, ...SOUND }))),
  ...[450, 1800].map((size) => ({ size, carried: 0, chosen: true, ...SOUND })),
]
const MOVED = { size: 1800, carried: 0, performance: {} }
const moved: StandingCase[] = [
  { ...MOVED, fall: 0.06, any: { least: 0.9 } },
  { ...MOVED, fall: 0.11, any: { least: 0.99 } },
]

// A month of many rows is dear: fewer of them are drawn, five of each Production.
const months = [
  { rows: 100, draws, months: 1 },
  { rows: 300, draws, months: 1 },
  { rows: 1000, draws: draws / 2, months: 1 },
  { rows: 10_000, draws: draws / 10, months: 5 },
  { rows: 100_000, draws: draws / 50, months: 5 },
]

const f1s = [
  ...[100, 300, 500, 1000, 3000].map((n) => ({ f1: 0.626, n, goal: { most: 0.03 } })),
  { f1: 0.5, n: 500, goal: { least: 0.95 } },
]

const firsts = [
  { shift: 1.35, n: 60, positives: 'few', goal: { most: 0 } },
  { shift: 1.35, n: 110, positives: 'few', goal: { most: 0 } },
  { shift: null, n: 1800, positives: 'enough', goal: { most: 0 } },
  { shift: 0, n: 450, positives: 'enough', goal: { most: 0.025 } },
  { shift: 0, n: 1800, positives: 'enough', goal: { most: 0.025 } },
  { shift: 1.35, n: 450, positives: 'enough', goal: { least: 0.99 } },
] as const

const SECTIONS: Readonly<Record<string, () => string>> = {
  'no-gain': () => promotionTable(withoutGain, draws),
  gains: () => promotionTable(withGain, draws),
  sound: () => standingTable(sound, draws),
  moved: () => standingTable(moved, draws),
  months: () => monthTable(months),
  f1: () => f1Table(f1s, 5 * draws),
  first: () => firstTable(firsts, draws),
}

for (const name of values.only?.split(',') ?? Object.keys(SECTIONS)) {
  const make = SECTIONS[name]
  if (!make) throw new Error(`no section ${name}: ${Object.keys(SECTIONS).join(', ')}`)
  const text = make()
  console.log(`${name}\n${text}\n`)
  if (values.write) writeSection(name, text)
}
const missed = missedGoals()
console.log(missed.length === 0 ? 'every goal is met' : `missed:\n${missed.join('\n')}`)
process.exitCode = missed.length === 0 ? 0 : 1

function writeSection(name: string, text: string): void {
  const page = readFileSync(PAGE, 'utf8')
  const [open, close] = [`<!-- bench/gate ${name} -->`, '<!-- /bench/gate -->']
  const from = page.indexOf(open)
  const to = page.indexOf(close, from)
  if (from < 0 || to < 0) throw new Error(`${PAGE} has no place between ${open} and ${close}`)
  writeFileSync(PAGE, `${page.slice(0, from + open.length)}\n${text}\n${page.slice(to)}`)
}
