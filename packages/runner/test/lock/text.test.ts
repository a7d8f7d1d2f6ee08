// The text of the lock, read in two ways: checked, as a file of unknown origin, and by blocks, as one known to be ours.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { keyOf } from '../../src/store/key-document.ts'
import type { LockEntry } from '../../src/store/lock-entry.ts'
import { openLock } from '../../src/store/lock-file.ts'
import {
  blockText,
  checkedEntries,
  entryOf,
  knownBlocks,
  lockText,
} from '../../src/store/lock-text.ts'
import { digestOf, randomDocument } from '../key/documents.ts'
import { folderWith } from '../project-folder.ts'
import { entriesOf, entry, opened, textOf, writeEntries } from './locks.ts'

/** Names and paths that look like parts of the file's own form. */
const name = fc.oneof(
  fc.constantFrom(
    'a',
    '__proto__',
    'outs',
    'stages:',
    'a":',
    '\n  "b":\n',
    '\\',
    '"',
    '    {',
    '\u2028',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const out = fc
  .string({ maxLength: 3 })
  .map((content) => ({ kind: 'file' as const, sha256: digestOf(content), size: content.length }))
const dictionary = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(name, value), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs))
const randomEntry: fc.Arbitrary<LockEntry> = fc
  .record({
    document: randomDocument,
    modules: fc.option(dictionary(fc.string({ maxLength: 3 })), { nil: undefined }),
    outs: dictionary(out),
  })
  .map(({ document, modules, outs }) => ({
    key: keyOf(document),
    document,
    ...(modules && { modules }),
    outs,
  }))
const randomLock = fc
  .array(fc.tuple(name, randomEntry), { maxLength: 4 })
  .map((pairs) => new Map(pairs))

const blocksOf = (entries: ReadonlyMap<string, LockEntry>) =>
  new Map([...entries].map(([stage, one]) => [stage, blockText(stage, one)]))
const plain = (one: LockEntry | undefined): unknown => JSON.parse(JSON.stringify(one))

describe('the text of the lock', () => {
  it('property: gives every entry back, whatever stages and paths are called', () => {
    fc.assert(
      fc.property(randomLock, (entries) => {
        const read = checkedEntries(lockText(blocksOf(entries)))
        if (typeof read === 'number') throw new Error(`damaged at ${read}`)
        expect(read.size).toBe(entries.size)
        for (const [stage, one] of entries) expect(plain(read.get(stage))).toEqual(plain(one))
      }),
    )
  })

  it('property: is cut into the very blocks that it was put together from', () => {
    fc.assert(
      fc.property(randomLock, (entries) => {
        const blocks = blocksOf(entries)
        const known = knownBlocks(lockText(blocks))
        expect([...known].sort()).toEqual([...blocks].sort())
        expect(lockText(known)).toBe(lockText(blocks))
      }),
    )
  })

  it('property: an entry read piece by piece is the one that is read at once', () => {
    fc.assert(
      fc.property(name, randomEntry, (stage, one) => {
        const lazy = entryOf(blockText(stage, one))
        expect(lazy.key).toBe(one.key)
        expect(plain({ ...lazy, outs: lazy.outs })).toEqual(plain(one))
        expect('modules' in lazy).toBe(one.modules !== undefined)
      }),
    )
  })

  it('property: the same entry is the same text, whatever the order of its keys', () => {
    const turned = (value: unknown): unknown =>
      typeof value !== 'object' || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, item]) => [key, turned(item)]),
          )
    fc.assert(
      fc.property(randomEntry, (one) => {
        expect(blockText('s', turned(one) as LockEntry)).toBe(blockText('s', one))
      }),
    )
  })
})

describe('a merge of git', () => {
  /** What git makes of three versions of the lock; its exit code is the number of conflicts. */
  function gitMerge(base: string, ours: string, theirs: string) {
    const folder = folderWith({ base, ours, theirs })
    const files = ['ours', 'base', 'theirs'].map((file) => join(folder, file))
    return spawnSync('git', ['merge-file', '-p', ...files], { encoding: 'utf8' })
  }
  function merged(...versions: [base: string, ours: string, theirs: string]): string {
    const { status, stdout, stderr } = gitMerge(...versions)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return stdout
  }
  const written = (contents: Readonly<Record<string, string>>): string => {
    const root = folderWith()
    writeEntries(
      root,
      Object.fromEntries(Object.entries(contents).map(([stage, text]) => [stage, entry(text)])),
    )
    return textOf(root)
  }
  const contents = (text: string) =>
    Object.fromEntries(
      Object.entries(entriesOf(opened(folderWith({ 'pipeline.lock': text })))).map(
        ([stage, one]) => [stage, one.outs['out.txt']?.sha256],
      ),
    )
  const digests = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).map(([stage, text]) => [stage, digestOf(text)]))
  const BASE = { clean: '1', features: '1', ingest: '1', train: '1' }

  it('of runs of neighbouring stages in two branches has what both recorded', () => {
    const text = merged(
      written(BASE),
      written({ ...BASE, features: '2' }),
      written({ ...BASE, ingest: '3' }),
    )
    expect(contents(text)).toEqual(digests({ ...BASE, features: '2', ingest: '3' }))
  })

  it('of a new stage in each branch has both, and what one took away is gone', () => {
    const { clean: _, ...without } = BASE
    const text = merged(
      written(BASE),
      written({ ...without, fit: '5' }),
      written({ ...BASE, validate: '6' }),
    )
    expect(contents(text)).toEqual(digests({ ...without, fit: '5', validate: '6' }))
  })

  it('of two runs of one stage is a conflict, which is told and never read as an entry', () => {
    const [ours, theirs] = [written({ ...BASE, train: '2' }), written({ ...BASE, train: '3' })]
    const { status, stdout } = gitMerge(written(BASE), ours, theirs)
    expect(status).toBe(1)
    const line = stdout.split('\n').findIndex((row) => row.startsWith('<<<<<<<')) + 1
    expect(openLock(layoutOf(folderWith({ 'pipeline.lock': stdout })))).toMatchObject({
      ok: false,
      problem: {
        code: 'LOCK_DAMAGED',
        place: { line },
        message: 'pipeline.lock holds a git conflict',
      },
    })
  })
})
