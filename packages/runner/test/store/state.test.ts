// The runner's own files: whole or not at all, and absent where they are damaged; the run cache and the memo over them.
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { diskFiles, type Files, replaceFile, writeState } from '@weir/base/files'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import type { LockEntry } from '../../src/store/lock-file.ts'
import { openMemo } from '../../src/store/memo.ts'
import { openRunCache, type RunRecord, runPath } from '../../src/store/run-cache.ts'
import { readSealed, writeSealed } from '../../src/store/sealed.ts'
import { DOCUMENT, digestOf } from '../key/documents.ts'
import { folderWith } from '../project-folder.ts'

describe('writing whole', () => {
  it('replaces the content and leaves nothing beside it', () => {
    const root = folderWith({ a: 'old' })
    writeState(join(root, 'a'), 'new')
    writeState(join(root, 'deep/er/b'), Buffer.from([0, 255]))
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('new')
    expect([...readFileSync(join(root, 'deep/er/b'))]).toEqual([0, 255])
    expect(readdirSync(root)).toEqual(['a', 'deep'])
    expect(readdirSync(join(root, 'deep/er'))).toEqual(['b'])
  })

  it('a failure leaves the old content and nothing beside it', () => {
    const root = folderWith({ a: 'old', 'folder/x': '' })
    expect(() => replaceFile(join(root, 'folder'), 'text')).toThrow()
    expect(() => replaceFile(join(root, 'no/such'), 'text')).toThrow()
    expect(readdirSync(root)).toEqual(['a', 'folder'])
  })

  it('state takes the place of a folder that is in the way', () => {
    const root = folderWith({ 'a/b/c': '' })
    writeState(join(root, 'a'), 'text')
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('text')
  })
})

describe('replacing a file of the user’s', () => {
  it('does not need a file system that syncs folders', () => {
    const root = folderWith({ a: 'old' })
    const folders = new Set<number>()
    const files: Files = {
      ...diskFiles,
      open(path, how) {
        const file = diskFiles.open(path, how)
        if (how === 'folder') folders.add(file)
        return file
      },
      sync(file) {
        if (folders.has(file)) throw Object.assign(new Error('no'), { code: 'EINVAL' })
        diskFiles.sync(file)
      },
    }
    replaceFile(join(root, 'a'), 'new', files)
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('new')
    expect(folders.size).toBe(1)
  })

  it('goes through links, also one to a link, one to nothing yet, and one in a folder that is a link', () => {
    const root = folderWith({ 'real/a': 'old', 'real/sub/x': '' })
    symlinkSync('real/a', join(root, 'one'))
    symlinkSync('one', join(root, 'two'))
    symlinkSync('real/none', join(root, 'dangling'))
    symlinkSync('real/sub', join(root, 'folder'))
    symlinkSync('../a', join(root, 'real/sub/up'))
    replaceFile(join(root, 'two'), 'through two')
    expect(readFileSync(join(root, 'real/a'), 'utf8')).toBe('through two')
    replaceFile(join(root, 'dangling'), 'made')
    expect(readFileSync(join(root, 'real/none'), 'utf8')).toBe('made')
    replaceFile(join(root, 'folder/up'), 'up')
    expect(readFileSync(join(root, 'real/a'), 'utf8')).toBe('up')
    expect(
      ['one', 'two', 'dangling', 'folder'].map((name) => readlinkSync(join(root, name))),
    ).toEqual(['real/a', 'one', 'real/none', 'real/sub'])
    expect(readdirSync(join(root, 'real')).sort()).toEqual(['a', 'none', 'sub'])
  })

  it('says what is wrong with a link in a circle, or to a folder that does not exist', () => {
    const root = folderWith()
    symlinkSync('b', join(root, 'a'))
    symlinkSync('a', join(root, 'b'))
    symlinkSync('no/such/file', join(root, 'lost'))
    expect(() => replaceFile(join(root, 'a'), 'text')).toThrow('ELOOP')
    expect(() => replaceFile(join(root, 'lost'), 'text')).toThrow('ENOENT')
    expect(readdirSync(root).sort()).toEqual(['a', 'b', 'lost'])
  })

  it('keeps the mode, and for root the owner', () => {
    const root = folderWith({ a: 'old' })
    chmodSync(join(root, 'a'), 0o664)
    const isRoot = process.getuid?.() === 0
    if (isRoot) chownSync(join(root, 'a'), 1234, 2345)
    const before = statSync(join(root, 'a'))
    replaceFile(join(root, 'a'), 'new')
    const { mode, uid, gid } = statSync(join(root, 'a'))
    expect([mode & 0o777, uid, gid]).toEqual([0o664, before.uid, before.gid])
  })

  it('refuses one that nobody may write, for root too', () => {
    const root = folderWith({ a: 'old' })
    chmodSync(join(root, 'a'), 0o444)
    expect(() => replaceFile(join(root, 'a'), 'new')).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
    )
    expect([readFileSync(join(root, 'a'), 'utf8'), readdirSync(root)]).toEqual(['old', ['a']])
  })
})

describe('a sealed file', () => {
  it('property: gives its value back; with any byte changed or cut it gives nothing', () => {
    const path = join(folderWith(), 'x.json')
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (value, seed, flip) => {
          writeSealed(path, value)
          expect(readSealed(path)).toEqual(JSON.parse(JSON.stringify(value)))
          const bytes = readFileSync(path)
          const spot = seed % bytes.length
          writeFileSync(path, bytes.subarray(0, spot))
          expect(readSealed(path)).toBeUndefined()
          bytes[spot] = (bytes[spot] ?? 0) ^ flip
          writeFileSync(path, bytes)
          expect(readSealed(path)).toBeUndefined()
        },
      ),
      { numRuns: 60 },
    )
  })

  it('that is absent or a folder gives nothing', () => {
    const root = folderWith({ 'folder/x': '' })
    expect(readSealed(join(root, 'gone'))).toBeUndefined()
    expect(readSealed(join(root, 'folder'))).toBeUndefined()
  })
})

describe('the memo', () => {
  it('gives back what it was given, in the next process too', () => {
    const root = folderWith()
    expect(openMemo(layoutOf(root).memo).read('x')).toBeUndefined()
    openMemo(layoutOf(root).memo).write('x', { a: [1] })
    expect(openMemo(layoutOf(root).memo).read('x')).toEqual({ a: [1] })
  })

  it('does without a place to write', () => {
    const root = folderWith({ '.weir': 'a file where the folder should be' })
    const memo = openMemo(layoutOf(root).memo)
    memo.write('x', 1)
    expect(memo.read('x')).toBeUndefined()
  })
})

describe('the run cache', () => {
  const entry: LockEntry = { key: digestOf('key'), document: DOCUMENT, outs: {} }
  const record: RunRecord = { title: 't', seconds: 1.5, metrics: { auc: 0.8 }, shown: [] }

  it('keeps a run by its key', () => {
    const root = folderWith({ 'log.txt': 'line\n' })
    const runs = openRunCache(join(root, 'runs'))
    expect([
      runs.find(entry.key),
      runs.record(entry.key),
      existsSync(runs.logPath(entry.key)),
    ]).toEqual([undefined, undefined, false])
    runs.keep(entry, record, join(root, 'log.txt'))
    const again = openRunCache(join(root, 'runs'))
    expect([
      again.find(entry.key),
      again.record(entry.key),
      readFileSync(again.logPath(entry.key), 'utf8'),
    ]).toEqual([entry, record, 'line\n'])
    expect(again.find(digestOf('other'))).toBeUndefined()
  })

  it('keeps the log once: the file has two names, and a later log of another file replaces it', () => {
    const root = folderWith({ first: 'one\n', second: 'two\n' })
    const runs = openRunCache(join(root, 'runs'))
    const path = runs.logPath(entry.key)
    runs.keep(entry, record, join(root, 'first'))
    expect(statSync(path).ino).toBe(statSync(join(root, 'first')).ino)
    runs.keep(entry, record, join(root, 'first'))
    runs.keep(entry, record, join(root, 'second'))
    expect(readFileSync(path, 'utf8')).toBe('two\n')
    expect(readFileSync(join(root, 'first'), 'utf8')).toBe('one\n')
  })

  it('keeps a run in two files, and takes the place of what is in the way', () => {
    const root = folderWith({ log: 'line\n' })
    const runs = openRunCache(join(root, 'runs'))
    const place = runPath(join(root, 'runs'), entry.key)
    for (const end of ['json', 'txt']) mkdirSync(`${place}.${end}/full`, { recursive: true })
    runs.keep(entry, record, join(root, 'log'))
    expect(runs.find(entry.key)).toEqual(entry)
    expect(readdirSync(join(place, '..')).sort()).toEqual([`${entry.key}.json`, `${entry.key}.txt`])
  })

  it('forgets a run, and can keep it again', () => {
    const root = folderWith({ log: '' })
    const runs = openRunCache(join(root, 'runs'))
    runs.keep(entry, record, join(root, 'log'))
    runs.forget(entry.key)
    expect(runs.find(entry.key)).toBeUndefined()
    runs.forget(entry.key)
    runs.keep(entry, record, join(root, 'log'))
    expect(runs.find(entry.key)).toEqual(entry)
  })

  it('an entry under another key than its own is not found', () => {
    const root = folderWith({ log: '' })
    const runs = openRunCache(join(root, 'runs'))
    runs.keep(entry, record, join(root, 'log'))
    const file = (key: string): string => `${runPath(join(root, 'runs'), key)}.json`
    const other = digestOf('other')
    mkdirSync(join(root, 'runs', other.slice(0, 2)), { recursive: true })
    copyFileSync(file(entry.key), file(other))
    expect(runs.find(other)).toBeUndefined()
    expect(runs.record(other)).toBeUndefined()
  })
})
