// The contract of every object store, and what comes over from one to another.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Digest, sha256 } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyContents, openContents } from '../../src/store/content-store.ts'
import { openDiskObjects } from '../../src/store/disk-objects.ts'
import { contentDigest, PIECE } from '../../src/store/file-digest.ts'
import { createFileWork } from '../../src/store/file-work.ts'
import { createFileHasher } from '../../src/store/hash-files.ts'
import { copyObjects, type ObjectStore } from '../../src/store/object-store.ts'
import { folderWith } from '../project-folder.ts'
import { fileThread } from './file-thread.ts'
import { memory } from './memory.ts'
import { memoryObjects } from './memory-objects.ts'

interface Rig {
  readonly store: ObjectStore
  /** Gives an object another content. */
  spoil(digest: Digest): void
  /** What is left in the store besides objects. */
  rubbish(): string[]
}

const work = createFileWork(fileThread())

function onDisk(): Rig & { readonly folder: string } {
  const folder = join(folderWith(), 'cache')
  const place = (digest: Digest) => join(folder, digest.slice(0, 2), digest.slice(2))
  return {
    folder,
    store: openDiskObjects({ folder, link: 'copy' }, work),
    spoil(digest) {
      chmodSync(place(digest), 0o644)
      writeFileSync(place(digest), 'spoilt')
    },
    rubbish: () =>
      existsSync(folder)
        ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
            name.endsWith('.tmp'),
          )
        : [],
  }
}

function inMemory(): Rig {
  const store = memoryObjects()
  return { store, spoil: store.spoil, rubbish: () => [] }
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

async function textOf(store: ObjectStore, digest: Digest): Promise<string | undefined> {
  const bytes = await store.read(digest)
  if (!bytes) return undefined
  const read: Uint8Array[] = []
  for await (const piece of bytes) read.push(piece)
  return Buffer.concat(read).toString()
}

const ABSENT = sha256('nobody has put this')

describe.each([
  ['on a disk', onDisk],
  ['in memory', inMemory],
])('an object store %s', (_, open) => {
  it('has nothing at first', async () => {
    const { store } = open()
    expect(await store.has(ABSENT)).toBe(false)
    expect(await store.missing([ABSENT, ABSENT])).toEqual([ABSENT])
    expect(await store.read(ABSENT)).toBeUndefined()
    const to = join(folderWith(), 'a')
    expect(await store.get(ABSENT, to)).toBe('absent')
    expect(existsSync(to)).toBe(false)
  })

  it('names a file by its digest, and gives it back', async () => {
    const { store, rubbish } = open()
    const root = folderWith({ a: 'text' })
    const digest = sha256('text')
    expect(await store.put(join(root, 'a'))).toEqual({ sha256: digest, size: 4 })
    expect(await store.has(digest)).toBe(true)
    expect(await store.get(digest, join(root, 'deep/er/b'))).toBe('restored')
    expect(readFileSync(join(root, 'deep/er/b'), 'utf8')).toBe('text')
    expect(await textOf(store, digest)).toBe('text')
    expect(rubbish()).toEqual([])
  })

  it('gives a file of the user’s own, executable where asked', async () => {
    const { store } = open()
    const root = folderWith()
    const { sha256: digest } = await store.put(pieces('#!/bin/sh\n'))
    await store.get(digest, join(root, 'plain'))
    await store.get(digest, join(root, 'tool'), { exec: true })
    const modes = ['plain', 'tool'].map((name) => statSync(join(root, name)).mode)
    expect(modes.map((mode) => mode & 0o300)).toEqual([0o200, 0o300])
    writeFileSync(join(root, 'plain'), 'changed')
    expect(await textOf(store, digest)).toBe('#!/bin/sh\n')
  })

  it('takes bytes as they come', async () => {
    const { store, rubbish } = open()
    expect(await store.put(pieces('te', '', 'xt'))).toEqual({ sha256: sha256('text'), size: 4 })
    expect(await store.put(pieces())).toEqual({ sha256: sha256(''), size: 0 })
    expect(await store.missing([sha256('text'), ABSENT, sha256('')])).toEqual([ABSENT])
    expect(rubbish()).toEqual([])
  })

  it('digests bytes of more than one piece as the file would be', async () => {
    const { store } = open()
    const bytes = Buffer.alloc(PIECE + 5, 'x')
    const [first, second] = [bytes.subarray(0, 100_000), bytes.subarray(100_000)]
    const put = await store.put(pieces(first.toString(), second.toString()))
    expect(put).toEqual({ sha256: contentDigest(bytes), size: bytes.length })
    const to = join(folderWith(), 'large')
    expect(await store.get(put.sha256, to)).toBe('restored')
    expect(readFileSync(to).equals(bytes)).toBe(true)
  })

  it('keeps nothing of bytes that are not what is expected, or that break off', async () => {
    const { store, rubbish } = open()
    const wrong = store.put(pieces('text'), { expect: ABSENT })
    await expect(wrong).rejects.toMatchObject({ code: 'CACHE_CORRUPT' })
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('te')
      throw new Error('the line is dead')
    }
    await expect(store.put(broken())).rejects.toThrow('the line is dead')
    expect(await store.missing([ABSENT, sha256('text'), sha256('te')])).toHaveLength(3)
    expect(rubbish()).toEqual([])
    expect(await store.put(pieces('text'), { expect: sha256('text') })).toMatchObject({ size: 4 })
  })

  it('is interrupted by its signal', async () => {
    const { store, rubbish } = open()
    const root = folderWith({ a: 'text' })
    const { sha256: digest } = await store.put(join(root, 'a'))
    const signal = AbortSignal.abort()
    for (const started of [
      store.put(join(root, 'a'), { signal }),
      store.put(pieces('b'), { signal }),
      store.get(digest, join(root, 'b'), { signal }),
    ])
      await expect(started).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(await store.has(sha256('b'))).toBe(false)
    expect(existsSync(join(root, 'b'))).toBe(false)
    expect(rubbish()).toEqual([])
  })

  it('rejects a file that is not there', async () => {
    const gone = join(folderWith(), 'gone')
    await expect(open().store.put(gone)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('lays nothing corrupt down, discards it, and takes it anew', async () => {
    const { store, spoil } = open()
    const root = folderWith()
    const { sha256: digest } = await store.put(pieces('text'))
    spoil(digest)
    expect(await store.has(digest)).toBe(true)
    expect(await store.get(digest, join(root, 'a'))).toBe('corrupt')
    expect(existsSync(join(root, 'a'))).toBe(false)
    expect(await store.has(digest)).toBe(false)
    await store.put(pieces('text'))
    expect(await store.get(digest, join(root, 'a'))).toBe('restored')
  })

  it('property: holds what was put, and nothing else', async () => {
    const { store } = open()
    const put = new Set<Digest>()
    const text = fc.string({ maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.array(text), fc.array(text), async (texts, others) => {
        for (const one of texts) put.add((await store.put(pieces(one))).sha256)
        const asked = [...texts, ...others].map((one) => sha256(one))
        const missing = [...new Set(asked)].filter((digest) => !put.has(digest))
        expect(await store.missing(asked)).toEqual(missing)
      }),
      { numRuns: 30 },
    )
  })
})

it('on a disk ends a put whose bytes never come when it is interrupted', async () => {
  const { store, rubbish } = onDisk()
  const stop = new AbortController()
  async function* stuck(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x')
    stop.abort()
    await new Promise(() => undefined)
  }
  const put = store.put(stuck(), { signal: stop.signal })
  await expect(put).rejects.toMatchObject({ code: 'INTERRUPTED' })
  expect(rubbish()).toEqual([])
})

describe.each([
  ['disk', 'memory', onDisk, inMemory],
  ['memory', 'disk', inMemory, onDisk],
  ['disk', 'disk', onDisk, onDisk],
])('a copy from %s to %s', (_, __, openFrom, openTo) => {
  it('brings what is missing, once, and tells what cannot come', async () => {
    const [from, to] = [openFrom(), openTo()]
    const [a, b, c] = [sha256('a'), sha256('b'), sha256('c')]
    for (const text of ['a', 'b', 'c']) await from.store.put(pieces(text))
    await to.store.put(pieces('a'))
    from.spoil(c)
    const copied = await copyObjects(from.store, to.store, [a, b, b, c, ABSENT])
    expect(copied).toEqual({ copied: [b], absent: [ABSENT], corrupt: [c] })
    expect(await to.store.missing([a, b, c, ABSENT])).toEqual([c, ABSENT])
    expect(await textOf(to.store, b)).toBe('b')
    expect(to.rubbish()).toEqual([])
  })

  it('of many objects brings all', async () => {
    const [from, to] = [openFrom(), openTo()]
    const digests: Digest[] = []
    for (let index = 0; index < 100; index++)
      digests.push((await from.store.put(pieces(`${index}`))).sha256)
    expect((await copyObjects(from.store, to.store, digests)).copied).toEqual(digests)
    expect(await to.store.missing(digests)).toEqual([])
    expect(await copyObjects(from.store, to.store, digests)).toMatchObject({ copied: [] })
  })
})

describe('a copy of contents', () => {
  /** A folder in a store on a disk, with the digests of its files. */
  async function folderInStore() {
    const rig = onDisk()
    const root = folderWith({ 'd/a': '1', 'd/b/c': '2' })
    const place = { folder: rig.folder, link: 'copy' as const }
    const contents = openContents(place, createFileHasher(memory(), work), work)
    const content = await contents.keep(join(root, 'd'))
    if (!content) throw new Error('nothing was kept')
    return { ...rig, root, content }
  }

  it('brings a folder over by way of another store, from which it is restored', async () => {
    const from = await folderInStore()
    const [over, to] = [memoryObjects(), onDisk()]
    const files = [sha256('1'), sha256('2')]
    const copied = await copyContents(from.store, over, [from.content])
    expect(copied.copied).toEqual([...files, from.content.sha256])
    await copyContents(over, to.store, [from.content])
    const place = { folder: to.folder, link: 'copy' as const }
    const there = openContents(place, createFileHasher(memory(), work), work)
    expect(await there.restore(from.content, join(from.root, 'e'))).toBeUndefined()
    expect(readFileSync(join(from.root, 'e/b/c'), 'utf8')).toBe('2')
  })

  it('leaves the list out where a file did not come', async () => {
    const from = await folderInStore()
    const to = memoryObjects()
    from.spoil(sha256('2'))
    const copied = await copyContents(from.store, to, [from.content])
    expect(copied).toEqual({ copied: [sha256('1')], absent: [], corrupt: [sha256('2')] })
    expect(await to.has(from.content.sha256)).toBe(false)
  })

  it('tells a list that is absent or corrupt', async () => {
    const from = await folderInStore()
    const { sha256: digest } = from.content
    from.spoil(digest)
    expect((await copyContents(from.store, memoryObjects(), [from.content])).corrupt).toEqual([
      digest,
    ])
    rmSync(from.folder, { recursive: true })
    mkdirSync(from.folder)
    expect((await copyContents(from.store, memoryObjects(), [from.content])).absent).toEqual([
      digest,
    ])
  })
})
