// What counts as unchanged: content, and nothing that looks like it. Each of these was once taken for fresh.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Project, pipeline, project } from './rig.ts'

const LONG_AGO = new Date('2020-01-01T00:00:00Z')

/** Writes other content of the same size in place and puts the time of change back, as `cp -p` or `rsync -t` do. */
function replaceQuietly(it: Project, path: string, text: string): void {
  writeFileSync(it.path(path), text)
  utimesSync(it.path(path), LONG_AGO, LONG_AGO)
}

describe('a file with new content, the same size and its old time', () => {
  const made = (): Project => {
    const it = project({
      'in.txt': 'one\n',
      'pipeline.yaml': pipeline({
        a: { cmd: 'cp in.txt out.txt', deps: ['in.txt'], outs: ['out.txt'] },
      }),
    })
    utimesSync(it.path('in.txt'), LONG_AGO, LONG_AGO)
    return it
  }

  test('as a dependency makes its stage run', async () => {
    const it = made()
    await it.run()
    expect(await it.outcomes()).toEqual({ a: 'cached' })
    replaceQuietly(it, 'in.txt', 'two\n')
    expect(await it.outcomes()).toEqual({ a: 'ran' })
    expect(it.read('out.txt')).toBe('two\n')
  })

  test('as an output is put right', async () => {
    const it = made()
    await it.run()
    utimesSync(it.path('out.txt'), LONG_AGO, LONG_AGO)
    expect(await it.outcomes()).toEqual({ a: 'cached' })
    replaceQuietly(it, 'out.txt', 'bad\n')
    expect(await it.states()).not.toEqual({ a: 'fresh' })
    await it.run()
    expect(it.read('out.txt')).toBe('one\n')
  })

  test('in a folder makes its stage run', async () => {
    const it = project({
      'in/a.txt': 'one\n',
      'pipeline.yaml': pipeline({
        a: { cmd: 'cat in/* > out.txt', deps: ['in'], outs: ['out.txt'] },
      }),
    })
    utimesSync(it.path('in/a.txt'), LONG_AGO, LONG_AGO)
    await it.run()
    replaceQuietly(it, 'in/a.txt', 'two\n')
    expect(await it.outcomes()).toEqual({ a: 'ran' })
  })
})

describe('an output that a left-over process of its stage rewrites', () => {
  /** Has left its process group when it touches `began`; rewrites an output once the first object is in the store. */
  const LEFT_OVER = `touch began
until find .weir/cache -path '*/tmp' -prune -o -type f -print 2>/dev/null | grep -q .; do sleep 0.01; done
echo evil > first.txt
touch rewritten`

  test('after it was hashed and before the run is recorded is modified, and put right', async () => {
    const it = project({
      'left-over.sh': LEFT_OVER,
      'pipeline.yaml': pipeline({
        // The second output takes the runner a while to hash, and holds no disk.
        a: {
          cmd: 'echo good > first.txt; truncate -s 1G slow.bin; setsid sh left-over.sh > /dev/null 2>&1 & until [ -e began ]; do sleep 0.01; done',
          outs: ['first.txt', { 'slow.bin': { cache: false } }],
        },
      }),
    })
    const run = await it.run()
    expect(run.ok).toBe(true)
    expect(it.has('rewritten')).toBe(true)
    expect(it.read('first.txt')).toBe('evil\n')
    expect(await it.states()).not.toEqual({ a: 'fresh' })
    await it.run()
    expect(it.read('first.txt')).toBe('good\n')
    expect(await it.states()).toEqual({ a: 'fresh' })
  })
})

describe('names that are not UTF-8', () => {
  const NAME = Buffer.from([0x63, 0x61, 0x66, 0xe9])
  const at = (it: Project, folder: string): Buffer =>
    Buffer.concat([Buffer.from(`${it.path(folder)}/`), NAME])

  test('in a dependency: their content counts', async () => {
    const it = project({
      'in/a': '1',
      'pipeline.yaml': pipeline({ a: { cmd: 'cat in/* > o', deps: ['in'], outs: ['o'] } }),
    })
    writeFileSync(at(it, 'in'), 'x')
    await it.run()
    writeFileSync(at(it, 'in'), 'yy')
    expect(await it.outcomes()).toEqual({ a: 'ran' })
    expect(it.read('o')).toBe('1yy')
  })

  test('in an output: they come back from the cache', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        a: {
          cmd: `mkdir -p o && printf x > "o/$(printf 'caf\\351')" && echo 1 > o/plain`,
          outs: ['o'],
        },
      }),
    })
    await it.run()
    expect(readFileSync(at(it, 'o'), 'utf8')).toBe('x')
    it.remove('o')
    expect(await it.outcomes()).toEqual({ a: 'restored' })
    const names = readdirSync(it.path('o'), 'buffer').map((name) => name.toString('latin1'))
    expect(names.sort()).toEqual(['caf\xe9', 'plain'])
    expect(readFileSync(at(it, 'o'), 'utf8')).toBe('x')
    expect(await it.outcomes()).toEqual({ a: 'cached' })
  })

  test('of pages in an output: the notebook is written, without links to them', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        a: {
          cmd: `mkdir -p o && echo > "o/$(printf 'caf\\351').html" && echo > o/plain.html`,
          outs: ['o'],
        },
      }),
    })
    expect((await it.run()).end.stderr).not.toContain('could not be written')
    expect(it.read('reports/index.html')).toContain('o/plain.html')
  })

  test('in an output that persists: the command finds them', async () => {
    const it = project({
      'n.txt': '1',
      'pipeline.yaml': pipeline({
        a: {
          cmd: `mkdir -p o && printf x >> "o/$(printf 'caf\\351')"`,
          deps: ['n.txt'],
          outs: [{ o: { persist: true } }],
        },
      }),
    })
    await it.run()
    it.write({ 'n.txt': '2' })
    expect(await it.outcomes()).toEqual({ a: 'ran' })
    expect(readFileSync(at(it, 'o'), 'utf8')).toBe('xx')
  })
})

describe('links', () => {
  const linked = (target: string): Project => {
    const it = project({
      'in/a': 'x',
      'in/sub/b': 'y',
      'far/c': 'z',
      'pipeline.yaml': pipeline({
        a: { cmd: 'ls in > o', deps: ['in'], outs: ['o'] },
        b: { cmd: 'echo 1 > p', outs: ['p'] },
      }),
    })
    symlinkSync(target, it.path('in/sub/link'))
    return it
  }

  test.each([
    '..',
    '.',
    '../..',
    'link',
  ])('to a folder that the link is in (%s) is told with its path', async (target) => {
    const it = linked(target)
    const run = await it.run('--keep-going')
    expect(run.end.code).toBe(1)
    expect(run.stages.map(({ outcome }) => outcome)).toEqual(['failed', 'ran'])
    expect(run.stages[0]?.error).toMatchObject({ code: 'LINK_LOOP' })
    expect(run.stages[0]?.error?.message).toContain(join('in/sub/link'))
  })

  test('that lead to each other are told too', async () => {
    const it = linked('../../far')
    symlinkSync('../in/sub', it.path('far/back'))
    const run = await it.run('--only', 'a')
    expect(run.stages[0]?.error).toMatchObject({ code: 'LINK_LOOP' })
    expect(run.stages[0]?.error?.message).toContain('in/sub/link/back')
  })

  test('to a folder outside, twice, is followed and its content counts', async () => {
    const it = linked('../../far')
    symlinkSync('../far', it.path('in/other'))
    expect((await it.outcomes()).a).toBe('ran')
    expect((await it.outcomes()).a).toBe('cached')
    it.write({ 'far/c': 'changed' })
    expect((await it.outcomes()).a).toBe('ran')
  })

  test('an output folder with a link out of the project comes back as files, and what is outside stays', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        a: { cmd: 'mkdir -p o && ln -sfn "$OUTSIDE" o/link && echo 1 > o/one', outs: ['o'] },
      }),
    })
    const outside = project({ 'f/x': 'far' })
    const env = { OUTSIDE: outside.path('f') }
    expect((await it.weir(['run'], { env })).code).toBe(0)
    it.remove('o')
    expect(outside.read('f/x')).toBe('far')
    expect(await it.outcomes()).toEqual({ a: 'restored' })
    expect(it.read('o/link/x')).toBe('far')
    execFileSync('test', ['!', '-L', it.path('o/link')])
    outside.write({ 'f/x': 'changed' })
    expect(await it.states()).toEqual({ a: 'fresh' })
  })
})
