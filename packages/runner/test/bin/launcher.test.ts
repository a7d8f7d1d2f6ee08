// The launcher: starts the program of the sources as they are, keeps what is in use, survives kills and read-only places.
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { keepInUse } from '../../../../build/program.js'
import { API, controlled, type Ended, jsonOf, pipeline, project, type RunJson } from '../e2e/rig.ts'
import { Checkout } from './checkout.ts'

const SUMMARY = 'which stages are fresh, and why the others are not'
/** Where the summary stands. */
const TABLE = 'packages/runner/src/commands/command-table.ts'
const OTHER = SUMMARY.toUpperCase()

/** A start of the checkout's program in a project of nothing. */
function help(checkout: Checkout): Promise<Ended> {
  return project({}).weir(['--help'], {
    launcher: checkout.launcher,
    env: { XDG_CACHE_HOME: checkout.userCache },
  })
}

const CELL = `import { defineStage, file, text } from '${API}'
export default defineStage({
  title: 'cell',
  inputs: { held: file('hold.txt') },
  outputs: { cell: text('cell.txt') },
  run: ({ outputs }) => outputs.cell.write('cell'),
})
`

it('may be executed, so that `npx weir` has no mode to change in the working tree', () => {
  expect(statSync(new URL('../../bin/weir.js', import.meta.url)).mode & 0o100).toBe(0o100)
})

describe('a program in use', () => {
  it('is there for the next cell and for what is loaded late, though another one was built a day later', async () => {
    const checkout = new Checkout()
    const it = project({
      'stages/cell.ts': CELL,
      'pipeline.yaml': pipeline({
        hold: { cmd: controlled('hold'), outs: ['hold.txt'] },
        cell: { run: 'stages/cell.ts', deps: ['hold.txt'], outs: ['cell.txt'] },
      }),
    })
    await it.listen()
    const run = it.start(['run', '--json'], { launcher: checkout.launcher })
    const hold = await it.nextInvocation('hold')
    const before = checkout.programs()

    checkout.age(1.5)
    checkout.edit(TABLE, SUMMARY, OTHER)
    expect((await help(checkout)).stdout).toContain(OTHER)
    expect(checkout.programs()).toHaveLength(before.length + 1)

    hold.exit(0, { 'hold.txt': 'x' })
    const end = await run.ended
    const outcomes = jsonOf<RunJson>(end).stages.map(({ outcome }) => outcome)
    expect([outcomes, end.code]).toEqual([['ran', 'ran'], 0])
    expect(end.stderr).toContain('notebook: reports/index.html')
    expect(it.has('reports/index.html')).toBe(true)
  })

  it('is marked each minute, also where the clock says that a week has passed', () => {
    const { root } = new Checkout()
    vi.useFakeTimers({ toFake: ['setInterval', 'Date'] })
    keepInUse(root)
    const weekAgo = new Date(Date.now() - 7 * 24 * 60 * 60 * 1000)
    utimesSync(root, weekAgo, weekAgo)
    vi.advanceTimersByTime(60_000)
    const marked = statSync(root).mtimeMs
    vi.useRealTimers()
    expect(marked).toBeGreaterThan(weekAgo.getTime() + 1000)
  })

  it('is marked at a start, if the last mark is older than an hour', async () => {
    const checkout = new Checkout()
    await help(checkout)
    checkout.age(6)
    await help(checkout)
    const [program = ''] = checkout.programs()
    expect(statSync(join(checkout.place, program)).mtimeMs).toBeGreaterThan(Date.now() - 3_600_000)
  })

  it('goes a week after its last mark, with what killed builds have left', async () => {
    const checkout = new Checkout()
    await help(checkout)
    const old = checkout.programs()
    mkdirSync(join(checkout.place, 'build-abcdef'))
    checkout.age(8)
    checkout.edit(TABLE, SUMMARY, OTHER)
    await help(checkout)
    expect(checkout.programs()).toHaveLength(1)
    expect(checkout.programs()).not.toEqual(old)
    expect(checkout.leftovers()).toEqual([])
  })
})

describe('a change of the sources', () => {
  it('is noticed, also of the same size with its time put back', async () => {
    const checkout = new Checkout()
    const source = join(checkout.root, TABLE)
    // Once the sources have settled, starts go by stamps and read none of them.
    await vi.waitFor(
      async () => {
        expect((await help(checkout)).stdout).toContain(SUMMARY)
        expect(readdirSync(checkout.place)).toContain('current.json')
      },
      { timeout: 30_000 },
    )
    const { atime, mtime } = statSync(source)
    checkout.edit(TABLE, SUMMARY, OTHER)
    utimesSync(source, atime, mtime)
    expect((await help(checkout)).stdout).toContain(OTHER)
  })

  it('back to what was built before builds nothing', async () => {
    const checkout = new Checkout()
    await help(checkout)
    checkout.edit(TABLE, SUMMARY, OTHER)
    await help(checkout)
    const builtAt = (): string =>
      checkout
        .programs()
        .map((name) => statSync(join(checkout.place, name, 'main.mjs')).ino)
        .join()
    const before = builtAt()
    checkout.edit(TABLE, OTHER, SUMMARY)
    expect((await help(checkout)).stdout).toContain(SUMMARY)
    expect(builtAt()).toBe(before)
  })

  it('by a module that is taken away is noticed', async () => {
    const checkout = new Checkout()
    await help(checkout)
    checkout.edit(TABLE, "'./dag.ts'", "'./gone.ts'")
    const end = await help(checkout)
    expect(end.code).not.toBe(0)
    expect(end.stderr).toContain('gone.ts')
  })
})

describe('a build', () => {
  it.each([
    ['a package of the project', { 'package.json': '{"name": "mine", "exports": "./i.ts"}' }],
    ['one without doors', { 'package.json': '{"name": "mine"}' }],
    ['one that is broken', { 'package.json': '{' }],
    ['a folder without a package', { 'notes.txt': 'x' }],
  ])('leaves %s alone', async (_, files) => {
    const checkout = new Checkout()
    checkout.write('packages/mine', files)
    expect(await help(checkout)).toMatchObject({ code: 0, stderr: '' })
  })

  it('may be made by several starts at once', async () => {
    const checkout = new Checkout()
    const ends = await Promise.all([1, 2, 3].map(() => help(checkout)))
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(() => [0, '']))
    expect(checkout.programs()).toHaveLength(1)
    expect(checkout.leftovers()).toEqual([])
  })

  it('that was killed half-way is not used', async () => {
    const checkout = new Checkout()
    const started = project({}).start(['--help'], { launcher: checkout.launcher })
    await vi.waitUntil(() => checkout.leftovers().length > 0, { interval: 1, timeout: 30_000 })
    started.kill('SIGKILL')
    await started.ended
    expect((await help(checkout)).stdout).toContain(SUMMARY)
    for (const name of checkout.programs())
      expect(readdirSync(join(checkout.place, name))).toEqual(
        expect.arrayContaining(['main.mjs', 'cell-host.mjs', 'sources.json']),
      )
  })

  it('goes to the cache of the user where the packages are read-only', async () => {
    const checkout = new Checkout()
    writeFileSync(dirname(checkout.place), 'in the way')
    const ends = [...(await Promise.all([1, 2, 3].map(() => help(checkout)))), await help(checkout)]
    for (const end of ends) expect([end.code, end.stderr]).toEqual([0, ''])
    // It finds the packages from there.
    const it = project({ 'pipeline.yaml': pipeline({ a: { cmd: 'echo > a', outs: ['a'] } }) })
    const end = await it.weir(['run', '--json'], {
      launcher: checkout.launcher,
      env: { XDG_CACHE_HOME: checkout.userCache },
    })
    expect(jsonOf<RunJson>(end).ok).toBe(true)
  })

  it('finds the packages from the cache of the user also when they were installed long ago', async () => {
    const checkout = new Checkout()
    writeFileSync(dirname(checkout.place), 'in the way')
    const longAgo = new Date(Date.now() - 30 * 24 * 60 * 60 * 1000)
    utimesSync(join(checkout.root, 'node_modules'), longAgo, longAgo)
    const it = project({ 'pipeline.yaml': pipeline({ a: { cmd: 'echo > a', outs: ['a'] } }) })
    const end = await it.weir(['run', '--json'], {
      launcher: checkout.launcher,
      env: { XDG_CACHE_HOME: checkout.userCache },
    })
    expect(end.stderr).not.toContain('ERR_MODULE_NOT_FOUND')
    expect(jsonOf<RunJson>(end).ok).toBe(true)
  })

  it('that can be kept nowhere is an error that says what to do', async () => {
    const checkout = new Checkout()
    writeFileSync(dirname(checkout.place), 'in the way')
    writeFileSync(checkout.userCache, 'in the way')
    const end = await help(checkout)
    expect(end.code).toBe(1)
    expect(end.stderr).toContain('error[FILE_UNWRITABLE]: weir cannot keep its program')
    expect(end.stderr).toContain('XDG_CACHE_HOME')
  })
})
