// Descriptions in children of this process: how many children there are, and what one bad cell costs the others.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { checkCells } from '../../src/plan/check-params.ts'
import { createCodeReader } from '../../src/plan/code.ts'
import { describeCells } from '../../src/plan/describe-cells.ts'
import { buildGraph, type Graph } from '../../src/plan/graph.ts'
import { createFileWork } from '../../src/store/file-work.ts'
import { createFileHasher } from '../../src/store/hash-files.ts'
import { pipelineOf, stage } from '../graph/stages.ts'
import { write } from '../project-folder.ts'
import { fileThread } from '../store/file-thread.ts'
import { memory } from '../store/memory.ts'
import { surroundings } from './rig.ts'

/** Below node_modules, so that cells and their host find the packages of this project. */
const PLACE = resolve('node_modules/.cache/weir-describe-test')
let cellHost = ''

beforeAll(async () => {
  mkdirSync(PLACE, { recursive: true })
  const folder = mkdtempSync(join(PLACE, 'host-'))
  cellHost = join(folder, 'cell-host.mjs')
  await build({
    entryPoints: ['packages/runner/src/execute/cell-host.ts'],
    outfile: cellHost,
    bundle: true,
    conditions: ['@weir/source'],
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
  return () => rmSync(folder, { recursive: true, force: true })
})

/** Cells by name with what stands at their top level; each notes the process that loads it. */
async function project(tops: Readonly<Record<string, string>>) {
  mkdirSync(PLACE, { recursive: true })
  const root = realpathSync(mkdtempSync(join(PLACE, 'p-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const note = `import { appendFileSync } from 'node:fs'
appendFileSync('pids', process.pid + ' ')\n`
  const files = Object.entries(tops).map(([name, top]) => [
    `${name}.ts`,
    `${note}${top}\nexport default { title: '${name}', run() {} }\n`,
  ])
  write(root, { 'package.json': '{"type":"module"}', ...Object.fromEntries(files) })
  const memo = memory()
  const code = createCodeReader(
    layoutOf(root),
    memo,
    createFileHasher(memo, createFileWork(fileThread())),
  )
  const cells = Object.keys(tops).map((name) => `${name}.ts`)
  for (const file of cells) await code.read(file)
  const stages = Object.keys(tops).map((name) =>
    stage(name, [], [], { command: { kind: 'run', file: `${name}.ts` } }),
  )
  const pipeline = pipelineOf(...stages)
  const graph = buildGraph(pipeline, () => undefined) as Graph
  const workspace = {
    layout: layoutOf(root),
    root,
    code,
    pipeline,
    surroundings: { ...surroundings(root), cellHost },
  }
  return {
    describe: async (limitMs?: number, signal = new AbortController().signal) =>
      (await describeCells(workspace, cells, signal, limitMs)).problems,
    /** Checks the stages of the cells, which have their names, as a command does that looks only, or runs. */
    check: (looking: boolean, limitMs: number) =>
      checkCells({ ...workspace, graph, memo, overlay: {} }, Object.keys(tops), {
        signal: new AbortController().signal,
        looking,
        limitMs,
      }),
    write: (files: Readonly<Record<string, string>>) => write(root, files),
    /** Titles of the cells that were described. */
    titles: () => cells.flatMap((file) => code.description(file)?.title ?? []),
    processes: () => new Set(readFileSync(join(root, 'pids'), 'utf8').trim().split(' ')).size,
  }
}

describe('cells', () => {
  it('are all described in one child', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `c${i}`)
    const they = await project(Object.fromEntries(names.map((name) => [name, ''])))
    expect(await they.describe()).toEqual(new Map())
    expect(they.titles().sort()).toEqual(names.sort())
    expect(they.processes()).toBe(1)
  })

  it.each([
    ['hangs', 'await new Promise(() => setInterval(() => {}, 1000))'],
    ['never lets go of the processor', 'for (;;);'],
  ])('do not wait longer than the limit for one that %s', async (_, top) => {
    const they = await project({ a: '', b: top, c: '', d: '' })
    const problems = await they.describe(1_500)
    expect([...problems.keys()]).toEqual(['b.ts'])
    expect(problems.get('b.ts')).toMatchObject({
      code: 'CODE_BROKEN',
      message: 'b.ts cannot be loaded: it is not loaded after 1.5 s',
    })
    expect(they.titles().sort()).toEqual(['a', 'c', 'd'])
  })

  it('that hung are not loaded again by a look, and are by a run', async () => {
    const they = await project({ a: '', b: 'await new Promise(() => setInterval(() => {}, 1000))' })
    const broken = {
      code: 'CODE_BROKEN',
      message: 'b.ts cannot be loaded: it is not loaded after 1.5 s',
    }
    expect([...(await they.check(true, 1_500))]).toMatchObject([['b', [broken]]])
    const before = they.processes()
    const hint = 'seen 0 min ago; a run tries it again'
    expect([...(await they.check(true, 1_500))]).toMatchObject([['b', [{ ...broken, hint }]]])
    expect(they.processes()).toBe(before)
    expect([...(await they.check(false, 1_500))]).toMatchObject([['b', [broken]]])
    expect(they.processes()).toBe(before + 1)
  })

  it('cost one child more for each that ends it', async () => {
    const they = await project({
      a: 'process.exit(1)',
      b: '',
      c: "process.kill(process.pid, 'SIGKILL')",
      d: '',
    })
    const problems = await they.describe()
    expect([...problems.values()].map(({ message }) => message).sort()).toEqual([
      'a.ts cannot be loaded: it ended its process with code 1',
      'c.ts cannot be loaded: its process was killed by SIGKILL',
    ])
    expect(they.titles().sort()).toEqual(['b', 'd'])
    expect(they.processes()).toBeLessThanOrEqual(3)
  })

  it('that cannot be packed any more take no other with them', async () => {
    const they = await project({ a: '', b: '', c: '' })
    they.write({ 'b.ts': 'export default {' })
    const problems = await they.describe()
    expect([...problems.values()]).toMatchObject([{ code: 'CODE_BROKEN', place: { file: 'b.ts' } }])
    expect(they.titles().sort()).toEqual(['a', 'c'])
  })

  it('are left when the run is interrupted', async () => {
    const they = await project({ a: 'await new Promise(() => setInterval(() => {}, 1000))' })
    const stop = new AbortController()
    const described = they.describe(60_000, stop.signal)
    stop.abort()
    await expect(described).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })
})
