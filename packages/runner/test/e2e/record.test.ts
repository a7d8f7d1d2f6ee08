// The record of a run: what is in force while it goes on and after it was killed, how often pipeline.lock is written, and
// files of the user's that are links or read-only.
import { chmodSync, lstatSync, mkdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { controlled, pipeline, project } from './rig.ts'

test('what a killed run had finished is told by status, which writes nothing, and kept by the next run', async () => {
  const it = project({
    'in.txt': 'x\n',
    'pipeline.yaml': pipeline({
      a: { cmd: 'cp in.txt a', deps: ['in.txt'], outs: ['a'] },
      b: { cmd: controlled('b'), deps: ['a'], outs: ['b'] },
    }),
  })
  await it.listen()
  const run = it.start(['run', '--json'])
  const b = await it.nextInvocation('b')
  expect(await it.states()).toEqual({ a: 'fresh', b: 'missing' })
  run.kill('SIGKILL')
  await run.ended
  const before = it.contents('pipeline.lock', '.weir/journal')
  expect(await it.states()).toEqual({ a: 'fresh', b: 'missing' })
  expect(it.contents('pipeline.lock', '.weir/journal')).toEqual(before)
  expect(it.files('.weir/journal')).toHaveLength(1)
  const next = it.start(['run', '--json'])
  const again = await it.nextInvocation('b')
  expect([it.files('.weir/journal').length, it.read('pipeline.lock').includes('"a"')]).toEqual([
    1,
    true,
  ])
  again.exit(0, { b: 'done\n' })
  expect(await next.ended).toMatchObject({ code: 0 })
  expect(await it.outcomes()).toEqual({ a: 'cached', b: 'cached' })
  expect(it.files('.weir/journal')).toEqual([])
  await b.gone
})

/** Loaded before the runner: counts how often a file is renamed into place, and tells it at the end. */
const COUNT = `import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { renameSync, writeFileSync } = fs
let locks = 0
fs.renameSync = (from, to) => {
  if (String(to).endsWith('pipeline.lock')) locks++
  return renameSync(from, to)
}
if (process.argv[1]?.endsWith('weir.js'))
  process.on('exit', () => writeFileSync(process.env.E2E_COUNT, String(locks)))
syncBuiltinESMExports()
`

test('pipeline.lock is written at most once a second, however many stages end', async () => {
  const stages = Array.from({ length: 120 }, (_, i) => [
    `s${i}`,
    { cmd: `echo ${i} > o${i}`, outs: [`o${i}`] },
  ])
  const it = project({
    'count.mjs': COUNT,
    'pipeline.yaml': pipeline(Object.fromEntries(stages) as Record<string, object>),
  })
  const env = { NODE_OPTIONS: `--import=${it.path('count.mjs')}`, E2E_COUNT: it.path('count') }
  const started = performance.now()
  expect(await it.weir(['run'], { env })).toMatchObject({ code: 0 })
  const seconds = (performance.now() - started) / 1000
  expect(Number(it.read('count'))).toBeLessThanOrEqual(Math.ceil(seconds) + 1)
  expect(it.read('pipeline.lock').match(/^ {2}"s\d+":$/gm)).toHaveLength(120)
  await it.weir(['run'], { env })
  expect(it.read('count')).toBe('0')
})

const ONE = { a: { cmd: 'echo ${n} > a', params: ['n'], outs: ['a'] } }

test('params.yaml, pipeline.lock and the notebook that are links stay links; their targets keep their modes', async () => {
  const it = project({
    'shared/params.yaml': 'n: 1 # mine\n',
    'pipeline.yaml': pipeline(ONE),
  })
  mkdirSync(it.path('reports'))
  symlinkSync('shared/params.yaml', it.path('params.yaml'))
  symlinkSync('shared/lock', it.path('pipeline.lock'))
  symlinkSync('../shared/page.html', it.path('reports/index.html'))
  chmodSync(it.path('shared/params.yaml'), 0o640)
  expect(await it.outcomes('-S', 'n=2')).toEqual({ a: 'ran' })
  chmodSync(it.path('shared/page.html'), 0o600)
  expect(await it.outcomes('-S', 'n=3')).toEqual({ a: 'ran' })
  expect(readlinkSync(it.path('params.yaml'))).toBe('shared/params.yaml')
  expect(readlinkSync(it.path('pipeline.lock'))).toBe('shared/lock')
  expect(readlinkSync(it.path('reports/index.html'))).toBe('../shared/page.html')
  expect(it.read('shared/params.yaml')).toBe('n: 3 # mine\n')
  expect(it.read('shared/lock')).toContain('"a"')
  expect(it.read('shared/page.html')).toContain('<html')
  expect(statSync(it.path('shared/params.yaml')).mode & 0o777).toBe(0o640)
  expect(statSync(it.path('shared/page.html')).mode & 0o777).toBe(0o600)
  expect(it.files('shared')).toEqual(['shared/lock', 'shared/page.html', 'shared/params.yaml'])
})

test('a file keeps its mode when it is replaced', async () => {
  const it = project({ 'params.yaml': 'n: 1\n', 'pipeline.yaml': pipeline(ONE) })
  await it.run()
  chmodSync(it.path('pipeline.lock'), 0o664)
  chmodSync(it.path('params.yaml'), 0o600)
  expect(await it.outcomes('-S', 'n=2')).toEqual({ a: 'ran' })
  const mode = (path: string): number => lstatSync(it.path(path)).mode & 0o777
  expect([mode('pipeline.lock'), mode('params.yaml')]).toEqual([0o664, 0o600])
})

test('a read-only params.yaml or pipeline.lock is refused by its name, and nothing is run or changed', async () => {
  const it = project({ 'params.yaml': 'n: 1\n', 'pipeline.yaml': pipeline(ONE) })
  await it.run()
  const before = it.contents('a', 'params.yaml', 'pipeline.lock')
  chmodSync(it.path('params.yaml'), 0o444)
  const params = await it.run('-S', 'n=2')
  expect([params.end.code, params.errors]).toMatchObject([1, [{ code: 'FILE_UNWRITABLE' }]])
  expect(params.errors?.[0]?.place?.file).toContain('params.yaml')
  chmodSync(it.path('pipeline.lock'), 0o444)
  expect(await it.outcomes()).toEqual({ a: 'cached' })
  expect(it.contents('a', 'params.yaml', 'pipeline.lock')).toEqual(before)
  const lock = await it.run('--force')
  expect(lock.end.code).toBe(1)
  expect(lock.stages[0]?.error).toMatchObject({ code: 'FILE_UNWRITABLE' })
  expect(lock.stages[0]?.error?.place?.file).toContain('pipeline.lock')
  expect(it.contents('a', 'params.yaml', 'pipeline.lock')).toEqual(before)
  chmodSync(it.path('pipeline.lock'), 0o644)
  expect(await it.outcomes('--force')).toEqual({ a: 'ran' })
})

test('the notebook does not go through a link into an output', async () => {
  const it = project({
    'pipeline.yaml': pipeline({ a: { cmd: 'mkdir -p site && echo x > site/x', outs: ['site'] } }),
  })
  mkdirSync(it.path('reports'))
  symlinkSync('../site/page.html', it.path('reports/index.html'))
  expect(await it.outcomes()).toEqual({ a: 'ran' })
  expect(await it.outcomes()).toEqual({ a: 'cached' })
  expect(it.files('site')).toEqual(['site/x'])
})
