// The content store: what comes out is what went in, or a failure; never something else.
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { describe, expect, it } from 'vitest'
import type { Content } from '../../src/store/content.ts'
import { type ContentStore, openContents } from '../../src/store/content-store.ts'
import { createFileWork } from '../../src/store/file-work.ts'
import { createFileHasher, type FileHasher } from '../../src/store/hash-files.ts'
import type { LinkKind } from '../../src/store/object-file.ts'
import { folderWith } from '../project-folder.ts'
import { fileThread } from './file-thread.ts'

interface Rig {
  readonly root: string
  readonly store: ContentStore
  put(path: string): Promise<Content>
  /** Where the object of a content is. */
  object(content: string): string
}

function rig(files: Record<string, string>, link: LinkKind = 'copy'): Rig {
  const root = folderWith(files)
  const store = openContents({ folder: join(root, 'cache'), link }, hasher(), work)
  return {
    root,
    store,
    async put(path) {
      const content = await store.keep(join(root, path))
      if (!content) throw new Error(`nothing at ${path}`)
      return content
    },
    object: (content) => join(root, 'cache', sha256(content).slice(0, 2), sha256(content).slice(2)),
  }
}

const work = createFileWork(fileThread())

/** One that remembers nothing. */
function hasher(): FileHasher {
  return createFileHasher({ read: () => undefined, write: () => undefined }, work)
}

function spoil(path: string): void {
  rmSync(path)
  writeFileSync(path, 'spoilt')
}

describe('a file', () => {
  it('comes back as it was, read-only and named by its hash', async () => {
    const { root, store, put, object } = rig({ a: 'text' })
    const content = await put('a')
    expect(readFileSync(object('text'), 'utf8')).toBe('text')
    expect(await store.has(content)).toBe(true)
    expect(await store.restore(content, join(root, 'deep/er/b'))).toBeUndefined()
    expect(readFileSync(join(root, 'deep/er/b'), 'utf8')).toBe('text')
  })

  it('shared by a hard link cannot be written through by who has no rights', async () => {
    const { root, put, object } = rig({ a: 'text' })
    await put('a')
    const [mine, kept] = [statSync(join(root, 'a')), statSync(object('text'))]
    if (mine.ino === kept.ino) expect(mine.mode & 0o222).toBe(0)
    else expect(mine.mode & 0o200).toBe(0o200)
  })

  it('that is absent or corrupt is not restored; the corrupt object is discarded', async () => {
    const { root, store, put, object } = rig({ a: 'text' })
    const content = await put('a')
    spoil(object('text'))
    expect(await store.has(content)).toBe(true)
    expect(await store.restore(content, join(root, 'b'))).toEqual({
      kind: 'corrupt',
      digest: content.sha256,
    })
    expect(existsSync(join(root, 'b'))).toBe(false)
    expect(await store.has(content)).toBe(false)
    expect(await store.restore(content, join(root, 'b'))).toEqual({
      kind: 'absent',
      digest: content.sha256,
    })
  })

  it('put again mends a corrupt object, or a folder in its place', async () => {
    const { root, store, put, object } = rig({ a: 'text', again: 'text' })
    const content = await put('a')
    spoil(object('text'))
    await put('again')
    expect(await store.restore(content, join(root, 'b'))).toBeUndefined()
    rmSync(object('text'))
    mkdirSync(join(object('text'), 'x'), { recursive: true })
    expect(await store.has(content)).toBe(false)
    await put('again')
    expect(await store.restore(content, join(root, 'c'))).toBeUndefined()
  })

  it('put again stays as it is while it is sound, and is made anew where somebody may write to it', async () => {
    const { object, put } = rig({ a: 'x', b: 'x' })
    await put('a')
    const { ino } = statSync(object('x'))
    await put('b')
    expect(statSync(object('x')).ino).toBe(ino)
    chmodSync(object('x'), 0o644)
    await put('b')
    expect(statSync(object('x')).mode & 0o222).toBe(0)
  })

  it('put again is mended where its size is right and its content is not', async () => {
    const { object, put } = rig({ a: 'x' })
    await put('a')
    chmodSync(object('x'), 0o644)
    writeFileSync(object('x'), 'y')
    chmodSync(object('x'), 0o444)
    await put('a')
    expect(readFileSync(object('x'), 'utf8')).toBe('x')
  })

  it('leaves nothing on its way', async () => {
    const { root, put } = rig({ a: 'text', 'd/x': '1' })
    await put('a')
    await put('d')
    const left = readdirSync(join(root, 'cache'), { recursive: true, encoding: 'utf8' })
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('that is executable comes back so, and lends nothing of it to others of the same bytes', async () => {
    const { root, store, put } = rig({ tool: '#!/bin/sh\n', plain: '#!/bin/sh\n' })
    chmodSync(join(root, 'tool'), 0o755)
    const tool = await put('tool')
    const plain = await put('plain')
    for (const [content, path] of [
      [tool, 'tool2'],
      [plain, 'plain2'],
      [tool, 'tool3'],
    ] as const)
      expect(await store.restore(content, join(root, path))).toBeUndefined()
    const exec = (path: string) => (statSync(join(root, path)).mode & 0o100) !== 0
    expect(['tool', 'tool2', 'tool3'].map(exec)).toEqual([true, true, true])
    expect(['plain', 'plain2'].map(exec)).toEqual([false, false])
  })

  it('behind a link is kept by its bytes; what the link leads to stays writable and unshared', async () => {
    const { root, store, put, object } = rig({ input: 'raw' })
    symlinkSync('input', join(root, 'out'))
    const content = await put('out')
    expect(lstatSync(object('raw')).isFile()).toBe(true)
    expect(statSync(join(root, 'input')).mode & 0o200).toBe(0o200)
    writeFileSync(join(root, 'input'), 'edited')
    expect(await store.restore(content, join(root, 'b'))).toBeUndefined()
    expect(readFileSync(join(root, 'b'), 'utf8')).toBe('raw')
  })
})

describe('a folder', () => {
  const FILES = { 'd/a': '1', 'd/b/c': '2', 'd/b/same': '1', 'd/é 😀': '', 'd/toString': 'x' }

  it('comes back with all its files', async () => {
    const { root, store, put } = rig(FILES)
    const content = await put('d')
    expect(await store.has(content)).toBe(true)
    expect(await store.restore(content, join(root, 'e'))).toBeUndefined()
    expect(await hasher().content(join(root, 'e'))).toEqual(content)
  })

  it('that is empty comes back empty', async () => {
    const { root, store, put } = rig({})
    mkdirSync(join(root, 'd'))
    expect(await store.restore(await put('d'), join(root, 'e'))).toBeUndefined()
    expect(readdirSync(join(root, 'e'))).toEqual([])
  })

  it('without one of its objects is not there; with a corrupt one it is not restored', async () => {
    const { root, store, put, object } = rig(FILES)
    const content = await put('d')
    spoil(object('2'))
    expect(await store.restore(content, join(root, 'e'))).toEqual({
      kind: 'corrupt',
      digest: sha256('2'),
    })
    expect(await store.has(content)).toBe(false)
    await put('d')
    expect(await store.has(content)).toBe(true)
  })

  it('whose list is corrupt is discarded when it is restored, not when it is looked at', async () => {
    const { root, store, put } = rig(FILES)
    const content = await put('d')
    const list = join(root, 'cache', content.sha256.slice(0, 2), content.sha256.slice(2))
    for (const rubbish of ['[]', '{', '']) {
      chmodSync(list, 0o644)
      writeFileSync(list, rubbish)
      expect(await store.has(content)).toBe(true)
      expect(readFileSync(list, 'utf8')).toBe(rubbish)
      expect(await store.restore(content, join(root, 'e'))).toEqual({
        kind: 'corrupt',
        digest: content.sha256,
      })
      expect(existsSync(list)).toBe(false)
      await put('d')
    }
    expect(await store.restore(content, join(root, 'e'))).toBeUndefined()
  })

  it('a link in it to a file outside is kept by its bytes, and hard links are no matter', async () => {
    const { root, store, put } = rig({ ...FILES, outside: 'far' })
    symlinkSync('../outside', join(root, 'd/link'))
    linkSync(join(root, 'd/a'), join(root, 'd/hard'))
    expect(await store.restore(await put('d'), join(root, 'e'))).toBeUndefined()
    expect(['link', 'hard'].map((name) => readFileSync(join(root, 'e', name), 'utf8'))).toEqual([
      'far',
      '1',
    ])
    expect(statSync(join(root, 'outside')).mode & 0o200).toBe(0o200)
  })
})
