// Measures the stage drift, JSON and HTML, beside Evidently on the same Parquet, and how it grows with rows and columns.
// PYTHON=python3 npm run bench -- bench/drift.ts [rows]     (the Python needs evidently, pandas < 3 and pyarrow)
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { sayMachine } from './measure.ts'

const ROWS = Number(process.argv[2] ?? 1_000_000)
const COLUMNS = 50
const PYTHON = process.env.PYTHON ?? 'python3'
const PERIODS = ['2024-01-31', '2024-02-29'] as const

/** What one run took: processor time in seconds, the most memory in MB, bytes of JSON and HTML. */
interface Took {
  readonly cpu: number
  readonly memory: number
  readonly json: number
  readonly html: number
}

sayMachine()
const full = await measure(ROWS, COLUMNS, true)
console.log('\ngrowth of weir')
for (const share of [1 / 4, 1 / 2]) await measure(ROWS * share, COLUMNS, false, full)
for (const share of [1 / 4, 1 / 2]) await measure(ROWS, Math.round(COLUMNS * share), false, full)

async function measure(
  rows: number,
  columns: number,
  withPeer: boolean,
  most?: Took,
): Promise<Took> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-drift-'))
  try {
    await makePeriods(folder, rows, columns)
    const ours = runOurs(folder)
    say(`weir, ${rows.toLocaleString('en')} rows × ${columns} columns`, ours)
    if (most !== undefined) {
      const linear = (rows * columns) / (ROWS * COLUMNS)
      console.log(
        `  of the whole: ${(ours.cpu / most.cpu).toFixed(2)} of its time, ${linear.toFixed(2)} of its values`,
      )
    }
    if (withPeer) sayPeer(folder, ours)
    return ours
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Two months of made-up features: six in ten numbers, two in ten counts, one flags, one levels. */
async function makePeriods(folder: string, rows: number, columns: number): Promise<void> {
  mkdirSync(join(folder, 'features'))
  const features = Array.from({ length: columns }, (_, i) => i)
  for (const [month, asOf] of PERIODS.entries()) {
    const select = features.map((i) => `${valueSql(i, month)} AS f${i}`).join(', ')
    const query = `SELECT i AS id, ${select}, ${uniform(999, month)} < 0.25 AS gone FROM range(${rows}) t(i)`
    await withDuckDB((db) => writeParquet(db, query, join(folder, 'features', `${asOf}.parquet`)))
  }
  const declared = features.map((i) => `      f${i}: { type: ${typeOf(i)} }`).join('\n')
  const names = features.map((i) => `f${i}`).join(', ')
  writeFileSync(
    join(folder, 'made.yaml'),
    `name: made
entity: { key: id, table: users }
tables:
  users:
    columns:
      id: { type: integer }
${declared}
      gone: { type: boolean }
label: { table: users, column: gone }
views:
  user: { table: users, features: [${names}] }
`,
  )
}

function uniform(column: number, month: number): string {
  return `((hash(i * 4096 + ${column * 2 + month}) % 1000003 + 0.5) / 1000003)`
}

function typeOf(i: number): string {
  const kind = i % 10
  if (kind < 6) return 'number'
  if (kind < 8) return 'integer'
  return kind === 8 ? 'boolean' : 'category'
}

function valueSql(i: number, month: number): string {
  const u = uniform(i, month)
  const normal = `(sqrt(-2 * ln(${u})) * cos(6.283185307 * ${uniform(i + 500, month)}))`
  switch (typeOf(i)) {
    case 'number':
      return `${normal} * ${1 + i} + ${i % 30 === 0 ? 0.2 * month * (1 + i) : 0}`
    case 'integer':
      return `CAST(floor(-ln(${u}) * ${2 + (i % 7)}) AS INTEGER)`
    case 'boolean':
      return `${u} < 0.3`
    default:
      return `'level ' || CAST(floor(${u} * ${4 + (i % 17)}) AS INTEGER)`
  }
}

function runOurs(folder: string): Took {
  const child = ['--import', 'tsx', '--conditions=@weir/source', 'bench/drift_ours.ts', folder]
  return run(process.execPath, child)
}

function run(command: string, args: readonly string[]): Took {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Took
}

function sayPeer(folder: string, ours: Took): void {
  if (spawnSync(PYTHON, ['-c', 'import evidently']).status !== 0) {
    console.log(`${PYTHON} has no evidently: its side is left out`)
    return
  }
  const theirs = run(PYTHON, ['-W', 'ignore', 'bench/drift_peer.py', folder])
  say('evidently', theirs)
  const [time, memory] = [theirs.cpu / ours.cpu, ours.memory / theirs.memory]
  console.log(
    `  ${time.toFixed(1)} times faster in processor time  goal: at least 10 (${time >= 10 ? 'met' : 'missed'})`,
  )
  console.log(
    `  ${memory.toFixed(2)} of its memory  goal: at most 0.33 (${memory <= 1 / 3 ? 'met' : 'missed'})`,
  )
}

function say(name: string, { cpu, memory, json, html }: Took): void {
  const kB = (bytes: number): string => `${Math.round(bytes / 1000)} kB`
  console.log(
    `  ${name.padEnd(40)} cpu ${cpu.toFixed(1).padStart(7)} s  most memory ${Math.round(memory)} MB  JSON ${kB(json)}  HTML ${kB(html)}`,
  )
}
