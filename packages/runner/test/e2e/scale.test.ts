// Many stages, counted: a thousand with nothing to do, a chain of two thousand, one folder and another give the same bytes.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { API, type Project, pipeline, project } from './rig.ts'

test('1,000 stages run, then all are cached, and one change reruns what depends on it', {
  timeout: 180_000,
}, async () => {
  const stages = Array.from({ length: 1000 }, (_, i) => [
    `s${i}`,
    i < 10
      ? { cmd: `cp in.txt o/${i}`, deps: ['in.txt'], outs: [`o/${i}`] }
      : { cmd: `cp o/${i % 10} o/${i}`, deps: [`o/${i % 10}`], outs: [`o/${i}`] },
  ])
  const it = project({
    'in.txt': 'x\n',
    'pipeline.yaml': pipeline(Object.fromEntries(stages) as Record<string, object>),
  })
  const count = async (...args: string[]): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {}
    for (const outcome of Object.values(await it.outcomes(...args)))
      counts[outcome] = (counts[outcome] ?? 0) + 1
    return counts
  }
  expect(await count()).toEqual({ ran: 1000 })
  expect(await count()).toEqual({ cached: 1000 })
  it.remove('o/3')
  expect(await count()).toEqual({ cached: 999, restored: 1 })
  it.edit('pipeline.yaml', 'cp in.txt o/3', 'echo 3 > o/3')
  expect(await count('--until', 's13')).toEqual({ ran: 2 })
  expect(await count('--from', 's3')).toEqual({ cached: 2, ran: 98 })
})

test('a chain of 2,000 stages', { timeout: 180_000 }, async () => {
  const stages = Array.from({ length: 2000 }, (_, i) => [
    `s${i}`,
    { cmd: `echo ${i}`, deps: [i === 0 ? 'in.txt' : `o${i - 1}`], outs: [`o${i}`] },
  ])
  const it = project({
    'in.txt': 'x\n',
    'pipeline.yaml': pipeline(Object.fromEntries(stages.reverse()) as Record<string, object>),
  })
  const states = await it.states()
  expect(Object.keys(states)[0]).toBe('s0')
  expect(Object.values(states).filter((state) => state === 'missing')).toHaveLength(2000)
  expect((await it.weir(['dag', '--mermaid'])).code).toBe(0)
  const run = await it.run()
  expect(run.stages[0]?.error?.code).toBe('OUT_MISSING')
  expect(run.stages.filter(({ outcome }) => outcome === 'skipped')).toHaveLength(1999)
})

/** Shell and cells, with what could tell one folder or hour from another at hand. */
function anywhere(): Project {
  return project({
    'params.yaml': 'n: 3\n',
    'in.txt': 'x\n',
    'stages/cell.ts': `import { defineStage, file, folder } from '${API}'
import { Type } from '@sinclair/typebox'
const params = Type.Object({ n: Type.Number() })
const outputs = { tree: folder('tree'), metrics: file('m.json') }
export default defineStage({ title: 'c', params, outputs, async run({ outputs, params, metrics }) {
  for (const name of ['b', 'ä', 'B', 'a', '日']) await outputs.tree.write(name, name.repeat(params.n))
  metrics({ n: params.n, x: 0.1 + 0.2 })
} })
`,
    'pipeline.yaml': pipeline({
      cell: { run: 'stages/cell.ts', params: ['n'], outs: ['tree'], metrics: ['m.json'] },
      list: { cmd: 'cat tree/* > list.txt', deps: ['tree'], outs: ['list.txt'] },
      other: { cmd: 'cp in.txt other.txt', deps: ['in.txt'], outs: ['other.txt'] },
    }),
  })
}

test('two cold runs in two folders: the same lock and the same outputs, in any locale and time zone', async () => {
  const [one, two] = [anywhere(), anywhere()]
  await one.weir(['run', '--jobs', '1'], { env: { LC_ALL: 'C', TZ: 'UTC' } })
  await two.weir(['run', '--jobs', '3'], { env: { LC_ALL: 'sv_SE.UTF-8', TZ: 'Asia/Tokyo' } })
  const paths = ['pipeline.lock', 'tree', 'm.json', 'list.txt', 'other.txt']
  expect(one.contents(...paths)).toEqual(two.contents(...paths))
  for (const path of paths.filter((path) => path !== 'tree'))
    expect(readFileSync(one.path(path)).equals(readFileSync(two.path(path)))).toBe(true)
  expect(one.read('pipeline.lock')).not.toContain(one.root)
})

test('a lock and a cache that came from another folder are taken as they are', async () => {
  const [one, two] = [anywhere(), anywhere()]
  await one.run()
  two.write(one.contents('pipeline.lock', '.weir/cache', '.weir/runs'))
  expect(await two.outcomes()).toEqual({ cell: 'restored', list: 'restored', other: 'restored' })
})
