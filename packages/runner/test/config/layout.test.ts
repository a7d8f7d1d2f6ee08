// The layout of a project: its names are spelt in one file, and a run takes another one where it is given.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { findLayout } from '../../src/config/root.ts'
import { folderWith } from '../project-folder.ts'
import { Pipeline } from '../run/rig.ts'

const SOURCES = join(import.meta.dirname, '../../src')

/** The files of the runner's sources whose code, without comments, has a text that matches. */
function filesWith(pattern: RegExp): string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  return files.filter((file) => {
    if (!file.endsWith('.ts')) return false
    const source = readFileSync(join(SOURCES, file), 'utf8')
    return pattern.test(transformSync(source, { loader: 'ts', legalComments: 'none' }).code)
  })
}

describe('layoutOf', () => {
  it('has everything below the project, and the state in one folder', () => {
    const { root, lock, notebook, state, ...rest } = layoutOf('/p')
    expect([root, lock, notebook, state]).toEqual([
      '/p',
      '/p/pipeline.lock',
      '/p/reports/index.html',
      '/p/.weir',
    ])
    const { pipeline, params, ...inState } = rest
    expect([pipeline, params]).toEqual(['/p/pipeline.yaml', '/p/params.yaml'])
    for (const path of Object.values(inState)) expect(path.startsWith('/p/.weir/')).toBe(true)
  })

  it('gives no two things one place', () => {
    const paths = Object.values(layoutOf('/p'))
    expect(new Set(paths).size).toBe(paths.length)
  })

  it('has another state, or shares the caches of one', () => {
    const { state, cache, runCache } = layoutOf('/q', { state: '/s', cache: '/p/.weir/cache' })
    expect([state, cache, runCache]).toEqual(['/s', '/p/.weir/cache', '/s/runs'])
  })

  it('has a lock of its own with the journal of it, and then none of the project', () => {
    const { lock, lockJournal, state, mutex } = layoutOf('/q', { lock: '/q/.weir/own.lock' })
    expect([lock, lockJournal]).toEqual(['/q/.weir/own.lock', '/q/.weir/own.lock.journal'])
    expect([state, mutex]).toEqual([layoutOf('/q').state, layoutOf('/q').mutex])
  })

  it('is that of the project around a place', () => {
    const root = folderWith({ 'pipeline.yaml': '', 'a/x': '' })
    expect(findLayout(join(root, 'a'), { state: '/s' })).toEqual(layoutOf(root, { state: '/s' }))
    expect(findLayout(folderWith())).toBeUndefined()
  })
})

describe('the names', () => {
  // A member `x.weir` is none of them.
  it.each([
    ['the state', /(?<![\w)\]])\.weir\b/],
    ['the lock', /pipeline\.lock/],
    ['the reports', /["'`/]reports\b/],
  ])('of %s are spelt in one file', (_, pattern) => {
    expect(filesWith(pattern)).toEqual(['config/layout.ts'])
  })
})

describe('a run in a workspace of its own with the cache of a project', () => {
  const STAGES = {
    a: { cmd: 'echo ran >> calls; cat in > a', deps: ['in'], outs: ['a'] },
    b: { cmd: 'echo ran >> calls; tr x y < a > b', deps: ['a'], outs: ['b'] },
  }

  it('restores what ran in the project, and leaves the project as it was', async () => {
    const project = new Pipeline(STAGES, { in: 'x' })
    await project.run()
    const { cache, runCache } = layoutOf(project.root)
    const state = join(folderWith(), 'state')
    const workspace = new Pipeline(STAGES, { in: 'x' }, { layout: { state, cache, runCache } })
    const before = readdirSync(project.root)
    expect((await workspace.run()).outcomes).toEqual(['a restored', 'b restored'])
    expect([workspace.read('b'), workspace.read('calls')]).toEqual(['y', undefined])
    expect(existsSync(join(workspace.root, '.weir'))).toBe(false)
    expect(readdirSync(project.root)).toEqual(before)
    expect((await project.run()).outcomes).toEqual(['a cached', 'b cached'])
  })

  it('gives the project what it ran', async () => {
    const project = new Pipeline(STAGES, { in: 'x' })
    const { cache, runCache } = layoutOf(project.root)
    const layout = { state: join(folderWith(), 'state'), cache, runCache }
    const workspace = new Pipeline(STAGES, { in: 'x' }, { layout })
    expect((await workspace.run()).outcomes).toEqual(['a ran', 'b ran'])
    expect((await workspace.run()).outcomes).toEqual(['a cached', 'b cached'])
    workspace.write({ in: 'xx' })
    await workspace.run()
    expect((await project.run()).outcomes).toEqual(['a restored', 'b restored'])
    expect(project.read('b')).toBe('y')
  })
})
