// What a run does with each stage, and that looking ahead foresees it without touching anything.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reasonText } from '../../src/store/reason.ts'
import { folderWith } from '../project-folder.ts'
import { Pipeline } from './rig.ts'

/** in.txt -> upper -> count; `count` gives the same bytes for texts of the same length. */
const TWO = {
  upper: { cmd: 'tr a-z A-Z < in.txt > upper.txt', deps: ['in.txt'], outs: ['upper.txt'] },
  count: { cmd: 'wc -c < upper.txt > count.txt', deps: ['upper.txt'], outs: ['count.txt'] },
  last: { cmd: 'cp count.txt last.txt', deps: ['count.txt'], outs: ['last.txt'] },
}

/** Every file with its text and time, the runner's own state left out. */
function picture(root: string): string {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('.weir/memo') && statSync(join(root, name)).isFile())
    .sort()
    .map(
      (name) =>
        `${name} ${statSync(join(root, name)).mtimeMs} ${readFileSync(join(root, name), 'latin1')}`,
    )
    .join('\n')
}

describe('a run', () => {
  it('goes no further than bytes change', async () => {
    const it = new Pipeline(TWO, { 'in.txt': 'abc\n' })
    expect((await it.run()).outcomes).toEqual(['upper ran', 'count ran', 'last ran'])
    expect((await it.run()).outcomes).toEqual(['upper cached', 'count cached', 'last cached'])
    it.write({ 'in.txt': 'xyz\n' })
    expect((await it.run()).outcomes).toEqual(['upper ran', 'count ran', 'last cached'])
    it.write({ 'in.txt': 'abc\n' })
    expect((await it.run()).outcomes).toEqual(['upper restored', 'count restored', 'last cached'])
  })

  it('tells a folder from a file that holds the list of its files', async () => {
    const what = (path: string): string => `if [ -d ${path} ]; then echo folder; else echo file; fi`
    const it = new Pipeline({
      make: { cmd: 'mkdir -p made', outs: ['made'] },
      given: { cmd: `(${what('given')}) > a`, deps: ['given'], outs: ['a'] },
      after: { cmd: `(${what('made')}) > b`, deps: ['made'], outs: ['b'] },
    })
    mkdirSync(join(it.root, 'given'))
    await it.run()
    it.remove('given', 'made')
    // What the list of an empty folder is.
    it.write({ given: '[]\n', made: '[]\n' })
    expect(await it.states()).toEqual(['make restorable', 'given stale', 'after fresh'])
    const { outcomes } = await it.run()
    expect(outcomes).toEqual(['make restored', 'given ran', 'after cached'])
    expect([it.read('a'), it.read('b')]).toEqual(['file\n', 'folder\n'])
    expect(statSync(join(it.root, 'made')).isDirectory()).toBe(true)
  })

  it('puts back the mode of an output that may be executed', async () => {
    const it = new Pipeline({ tool: { cmd: 'echo true > tool; chmod +x tool', outs: ['tool'] } })
    await it.run()
    chmodSync(join(it.root, 'tool'), 0o644)
    expect((await it.run()).outcomes).toEqual(['tool restored'])
    expect(statSync(join(it.root, 'tool')).mode & 0o100).toBe(0o100)
    expect((await it.run()).outcomes).toEqual(['tool cached'])
  })

  it('runs always_changed every time, and what follows only where its bytes are new', async () => {
    const it = new Pipeline(
      { ...TWO, upper: { ...TWO.upper, always_changed: true } },
      { 'in.txt': 'a' },
    )
    await it.run()
    expect((await it.run()).outcomes).toEqual(['upper ran', 'count cached', 'last cached'])
  })

  it('does not restore a stage with an output that is not cached or that persists', async () => {
    const flags = { cache: { cache: false }, persist: { persist: true } }
    for (const flag of Object.values(flags)) {
      const it = new Pipeline(
        { a: { cmd: 'cat k.txt >> o', deps: ['k.txt'], outs: [{ o: flag }] } },
        { 'k.txt': '1' },
      )
      await it.run()
      expect((await it.run()).outcomes).toEqual(['a cached'])
      it.write({ 'k.txt': '2' })
      await it.run()
      it.write({ 'k.txt': '1' })
      expect((await it.run()).outcomes).toEqual(['a ran'])
      expect(it.read('o')).toBe('persist' in flag ? '121' : '1')
    }
  })

  it('a frozen stage is kept, restored, or refused; it is not run and does not wait', async () => {
    const frozen = { ...TWO, count: { ...TWO.count, frozen: true } }
    const it = new Pipeline(frozen, { 'in.txt': 'abc' })
    const never = await it.run()
    expect(never.results.find((result) => result.name === 'count')?.problem?.code).toBe(
      'FROZEN_MISSING',
    )
    it.define(TWO)
    await it.run()
    it.define(frozen)
    it.write({ 'in.txt': 'a longer text' })
    expect([...(await it.run()).outcomes].sort()).toEqual([
      'count cached',
      'last cached',
      'upper ran',
    ])
    it.remove('count.txt')
    expect((await it.run()).outcomes).toContain('count restored')
    it.remove('count.txt', '.weir/cache')
    expect((await it.run()).outcomes).toContain('count failed')
  })

  it('takes an environment variable into the key; null is the value of the caller', async () => {
    const it = new Pipeline({
      a: { cmd: 'echo "$X$PATH" > o', env: { X: 'one', PATH: null }, outs: ['o'] },
    })
    await it.run()
    expect(it.read('o')).toBe(`one${process.env.PATH}\n`)
    it.define({ a: { cmd: 'echo "$X$PATH" > o', env: { X: 'two', PATH: null }, outs: ['o'] } })
    const { results } = await it.run()
    expect(results[0]?.reasons.map(reasonText)).toEqual(['env X changed'])
  })

  it('takes stages and outputs with the names of JavaScript’s own members', async () => {
    const stages = {
      constructor: { cmd: 'echo 1 > toString', outs: ['toString'] },
      valueOf: { cmd: 'cp toString hasOwnProperty', deps: ['toString'], outs: ['hasOwnProperty'] },
    }
    const it = new Pipeline(stages)
    expect((await it.run()).outcomes).toEqual(['constructor ran', 'valueOf ran'])
    expect((await it.run()).outcomes).toEqual(['constructor cached', 'valueOf cached'])
    it.remove('toString')
    expect((await it.run()).outcomes).toEqual(['constructor restored', 'valueOf cached'])
  })

  it('takes a stage that is named like a folder of its own', async () => {
    const it = new Pipeline({
      pids: { cmd: 'echo 1 > o', outs: ['o'] },
      stages: { cmd: 'echo 2 > p', outs: ['p'] },
    })
    expect((await it.run()).outcomes).toEqual(['pids ran', 'stages ran'])
  })

  it('reads a dependency by its absolute path', async () => {
    const data = folderWith({ x: '1' })
    const it = new Pipeline({ a: { cmd: `cp ${data}/x o`, deps: [`${data}/x`], outs: ['o'] } })
    await it.run()
    expect((await it.run()).outcomes).toEqual(['a cached'])
    writeFileSync(join(data, 'x'), '2')
    expect((await it.run()).outcomes).toEqual(['a ran'])
  })

  it('a folder that several stages write in is read whole', async () => {
    const it = new Pipeline(
      {
        all: { cmd: 'cat out/*/* > sum', deps: ['out'], outs: ['sum'] },
        a: { cmd: 'mkdir out/a; cp in.txt out/a/x', deps: ['in.txt'], outs: ['out/a'] },
        b: { cmd: 'mkdir out/b; echo b > out/b/x', outs: ['out/b'] },
      },
      { 'in.txt': '1\n' },
    )
    await it.run()
    expect(it.read('sum')).toBe('1\nb\n')
    it.write({ 'in.txt': '2\n' })
    expect((await it.run()).outcomes).toEqual(['a ran', 'b cached', 'all ran'])
  })
})

describe('outputs in odd places', () => {
  it('a link made by the command is kept by its bytes, and what it leads to stays as it is', async () => {
    const it = new Pipeline(
      { a: { cmd: 'ln -s in.txt o', deps: ['in.txt'], outs: ['o'] } },
      { 'in.txt': 'raw' },
    )
    await it.run()
    expect((await it.run()).outcomes).toEqual(['a cached'])
    expect(statSync(join(it.root, 'in.txt')).mode & 0o200).toBe(0o200)
    it.remove('o')
    expect((await it.run()).outcomes).toEqual(['a restored'])
    expect(it.read('o')).toBe('raw')
  })

  it('a command does not write through a link that leads nowhere', async () => {
    const outside = folderWith()
    const it = new Pipeline({ a: { cmd: 'echo 1 > o', outs: ['o'] } })
    symlinkSync(join(outside, 'target'), join(it.root, 'o'))
    expect((await it.run()).outcomes).toEqual(['a ran'])
    expect(readdirSync(outside)).toEqual([])
  })

  it('an output below a file fails with what is in the way, and nothing is lost', async () => {
    const it = new Pipeline({ a: { cmd: 'echo 1 > o; echo 2 > file/x', outs: ['o', 'file/x'] } })
    it.write({ file: 'precious', o: 'old' })
    const { results } = await it.run()
    expect(results[0]).toMatchObject({
      outcome: 'failed',
      problem: { place: { file: join(it.root, 'file') } },
    })
    expect([it.read('file'), it.read('o')]).toEqual(['precious', 'old'])
    expect(await it.states()).toEqual(['a missing'])
  })

  it('a command that fails leaves the outputs of before', async () => {
    const it = new Pipeline(
      { a: { cmd: 'cp in.txt o; grep -q good in.txt', deps: ['in.txt'], outs: ['o'] } },
      { 'in.txt': 'good' },
    )
    await it.run()
    it.write({ 'in.txt': 'bad' })
    expect((await it.run()).outcomes).toEqual(['a failed'])
    expect(it.read('o')).toBe('good')
    it.write({ 'in.txt': 'good' })
    expect((await it.run()).outcomes).toEqual(['a cached'])
  })

  it('a metric that is no JSON is an output like others', async () => {
    const it = new Pipeline({ a: { cmd: 'echo "{ not json" > m.json', metrics: ['m.json'] } })
    expect((await it.run()).ok).toBe(true)
    expect((await it.run()).outcomes).toEqual(['a cached'])
  })

  it('a pipe in a folder fails the stage that reads or makes it, and is broken when looked ahead', async () => {
    const it = new Pipeline({
      reads: { cmd: 'echo 1 > o', deps: ['d'], outs: ['o'] },
      makes: { cmd: 'mkdir q; mkfifo q/pipe', outs: ['q'] },
    })
    mkdirSync(join(it.root, 'd'))
    execFileSync('mkfifo', [join(it.root, 'd/pipe')])
    expect(await it.states()).toEqual(['reads broken', 'makes missing'])
    const { results } = await it.run({ keepGoing: true })
    expect(results.map((result) => result.problem?.code)).toEqual(['NOT_A_FILE', 'NOT_A_FILE'])
    expect(results[0]?.problem?.hint).toContain('pipes')
  })
})

describe('settings', () => {
  it('are written first, and taken back where the project does not load with them', async () => {
    const it = new Pipeline(
      { a: { cmd: 'echo ${n} > o', params: ['n'], retries: '${r}', outs: ['o'] } },
      { 'params.yaml': 'n: 1 # one\nr: 2\n' },
    )
    expect((await it.run({ settings: ['n=5'] })).ok).toBe(true)
    expect([it.read('o'), it.read('params.yaml')]).toEqual(['5\n', 'n: 5 # one\nr: 2\n'])
    const refused = await it.run({ settings: ['n=6', 'r=1000'] })
    expect(refused.problems.map(({ code }) => code)).toEqual(['BAD_VALUE'])
    expect(it.read('params.yaml')).toBe('n: 5 # one\nr: 2\n')
  })

  it('without params.yaml are refused, and none is made', async () => {
    const it = new Pipeline({ a: { cmd: 'true' } })
    it.remove('params.yaml')
    const { problems } = await it.run({ settings: ['n=5'] })
    expect(problems).toMatchObject([{ code: 'PARAM_MISSING' }])
    expect(it.read('params.yaml')).toBeUndefined()
  })
})

describe('looking ahead', () => {
  it('tells each state, and why', async () => {
    const stages = {
      ...TWO,
      off: { cmd: 'echo > off.txt', when: 'a == b', outs: ['off.txt'] },
      behind: { cmd: 'echo > behind.txt', deps: ['off.txt'], outs: ['behind.txt'] },
    }
    const it = new Pipeline(stages, { 'in.txt': 'abc' })
    expect(await it.states()).toEqual([
      'upper missing',
      'count missing',
      'last missing',
      'off skipped',
      'behind skipped',
    ])
    await it.run()
    expect(await it.states()).toEqual([
      'upper fresh',
      'count fresh',
      'last fresh',
      'off skipped',
      'behind skipped',
    ])
    it.remove('upper.txt')
    expect((await it.states()).slice(0, 3)).toEqual([
      'upper restorable',
      'count fresh',
      'last fresh',
    ])
    it.write({ 'in.txt': 'xyz' })
    expect((await it.states()).slice(0, 3)).toEqual(['upper stale', 'count stale', 'last stale'])
    const [upper] = await it.foresee()
    expect(upper?.reasons.map(reasonText)).toEqual(['dependency changed: in.txt'])
  })

  it('a fact that an earlier stage writes decides once it is there', async () => {
    const it = new Pipeline(
      {
        fact: { cmd: 'cp in.json fact.json', deps: ['in.json'], outs: ['fact.json'] },
        behind: { cmd: 'echo > o', when: './fact.json:go', outs: ['o'] },
      },
      { 'in.json': '{"go": false}' },
    )
    expect((await it.run()).outcomes).toEqual(['fact ran', 'behind skipped'])
    it.write({ 'in.json': '{"go": true}' })
    expect((await it.run()).outcomes).toEqual(['fact ran', 'behind ran'])
    it.write({ 'in.json': 'no json' })
    expect((await it.run()).outcomes).toEqual(['fact ran', 'behind skipped'])
    expect((await it.run({ only: ['behind'] })).outcomes).toEqual(['behind skipped'])
  })

  it('property: foresees what the next run does, and changes nothing', {
    timeout: 60_000,
  }, async () => {
    const it = new Pipeline(TWO, { 'in.txt': 'abc' })
    await it.run()
    const actions = {
      edit: () => it.write({ 'in.txt': 'xyz' }),
      back: () => it.write({ 'in.txt': 'abc' }),
      longer: () => it.write({ 'in.txt': 'longer' }),
      lose: () => it.remove('upper.txt', 'last.txt'),
      spoil: () => {
        it.remove('count.txt')
        it.write({ 'count.txt': 'spoilt' })
      },
      forget: () => it.remove('.weir/runs'),
      empty: () => it.remove('.weir/cache'),
      unlock: () => it.remove('pipeline.lock'),
      memory: () => it.remove('.weir/memo'),
    }
    const steps = fc.array(fc.constantFrom(...Object.values(actions)), {
      minLength: 1,
      maxLength: 3,
    })
    await fc.assert(
      fc.asyncProperty(steps, async (some) => {
        for (const step of some) step()
        const before = picture(it.root)
        const foreseen = await it.foresee()
        expect(picture(it.root)).toBe(before)
        const { results, ok } = await it.run()
        expect(ok).toBe(true)
        for (const { name, state } of foreseen) {
          const outcome = results.find((result) => result.name === name)?.outcome
          if (state === 'fresh') expect([name, outcome]).toEqual([name, 'cached'])
          if (state === 'restorable') expect([name, outcome]).toEqual([name, 'restored'])
        }
        const first = foreseen.find(({ state }) => state === 'stale' || state === 'missing')
        if (first) expect(results.find((result) => result.name === first.name)?.outcome).toBe('ran')
        expect((await it.run()).outcomes.every((line) => line.endsWith('cached'))).toBe(true)
        const text = it.read('in.txt') ?? ''
        expect(it.read('last.txt')?.trim()).toBe(String(text.length))
      }),
      { numRuns: 25 },
    )
  })
})
