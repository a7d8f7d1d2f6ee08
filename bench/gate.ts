// Measures the gate and the monitor with known truth, and holds each share against its goal.
// npm run bench -- bench/gate.ts [--draws 2000] [--write]: --write puts the tables into docs/gate.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { missedGoals } from './gate/goals.ts'
import { monthTable } from './gate/month.ts'
import { type Case, promotionTable } from './gate/promotion.ts'
import { f1Table, firstTable } from './gate/small.ts'
import { type StandingCase, standingTable } from './gate/standing.ts'

const PAGE = 'docs/gate.md'
const { values } = parseArgs({
  options: { draws: { type: 'string', default: '2000' }, write: { type: 'boolean' } },
})
const draws = Number(values.draws)
const sizes = [450, 1800, 7000]

const NONE = { challengers: { most: 0.03 }, months: { most: 0.02 } }
const promotions: Case[] = [
  ...sizes.flatMap((size): Case[] => [
    { size, gain: 'retrained', ...NONE },
    { size, gain: 'unlike', ...NONE },
  ]),
  { size: 450, gain: 0.026, challengers: { least: 0.5 }, months: {} },
  { size: 1800, gain: 0.02, challengers: { least: 0.97 }, months: {} },
  { size: 7000, gain: 0.02, challengers: { least: 0.97 }, months: {} },
]

const standings: StandingCase[] = [
  ...sizes.flatMap((size) =>
    [0, 0.6].map((carried) => ({
      size,
      fall: 0,
      carried,
      performance: { most: 0.02 },
      any: { most: 0.05 },
    })),
  ),
  ...[450, 1800].map((size) => ({
    size,
    fall: 0,
    carried: 0,
    chosen: true,
    performance: { most: 0.02 },
    any: { most: 0.05 },
  })),
  ...[[0.06, 0.9] as const, [0.11, 0.99] as const].map(([fall, least]) => ({
    size: 1800,
    fall,
    carried: 0,
    performance: {},
    any: { least },
  })),
]

const months = [100, 300, 1000, 3000, 10_000, 100_000].map((rows) => ({
  rows,
  draws: Math.max(1, Math.min(draws, Math.round((draws * 10_000) / rows))),
  months: rows < 3000 ? 1 : 5,
}))

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

const SECTIONS: readonly [string, () => string][] = [
  ['Challengers', () => promotionTable(promotions, draws)],
  ['Production while no column moves', () => standingTable(standings, draws)],
  ['All five reasons while nothing moved', () => monthTable(months)],
  ['F1 alarms', () => f1Table(f1s, 5 * draws)],
  ['First models', () => firstTable(firsts, draws)],
]

const tables = SECTIONS.map(([title, make]) => {
  const section = `### ${title}\n${make()}\n`
  console.log(section)
  return section
})
const missed = missedGoals()
console.log(missed.length === 0 ? 'every goal is met' : `missed:\n${missed.join('\n')}`)
if (values.write) writePage(tables.join('\n'))
process.exitCode = missed.length === 0 ? 0 : 1

function writePage(text: string): void {
  const page = readFileSync(PAGE, 'utf8')
  const [open, close] = ['<!-- bench/gate -->', '<!-- /bench/gate -->']
  const [from, to] = [page.indexOf(open), page.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place between ${open} and ${close}`)
  writeFileSync(PAGE, `${page.slice(0, from + open.length)}\n${text}${page.slice(to)}`)
}
