// What is remembered of files: never more than their stamps can vouch for. Tests count the files that are read.
import {
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sha256 } from '@weir/base'
import { describe, expect, it } from 'vitest'
import { contentDigest, PIECE } from '../../src/store/file-digest.ts'
import { createFileWork, type FileWork } from '../../src/store/file-work.ts'
import {
  createFileHasher,
  type FileHasher,
  type HasherOptions,
} from '../../src/store/hash-files.ts'
import { settlesAt, stampOf } from '../../src/store/stamp.ts'
import { folderWith, write } from '../project-folder.ts'
import { fileThread } from './file-thread.ts'
import { memory } from './memory.ts'

const LONG_AGO = new Date('2020-01-01T00:00:00Z')

interface Rig {
  readonly root: string
  /** A hasher as a new process has it. */
  hasher(options?: HasherOptions): FileHasher
  /** Files that were read since it was asked last. */
  reads(): number
  path(name: string): string
}

function rig(files: Record<string, string>): Rig {
  const root = folderWith(files)
  const memo = memory()
  const work = createFileWork(fileThread())
  let reads = 0
  const counting: FileWork = {
    run(tasks, signal) {
      reads += tasks.length
      return work.run(tasks, signal)
    },
  }
  return {
    root,
    hasher: (options) => createFileHasher(memo, counting, options),
    reads() {
      const since = reads
      reads = 0
      return since
    },
    path: (name) => join(root, name),
  }
}

/** Waits until a file is so old that its hash may be remembered. */
async function settled(path: string): Promise<void> {
  while (settlesAt(stampOf(statSync(path))) >= Date.now()) await sleep(1)
}

describe('a file that is as it was', () => {
  it('is not read again, also by the next process', async () => {
    const { hasher, reads, path } = rig({ a: 'one' })
    await settled(path('a'))
    const first = hasher()
    expect((await first.content(path('a')))?.sha256).toBe(sha256('one'))
    await first.content(path('a'))
    expect(reads()).toBe(1)
    first.save()
    expect((await hasher().content(path('a')))?.sha256).toBe(sha256('one'))
    expect(reads()).toBe(0)
  })

  it('and was written a moment ago is read again: it may change once more within one tick', async () => {
    const { hasher, reads, path } = rig({ a: 'one' })
    const same = hasher()
    write(path('.'), { a: 'two' })
    // A moment that lasts until the test is over, on a slow machine too.
    const moment = new Date(Date.now() + 60_000)
    utimesSync(path('a'), moment, moment)
    await same.content(path('a'))
    await same.content(path('a'))
    expect(reads()).toBe(2)
  })

  it('with a time in the future (a clock that was set back) is read again', async () => {
    const { hasher, reads, path } = rig({ a: 'one' })
    utimesSync(path('a'), LONG_AGO, new Date(Date.now() + 3_600_000))
    await sleep(25)
    const same = hasher()
    await same.content(path('a'))
    await same.content(path('a'))
    expect(reads()).toBe(2)
  })

  it('is not read again in a folder', async () => {
    const { hasher, reads, path } = rig({ 'd/a': '1', 'd/b/c': '2' })
    await settled(path('d/b/c'))
    const same = hasher()
    const content = await same.content(path('d'))
    expect(reads()).toBe(2)
    expect(await same.content(path('d'))).toEqual(content)
    expect(reads()).toBe(0)
  })
})

describe('a file is read again', () => {
  const changes: [string, (path: string) => void][] = [
    ['another time', (path) => utimesSync(path, LONG_AGO, new Date('2021-01-01'))],
    ['another size', (path) => writeFileSync(path, 'twoo')],
    [
      'another inode',
      (path) => {
        writeFileSync(`${path}2`, 'two')
        utimesSync(`${path}2`, LONG_AGO, LONG_AGO)
        renameSync(`${path}2`, path)
      },
    ],
    ['the same size and its old time', () => undefined],
  ]
  it.each(changes)('with %s', async (_, change) => {
    const { hasher, path } = rig({ a: 'one' })
    utimesSync(path('a'), LONG_AGO, LONG_AGO)
    await settled(path('a'))
    const same = hasher()
    await same.content(path('a'))
    writeFileSync(path('a'), 'two')
    utimesSync(path('a'), LONG_AGO, LONG_AGO)
    change(path('a'))
    expect([sha256('two'), sha256('twoo')]).toContain((await same.content(path('a')))?.sha256)
  })
})

describe('after another start of the machine', () => {
  const HOUR = 3_600_000
  const boots = (first: string | null, second: string | null) => [first, second] as const
  it.each([
    ['the same start: nothing is read again', boots('a', 'a'), 0, 0],
    ['another start: what was young when the memo was saved is read again', boots('a', 'b'), 0, 1],
    ['another start: what was old then is not', boots('a', 'b'), HOUR, 0],
    ['starts that nobody tells count as others', boots(null, null), 0, 1],
  ])('%s', async (_, [first, second], age, expected) => {
    const { hasher, reads, path } = rig({ a: 'one' })
    await settled(path('a'))
    const before = hasher({ boot: () => first, now: () => Date.now() + age })
    await before.content(path('a'))
    before.save()
    reads()
    await hasher({ boot: () => second }).content(path('a'))
    expect(reads()).toBe(expected)
  })
})

describe('a hash goes along', () => {
  it('with a file that is renamed', async () => {
    const { hasher, reads, path } = rig({ aside: 'text' })
    await settled(path('aside'))
    const same = hasher()
    const content = await same.content(path('aside'))
    same.move(path('aside'), path('place'), content!)
    expect(await same.content(path('place'))).toEqual(content)
    expect(await same.content(path('aside'))).toBeUndefined()
    expect(reads()).toBe(1)
  })

  it('with the files of a folder that is renamed', async () => {
    const { hasher, reads, path } = rig({ 'aside/x': '1', 'aside/y/z': '2' })
    await settled(path('aside/y/z'))
    const same = hasher()
    const content = await same.content(path('aside'))
    same.move(path('aside'), path('place'), content!)
    expect(await same.content(path('place'))).toEqual(content)
    expect(reads()).toBe(2)
  })

  it('but not with one that was written between hash and rename, or in place after it', async () => {
    const { hasher, path } = rig({ aside: 'one' })
    await settled(path('aside'))
    const same = hasher()
    const content = await same.content(path('aside'))
    const { mtime } = statSync(path('aside'))
    writeFileSync(path('aside'), 'two')
    utimesSync(path('aside'), mtime, mtime)
    same.move(path('aside'), path('place'), content!)
    expect((await same.content(path('place')))?.sha256).toBe(sha256('two'))
    writeFileSync(path('place'), 'tri')
    expect((await same.content(path('place')))?.sha256).toBe(sha256('tri'))
  })
})

describe('the memo', () => {
  it('forgets files that are gone, and keeps nothing where nothing was learnt', async () => {
    const root = folderWith({ a: '1', b: '2' })
    await settled(join(root, 'b'))
    const memo = memory()
    const hasher = createFileHasher(memo, createFileWork(fileThread()))
    hasher.save()
    expect(memo.read('files')).toBeUndefined()
    await hasher.content(root)
    rmSync(join(root, 'a'))
    hasher.save()
    const saved = memo.read<{ files: object }>('files')
    expect(Object.keys(saved?.files ?? {})).toEqual([join(root, 'b')])
  })

  it('is kept also where a file that it knows cannot be looked at any more', async () => {
    const { root, hasher, reads, path } = rig({ 'data/a': 'one', b: 'two' })
    await settled(path('b'))
    const first = hasher()
    await first.content(path('data'))
    await first.content(path('b'))
    rmSync(path('data'), { recursive: true })
    symlinkSync('data', join(root, 'data'))
    first.save()
    expect(reads()).toBe(2)
    await hasher().content(path('b'))
    expect(reads()).toBe(0)
  })

  it('of another form counts as none', async () => {
    const { path } = rig({ a: 'one' })
    await settled(path('a'))
    const { ino, size, mtimeMs } = statSync(path('a'))
    const memo = memory()
    memo.write('files', { [path('a')]: [ino, size, mtimeMs, sha256('two'), Number.MAX_VALUE] })
    const hasher = createFileHasher(memo, createFileWork(fileThread()))
    expect((await hasher.content(path('a')))?.sha256).toBe(sha256('one'))
  })

  it('of a time when large files were digested otherwise still knows the small ones', async () => {
    const { path, root } = rig({ small: 'x' })
    writeFileSync(path('large'), '')
    truncateSync(path('large'), PIECE + 1)
    await settled(path('large'))
    const entry = (name: string) => {
      const { ino, size, mtimeMs, ctimeMs } = statSync(path(name))
      return [ino, size, mtimeMs, ctimeMs, sha256('of old')]
    }
    const memo = memory()
    const files = { [path('small')]: entry('small'), [path('large')]: entry('large') }
    memo.write('files', { boot: 'here', at: Number.MAX_VALUE, files })
    const work = createFileWork(fileThread())
    const hasher = createFileHasher(memo, work, { boot: () => 'here' })
    expect(await hasher.content(root)).toMatchObject({
      files: [
        { path: 'large', sha256: contentDigest(Buffer.alloc(PIECE + 1)) },
        { path: 'small', sha256: sha256('of old') },
      ],
    })
    hasher.save()
    const next = createFileHasher(memo, createFileWork('none'), { boot: () => 'here' })
    expect(await next.content(path('large'))).toMatchObject({ size: PIECE + 1 })
  })
})
