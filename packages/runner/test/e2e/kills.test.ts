// 500 kills, each before a random one of the runner's own operations (a write, a rename, a spawn, …), so that every gap
// between two of them is met: what the lock says is always true, and a resumed run ends like one that nobody killed.

import { sha256 } from '@weir/base'
import { expect, test } from 'vitest'
import { instanceText } from '../../src/config/instance.ts'
import { layoutOf } from '../../src/config/layout.ts'
import { openLock } from '../../src/store/lock-file.ts'
import { processesWith } from './processes.ts'
import { random } from './random.ts'
import { type Ended, type Project, pipeline, project } from './rig.ts'

const KILLS = 500
/** Projects that are killed side by side. */
const LANES = 2
const SEED = 20240229

/** Loaded before the runner: kills it before its n-th operation, or tells how many there were. */
const KILLER = `import child from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const at = Number(process.env.E2E_KILL_AT)
let count = 0
const NAMES = ['open', 'write', 'writeFile', 'close', 'fsync', 'rename', 'link', 'unlink', 'rm', 'mkdir', 'copyFile', 'chmod', 'cp']
function watch(owner, name) {
  const call = owner[name]
  if (typeof call !== 'function') return
  owner[name] = function (...args) {
    if (++count === at) process.kill(process.pid, 'SIGKILL')
    return call.apply(this, args)
  }
}
if (process.argv[1]?.endsWith('weir.js')) {
  for (const name of NAMES) {
    watch(fs, name + 'Sync')
    watch(fs, name)
    watch(fs.promises, name)
  }
  watch(child, 'spawn')
  syncBuiltinESMExports()
  process.on('exit', (code) => process.send === undefined && code === 0 && fs.writeSync(2, 'operations: ' + count + '\\n'))
}
`

/** Commands of one and of two outputs, a folder, one that keeps what it wrote before, and what follows them. */
function victim(): Project {
  return project({
    'killer.mjs': KILLER,
    'params.yaml': 'n: 1\n',
    'in.txt': 'raw\n',
    'pipeline.yaml': pipeline({
      a: {
        cmd: 'cat in.txt > out/a; echo ${n} >> out/a',
        deps: ['in.txt'],
        params: ['n'],
        outs: ['out/a'],
      },
      same: { cmd: 'cp in.txt out/same', deps: ['in.txt'], outs: ['out/same'] },
      two: {
        cmd: 'cp out/a out/two-a; wc -c < out/a > out/two-b',
        deps: ['out/a'],
        outs: ['out/two-a', 'out/two-b'],
      },
      folder: {
        cmd: 'mkdir -p out/folder/in; cp out/a out/folder/1; cp out/same out/folder/in/2',
        deps: ['out/a', 'out/same'],
        outs: ['out/folder'],
      },
      check: { cmd: 'test -s out/two-a', deps: ['out/two-a'] },
      last: {
        cmd: 'cat out/two-b out/folder/1 > out/last',
        deps: ['out/two-b', 'out/folder'],
        outs: ['out/last'],
      },
    }),
  })
}

const TRUTH = ['out', 'pipeline.lock', 'params.yaml']
const ARGS = ['run', '--jobs', '2']

/** A run that is killed before its n-th operation, if it has so many. */
function runKilledAt(it: Project, operation: number): Promise<Ended> {
  const env = { NODE_OPTIONS: `--import=${it.path('killer.mjs')}`, E2E_KILL_AT: String(operation) }
  return it.weir(ARGS, { env })
}

/** The truth for a value of n, and how many operations a run from nothing has. */
interface Undisturbed {
  readonly truths: Readonly<Record<number, Readonly<Record<string, string>>>>
  /** The entries that a stage may have, as JSON. */
  readonly entries: ReadonlyMap<string, ReadonlySet<string>>
  readonly operations: number
}

async function undisturbed(it: Project): Promise<Undisturbed> {
  const truths: Record<number, Record<string, string>> = {}
  const entries = new Map<string, Set<string>>()
  let operations = 0
  for (const n of [1, 2]) {
    it.remove('out', 'pipeline.lock', '.weir')
    it.write({ 'params.yaml': `n: ${n}\n` })
    const end = await runKilledAt(it, 0)
    expect(end, end.stderr).toMatchObject({ code: 0 })
    operations = Number(/operations: (\d+)/.exec(end.stderr)?.[1])
    truths[n] = it.contents(...TRUTH)
    for (const [name, json] of entriesOf(it))
      entries.set(name, new Set([...(entries.get(name) ?? []), json]))
  }
  return { truths, entries, operations }
}

/** What the lock says of each stage, as JSON. Every file that it names by hash must be that. */
function entriesOf(it: Project): [string, string][] {
  const outcome = openLock(layoutOf(it.root))
  if (!outcome.ok) throw new Error(outcome.problem.message)
  return outcome.lock.ids().map((id) => [instanceText(id), JSON.stringify(outcome.lock.get(id))])
}

/** Says of each entry whether the hashes of its files are those of what is in place. */
function expectInPlace(it: Project): void {
  const outcome = openLock(layoutOf(it.root))
  if (!outcome.ok) throw new Error(outcome.problem.message)
  for (const id of outcome.lock.ids())
    for (const [path, out] of Object.entries(outcome.lock.get(id)?.outs ?? {}))
      if (out.kind === 'file') expect(sha256(it.read(path)), path).toBe(out.sha256)
}

/** Kills runs in one project; by turns from nothing, over the outputs of the other param, and with what the cache has. */
async function lane(it: Project, kills: number, next: () => number): Promise<void> {
  const { truths, entries, operations } = await undisturbed(it)
  expect(operations).toBeGreaterThan(50)
  let killed = 0
  for (let round = 0; killed < kills; round++) {
    const n = 1 + (round % 2)
    const gone = [['.weir'], ['out', 'pipeline.lock', '.weir'], ['out'], []][round % 4] ?? []
    it.remove(...gone)
    it.write({ 'params.yaml': `n: ${n}\n` })
    // Killed again and again until it comes through: the run that does is the resumed one.
    for (;;) {
      const end = await runKilledAt(it, killed < kills ? 1 + Math.floor(next() * operations) : 0)
      if (end.signal !== 'SIGKILL') {
        expect(end, `round ${round}: ${end.stderr}`).toMatchObject({ code: 0 })
        break
      }
      killed++
      for (const [name, json] of entriesOf(it))
        expect(entries.get(name), `${it.root}, round ${round}, ${name}`).toContain(json)
    }
    expect(it.contents(...TRUTH), `round ${round}`).toEqual(truths[n])
    expectInPlace(it)
    expect(processesWith('WEIR_ROOT', it.root), `round ${round}`).toEqual([])
    const left = [...it.files('.weir/tmp'), ...it.files('.weir/journal')]
    expect(left, `round ${round}`).toEqual([])
    expect(
      it.files('.').filter((path) => /\.tmp$/.test(path)),
      `round ${round}`,
    ).toEqual([])
  }
}

test(`${KILLS} runs killed before random operations, and resumed`, {
  timeout: 900_000,
}, async () => {
  const lanes = Array.from({ length: LANES }, (_, index) =>
    lane(victim(), KILLS / LANES, random(SEED + index)),
  )
  await Promise.all(lanes)
})
