// Content of files and folders: by bytes alone, remembered by inode, size and time, and never wrongly.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Content, treeContent, treeText } from '../../src/store/content.ts'
import { createFileWork } from '../../src/store/file-work.ts'
import { createFileHasher } from '../../src/store/hash-files.ts'
import { folderWith, write } from '../project-folder.ts'
import { fileThread } from './file-thread.ts'
import { memory } from './memory.ts'

const LONG_AGO = new Date('2020-01-01T00:00:00Z')

const hashed = (path: string): Promise<Content | undefined> =>
  createFileHasher(memory(), createFileWork(fileThread())).content(path)
const names = (content: Content | undefined) =>
  content?.kind === 'dir' ? content.files.map((file) => file.path) : []

describe('a file', () => {
  it('is its bytes, its size, and whether it can be executed', async () => {
    const root = folderWith({ a: 'hello', empty: '' })
    expect(await hashed(join(root, 'a'))).toEqual({
      kind: 'file',
      sha256: sha256('hello'),
      size: 5,
    })
    expect(await hashed(join(root, 'empty'))).toEqual({ kind: 'file', sha256: sha256(''), size: 0 })
    chmodSync(join(root, 'a'), 0o755)
    expect(await hashed(join(root, 'a'))).toEqual({
      kind: 'file',
      sha256: sha256('hello'),
      size: 5,
      exec: true,
    })
  })

  it('of more than a piece is hashed as a whole', async () => {
    const bytes = Buffer.alloc(3_000_001, 'weir')
    const root = folderWith()
    writeFileSync(join(root, 'large'), bytes)
    expect((await hashed(join(root, 'large')))?.sha256).toBe(sha256(bytes))
  })

  it('is undefined where nothing is, below a file, and at a link that leads nowhere', async () => {
    const root = folderWith({ a: 'x' })
    symlinkSync('nowhere', join(root, 'link'))
    for (const path of ['gone', 'a/below', 'link', 'gone/below'])
      expect(await hashed(join(root, path))).toBeUndefined()
  })

  it('behind a link is that file', async () => {
    const root = folderWith({ a: 'x' })
    symlinkSync('a', join(root, 'link'))
    expect(await hashed(join(root, 'link'))).toEqual(await hashed(join(root, 'a')))
  })

  it('that is a pipe is refused and not waited for', async () => {
    const root = folderWith({ 'd/a': '' })
    execFileSync('mkfifo', [join(root, 'd/pipe')])
    await expect(hashed(join(root, 'd/pipe'))).rejects.toThrow(/neither a file nor a folder/)
    await expect(hashed(join(root, 'd'))).rejects.toThrow(/neither a file nor a folder/)
  })
})

describe('a folder', () => {
  it('is the list of its files in order of code unit, whatever their depth', async () => {
    const root = folderWith({
      'd/b': '1',
      'd/a/z': '2',
      'd/a-b': '3',
      'd/B': '4',
      'd/é': '5',
      'd/😀': '6',
      'd/～': '7',
      'd/ ': '8',
    })
    expect(names(await hashed(join(root, 'd')))).toEqual([
      ' ',
      'B',
      'a-b',
      'a/z',
      'b',
      'é',
      '😀',
      '～',
    ])
  })

  it('has a digest that is pinned', async () => {
    const root = folderWith({ 'd/a': 'x', 'd/b/c': '' })
    // printf '%s\n' '[{"path":"a","sha256":"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881","size":1},{"path":"b/c","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0}]' | sha256sum
    expect((await hashed(join(root, 'd')))?.sha256).toBe(
      '1a868e54740cf576e6e78b8c65def9bb87beabe002ddfb4b8b008ebbcc593a32',
    )
  })

  it('changes with a name, a content, an executable bit or a file more; not with an empty folder or a time', async () => {
    const root = folderWith({ 'd/a': 'x', 'd/b': 'y' })
    const digest = async () => (await hashed(join(root, 'd')))?.sha256
    const first = await digest()
    mkdirSync(join(root, 'd/empty/inner'), { recursive: true })
    utimesSync(join(root, 'd/a'), LONG_AGO, LONG_AGO)
    expect(await digest()).toBe(first)
    const seen = new Set([first])
    const changes = [
      () => write(root, { 'd/a': 'z' }),
      () => renameSync(join(root, 'd/a'), join(root, 'd/c')),
      () => chmodSync(join(root, 'd/b'), 0o755),
      () => write(root, { 'd/empty/inner/file': '' }),
      () => rmSync(join(root, 'd/b')),
    ]
    for (const change of changes) {
      change()
      seen.add(await digest())
    }
    expect(seen.size).toBe(changes.length + 1)
  })

  it('follows links to files and folders, and passes over those that lead nowhere', async () => {
    const root = folderWith({ 'd/a': 'x', 'other/b': 'y' })
    symlinkSync('../other', join(root, 'd/folder'))
    symlinkSync('a', join(root, 'd/file'))
    symlinkSync('nowhere', join(root, 'd/broken'))
    expect(names(await hashed(join(root, 'd')))).toEqual(['a', 'file', 'folder/b'])
  })

  it.each([
    '.',
    '..',
    'self',
  ])('with a link to itself (%s) is an error and no endless walk', async (to) => {
    const root = folderWith({ 'd/a': 'x', 'd/b/c': 'y' })
    symlinkSync(to, join(root, 'd/b/self'))
    await expect(hashed(join(root, 'd'))).rejects.toMatchObject({
      code: 'LINK_LOOP',
      message: expect.stringContaining('d/b/self'),
    })
  })

  it('reached twice through links is no loop', async () => {
    const root = folderWith({ 'd/a/x': '1' })
    symlinkSync('a', join(root, 'd/b'))
    mkdirSync(join(root, 'd/c'))
    symlinkSync('../a', join(root, 'd/c/again'))
    expect(names(await hashed(join(root, 'd')))).toEqual(['a/x', 'b/x', 'c/again/x'])
  })

  it('has files whose names are not UTF-8, each under a name of its own', async () => {
    const root = folderWith({ 'd/plain': '' })
    const at = (...bytes: number[]) =>
      Buffer.concat([Buffer.from(`${root}/d/`), Buffer.from(bytes)])
    writeFileSync(at(0xe9), 'one')
    writeFileSync(at(0xe8), 'two')
    mkdirSync(at(0xff, 0x2f, 0x61).subarray(0, -2))
    writeFileSync(at(0xff, 0x2f, 0x61), 'three')
    const content = await hashed(join(root, 'd'))
    expect(names(content)).toEqual(['plain', '\udce8', '\udce9', '\udcff/a'])
    expect(content?.size).toBe(11)
  })

  it('that is empty is not the same as one that is not there', async () => {
    const root = folderWith()
    mkdirSync(join(root, 'd'))
    expect(await hashed(join(root, 'd'))).toEqual({
      kind: 'dir',
      sha256: sha256('[]\n'),
      size: 0,
      files: [],
    })
  })

  it('property: its text is told apart wherever names, sizes or hashes differ', async () => {
    const file = fc.record({
      path: fc.string({ minLength: 1 }),
      sha256: fc.constantFrom(sha256('1'), sha256('2')),
      size: fc.nat(3),
    })
    const files = fc.array(file, { maxLength: 3 })
    fc.assert(
      fc.property(files, files, (a, b) => {
        expect(JSON.parse(treeText(a))).toEqual(a)
        return (treeText(a) === treeText(b)) === (treeContent(a).sha256 === treeContent(b).sha256)
      }),
    )
  })
})
