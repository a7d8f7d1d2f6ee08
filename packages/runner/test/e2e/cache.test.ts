// What the cache holds and gives back: uncached outputs, objects that went, and files that are the user's own.
import { statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Project, pipeline, project } from './rig.ts'

describe('outputs with cache: false', () => {
  const staged = (outs: object): Project =>
    project({
      'n.txt': '1\n',
      'pipeline.yaml': pipeline({
        a: {
          cmd: 'cp n.txt big.bin; echo "own $(cat n.txt)" > own.bin; echo "{\\"n\\": $(cat n.txt)}" > m.json; cp n.txt p.csv',
          deps: ['n.txt'],
          ...outs,
        },
      }),
    })

  test('metrics and plots are kept: the stage comes back whole from the run cache', async () => {
    const it = staged({
      outs: ['big.bin'],
      metrics: [{ 'm.json': { cache: false } }],
      plots: [{ 'p.csv': { cache: false } }],
    })
    await it.run()
    it.write({ 'n.txt': '2\n' })
    await it.run()
    it.write({ 'n.txt': '1\n' })
    expect(await it.outcomes()).toEqual({ a: 'restored' })
    expect(it.contents('big.bin', 'm.json', 'p.csv')).toEqual({
      'big.bin': '1\n',
      'm.json': '{"n": 1}\n',
      'p.csv': '1\n',
    })
  })

  test('a plain one is not kept: the rest is restored while it is in place as recorded', async () => {
    const it = staged({ outs: ['big.bin', { 'own.bin': { cache: false } }] })
    await it.run()
    it.remove('big.bin')
    expect(await it.states()).toEqual({ a: 'restorable' })
    expect(await it.outcomes()).toEqual({ a: 'restored' })
    expect(it.read('big.bin')).toBe('1\n')
    it.remove('big.bin', 'own.bin')
    expect(await it.outcomes()).toEqual({ a: 'ran' })
    it.remove('big.bin')
    it.write({ 'own.bin': 'edited' })
    expect(await it.outcomes()).toEqual({ a: 'ran' })
    expect(it.read('own.bin')).toBe('own 1\n')
    expect(Object.values(it.contents('.weir/cache'))).not.toContain('own 1\n')
  })
})

describe('a fresh stage whose objects are gone', () => {
  const made = (): Project =>
    project({
      'pipeline.yaml': pipeline({
        file: { cmd: 'echo 1 > o.txt', outs: ['o.txt'] },
        tree: { cmd: 'mkdir -p t/in && echo 1 > t/in/one && echo 2 > t/two', outs: ['t'] },
        metric: { cmd: 'echo {} > m.json', metrics: [{ 'm.json': { cache: false } }] },
        own: { cmd: 'echo 3 > own.txt', outs: [{ 'own.txt': { cache: false } }] },
      }),
    })

  test('puts them back, so that its outputs can be restored', async () => {
    const it = made()
    await it.run()
    const objects = it.contents('.weir/cache')
    it.remove('.weir/cache')
    const fresh = { file: 'cached', tree: 'cached', metric: 'cached', own: 'cached' }
    expect(await it.outcomes()).toEqual(fresh)
    expect(it.contents('.weir/cache')).toEqual(objects)
    it.remove('o.txt', 't', 'm.json')
    const back = { file: 'restored', tree: 'restored', metric: 'restored', own: 'cached' }
    expect(await it.outcomes()).toEqual(back)
  })

  test('status changes nothing', async () => {
    const it = made()
    await it.run()
    it.remove('.weir/cache')
    expect(Object.values(await it.states())).toEqual(['fresh', 'fresh', 'fresh', 'fresh'])
    expect(it.has('.weir/cache')).toBe(false)
  })

  test('stays fresh where the cache cannot be written', async () => {
    const it = made()
    await it.run()
    it.remove('.weir/cache')
    it.write({ '.weir/cache': 'a file in the way' })
    expect(Object.values(await it.outcomes())).toEqual(['cached', 'cached', 'cached', 'cached'])
  })
})

describe('files in the workspace', () => {
  const made = (text = ''): Project => {
    const it = project({
      'pipeline.yaml': `${text}${pipeline({
        a: { cmd: 'echo good > o.txt; mkdir -p t; echo tree > t/x', outs: ['o.txt', 't'] },
      })}`,
    })
    return it
  }
  const linkCounts = (it: Project): number[] =>
    ['o.txt', 't/x'].map((path) => statSync(it.path(path)).nlink)

  test('are the user’s own: writing into them, also as root, leaves the cache whole', async () => {
    const it = made()
    await it.run()
    for (const outcome of ['restored', 'restored']) {
      expect(linkCounts(it)).toEqual([1, 1])
      for (const path of ['o.txt', 't/x']) {
        expect(statSync(it.path(path)).mode & 0o200).toBe(0o200)
        writeFileSync(it.path(path), 'evil')
      }
      expect(await it.outcomes()).toEqual({ a: outcome })
      expect(it.contents('o.txt', 't')).toEqual({ 'o.txt': 'good\n', 't/x': 'tree\n' })
    }
  })

  test('are hard links where the pipeline asks for that, and copies all the same for root, who is told', async () => {
    const it = made('cache: {link: hard}\n')
    const end = await it.weir(['run'])
    expect(end.code).toBe(0)
    const isRoot = process.getuid?.() === 0
    expect(`${end.stdout}${end.stderr}`.split('cache.link is hard')).toHaveLength(isRoot ? 2 : 1)
    expect(linkCounts(it)).toEqual(isRoot ? [1, 1] : [2, 2])
    it.remove('o.txt', 't')
    expect(await it.outcomes()).toEqual({ a: 'restored' })
    expect(linkCounts(it)).toEqual(isRoot ? [1, 1] : [2, 2])
    if (isRoot) return
    for (const path of ['o.txt', 't/x'])
      expect(() => writeFileSync(it.path(path), 'evil')).toThrow('EACCES')
  })

  test('objects of the cache are read-only', async () => {
    const it = made()
    await it.run()
    const modes = it.files('.weir/cache').map((path) => statSync(it.path(path)).mode & 0o222)
    expect(modes).toEqual([0, 0, 0])
    expect(it.files('.weir/cache').filter((path) => path.endsWith('.tmp'))).toEqual([])
  })
})
