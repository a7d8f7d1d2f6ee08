// The notebook and the paths of stages: what the runner writes never makes a stage stale, and never replaces anything.
import { symlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { API, outcomesOf, type Project, pipeline, project } from './rig.ts'

const ELSEWHERE = '.weir/notebook.html'
const PAGE = 'mkdir -p reports; echo page > reports/page.html'

/** Runs twice; the second run has nothing to do. */
async function rests(it: Project, stages: readonly string[]): Promise<void> {
  const first = await it.run()
  expect(outcomesOf(first)).toEqual(Object.fromEntries(stages.map((name) => [name, 'ran'])))
  expect(await it.outcomes()).toEqual(Object.fromEntries(stages.map((name) => [name, 'cached'])))
}

describe('a stage whose output is the folder of the notebook', () => {
  const CELL = `import { defineStage, folder } from '${API}'
export default defineStage({
  title: 'c',
  outputs: { reports: folder('reports') },
  run: ({ outputs }) => outputs.reports.write('page.html', 'page'),
})
`

  test.each([
    ['a command', { cmd: PAGE, outs: ['reports'] }],
    ['a cell', { run: 'stages/cell.ts', outs: ['reports'] }],
    ['one that persists', { cmd: PAGE, outs: [{ reports: { persist: true } }] }],
    ['one that is not cached', { cmd: PAGE, outs: [{ reports: { cache: false } }] }],
    ['a plot', { cmd: `${PAGE}; echo a,b > reports/p.csv`, plots: ['reports'] }],
  ])('rests: %s', async (_, stage) => {
    const it = project({ 'stages/cell.ts': CELL, 'pipeline.yaml': pipeline({ a: stage }) })
    await rests(it, ['a'])
    expect(it.files('reports').filter((path) => path.endsWith('.html'))).toEqual([
      'reports/page.html',
    ])
    expect(it.read(ELSEWHERE)).toContain('href="../reports/page.html"')
  })

  test('says where the notebook is and why', async () => {
    const it = project({ 'pipeline.yaml': pipeline({ a: { cmd: PAGE, outs: ['reports'] } }) })
    const end = await it.weir(['run'])
    expect(end.stdout).toContain(`notebook: ${ELSEWHERE} ('reports' is a path of stage 'a')\n`)
    it.remove(ELSEWHERE)
    expect((await it.weir(['run'])).stdout).toContain(`notebook: ${ELSEWHERE}`)
  })

  test('is restored as it was', async () => {
    const it = project({ 'pipeline.yaml': pipeline({ a: { cmd: PAGE, outs: ['reports'] } }) })
    await it.run()
    it.remove('reports')
    expect(await it.outcomes()).toEqual({ a: 'restored' })
    expect(it.files('reports')).toEqual(['reports/page.html'])
    expect(await it.outcomes()).toEqual({ a: 'cached' })
  })

  test('keeps a page of its own at the very place', async () => {
    for (const outs of [['reports'], ['reports/index.html']]) {
      const cmd = 'mkdir -p reports; echo mine > reports/index.html'
      const it = project({ 'pipeline.yaml': pipeline({ a: { cmd, outs } }) })
      await rests(it, ['a'])
      expect(it.read('reports/index.html')).toBe('mine\n')
      expect(it.has(ELSEWHERE)).toBe(true)
    }
  })

  test('rests where `reports` is a link into an output', async () => {
    const it = project({
      'made/.keep': '',
      'pipeline.yaml': pipeline({
        a: { cmd: 'mkdir -p made/r; echo page > made/r/page.html', outs: ['made'] },
      }),
    })
    symlinkSync('made/r', it.path('reports'))
    await rests(it, ['a'])
    expect(it.files('made')).toEqual(['made/r/page.html'])
  })
})

test('a stage that depends on the folder of the notebook rests', async () => {
  const it = project({
    'reports/notes.md': 'x\n',
    'pipeline.yaml': pipeline({
      a: { cmd: 'mkdir -p reports/a; echo page > reports/a/page.html', outs: ['reports/a'] },
      publish: { cmd: 'ls -R reports > listed', deps: ['reports'], outs: ['listed'] },
    }),
  })
  await rests(it, ['a', 'publish'])
  expect(it.has(ELSEWHERE)).toBe(true)
})

test('a page that is not a notebook is not replaced, declared or not; a notebook is', async () => {
  const it = project({ 'pipeline.yaml': pipeline({ a: { cmd: 'echo 1 > a', outs: ['a'] } }) })
  await it.run()
  const notebook = it.read('reports/index.html')
  await it.run('--force')
  expect(it.read('reports/index.html')).not.toBe(notebook)
  expect(it.has(ELSEWHERE)).toBe(false)
  it.write({ 'reports/index.html': '<!doctype html>\n<p>mine\n' })
  const end = await it.weir(['run', '--force'])
  expect(end.stdout).toContain(
    `notebook: ${ELSEWHERE} (reports/index.html is not a notebook of weir)`,
  )
  expect(it.read('reports/index.html')).toBe('<!doctype html>\n<p>mine\n')
  it.remove('reports/index.html')
  await it.run('--force')
  expect(it.has('reports/index.html')).toBe(true)
})
