// pipeline.lock: what is written is read again, is YAML, is ordered; what is damaged is never taken for an entry.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { soleInstance } from '../../src/config/instance.ts'
import { layoutOf } from '../../src/config/layout.ts'
import { keyOf } from '../../src/store/key-document.ts'
import { type LockEntry, openLock, type RecordedOut } from '../../src/store/lock-file.ts'
import { openMemo } from '../../src/store/memo.ts'
import { DOCUMENT, digestOf, randomDocument } from '../key/documents.ts'
import { folderWith } from '../project-folder.ts'
import { begun, entriesOf, entry, namesOf, opened, textOf, writeEntries } from './locks.ts'

/** The problem of a lock file with this text, or its entries. */
function read(root: string, text: string): Problem | Record<string, LockEntry | undefined> {
  writeFileSync(join(root, 'pipeline.lock'), text)
  const outcome = openLock(layoutOf(root))
  return outcome.ok ? entriesOf(outcome.lock) : outcome.problem
}

const out: fc.Arbitrary<RecordedOut> = fc.oneof(
  fc.record({
    kind: fc.constant('file' as const),
    sha256: fc.constant(digestOf('f')),
    size: fc.nat(),
  }),
  fc.record({
    kind: fc.constant('dir' as const),
    sha256: fc.constant(digestOf('d')),
    size: fc.nat(),
    nfiles: fc.nat(),
  }),
  fc.record({ kind: fc.constant('reference' as const), sha256: fc.constant(digestOf('r')) }),
)
const oddText = fc.string({
  unit: fc.constantFrom(
    'a',
    '"',
    '\\',
    '\n',
    '\r',
    '\t',
    ' ',
    ':',
    '#',
    '\u2028',
    '\u2029',
    '\u0085',
    '\uFEFF',
    'é',
    '😀',
    '\ud800',
    '}',
    "'",
  ),
})
const randomEntry: fc.Arbitrary<LockEntry> = fc
  .record({
    document: randomDocument,
    modules: fc.dictionary(oddText, oddText, { maxKeys: 2 }),
    outs: fc.dictionary(oddText, out, { maxKeys: 2 }),
    odd: oddText,
  })
  .map(({ odd, ...rest }) => {
    const document = {
      ...rest.document,
      params: { ...rest.document.params, [odd]: { [odd]: odd } },
    }
    return { key: keyOf(document), ...rest, document }
  })
const randomLock = fc.dictionary(
  fc.constantFrom('b', 'a', 'B', 'a-1', 'constructor', '10', '9'),
  randomEntry,
)

describe('writing', () => {
  it('is one block a stage, in order of code unit, with a fixed form', () => {
    const root = folderWith()
    writeEntries(root, { b: entry('b'), 10: entry('10'), a: entry('a'), B: entry('B') })
    const text = textOf(root)
    expect(text.match(/^ {2}"[^"]*":$/gm)).toEqual(['  "10":', '  "B":', '  "a":', '  "b":'])
    expect(text.split('\n').slice(0, 12)).toEqual([
      '# What was run, with hashes. Written by weir; commit it, never edit it.',
      'schema: weir/lock/2',
      'stages:',
      '  "10":',
      '    {',
      `      "key": "${keyOf(DOCUMENT)}",`,
      '      "document": {',
      '        "command": {',
      '          "cmd": [',
      '            "sort in.txt > out.txt"',
      '          ]',
      '        },',
    ])
  })

  it('is the same bytes whatever the order of writing', () => {
    const [one, two] = [folderWith(), folderWith()]
    const [a, b] = [entry('a'), entry('b')]
    writeEntries(one, { a, b })
    const second = begun(two)
    second.set(soleInstance('b'), a)
    second.set(soleInstance('a'), a)
    second.set(soleInstance('b'), { outs: b.outs, document: b.document, key: b.key })
    second.end()
    expect(textOf(two)).toBe(textOf(one))
  })
})

describe('reading', () => {
  it('an absent file is an empty lock, and is not made by looking', () => {
    const root = folderWith()
    expect(namesOf(opened(root))).toEqual([])
    expect(existsSync(join(root, 'pipeline.lock'))).toBe(false)
  })

  it('property: what was set is what is read, and YAML reads the same', () => {
    const root = folderWith()
    fc.assert(
      fc.property(randomLock, (entries) => {
        writeFileSync(join(root, 'pipeline.lock'), '# x\nschema: weir/lock/2\nstages:\n')
        writeEntries(root, entries)
        const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
        expect(entriesOf(opened(root))).toEqual(plain(entries))
        // Once more, from the blocks that the memo knows to be sound.
        const memo = openMemo(layoutOf(root).memo)
        for (let time = 0; time < 2; time++) {
          const known = openLock(layoutOf(root), { memo })
          expect(known.ok && entriesOf(known.lock)).toEqual(plain(entries))
        }
        if (Object.keys(entries).length === 0) return
        expect(parse(textOf(root))).toEqual({ schema: 'weir/lock/2', stages: plain(entries) })
      }),
      { numRuns: 60 },
    )
  })

  it('cut off at any byte it is a problem, or has whole entries of before only', () => {
    const root = folderWith()
    const entries: Record<string, LockEntry> = {
      a: entry('a'),
      b: entry('b', { modules: { 'm.ts': '1' } }),
    }
    writeEntries(root, entries)
    const text = textOf(root)
    for (let length = 0; length < text.length; length++) {
      const found = read(root, text.slice(0, length))
      if ('code' in found) expect(found.code).toBe('LOCK_DAMAGED')
      else for (const [name, one] of Object.entries(found)) expect(one).toEqual(entries[name])
    }
  })

  it('with any line taken out it is never an entry with other outputs under the same key', () => {
    const root = folderWith()
    writeEntries(root, { a: entry('a') })
    const lines = textOf(root).split('\n')
    const wrong = lines.filter((_, index) => {
      const found = read(root, lines.toSpliced(index, 1).join('\n'))
      if ('code' in found) return found.code !== 'LOCK_DAMAGED'
      const digests = Object.values(found.a?.outs ?? {}).map((one) => one.sha256)
      return digests.some((digest) => digest !== digestOf('a'))
    })
    expect(wrong).toEqual([])
  })

  it('takes Windows’ line ends', () => {
    const root = folderWith()
    writeEntries(root, { a: entry('a') })
    expect(read(root, textOf(root).replaceAll('\n', '\r\n'))).toEqual({ a: entry('a') })
  })

  it.each([
    ['a document without params', (json: string) => json.replace('"params"', '"parameters"')],
    ['a key that is no digest', (json: string) => json.replace(/"key": "[0-9a-f]/, '"key": "X')],
    [
      'an output without a hash',
      (json: string) => json.replace('"size": 1,', '').replace('"sha256"', '"sha"'),
    ],
    ['two blocks run together', (json: string) => json.replace('    }\n', '    },\n')],
    ['a block that is indented by hand', (json: string) => json.replace('    {\n', '   {\n')],
  ])('%s is damage, told at the line where its block begins', (_, damage) => {
    const root = folderWith()
    writeEntries(root, { a: entry('a') })
    const text = textOf(root)
    const changed = damage(text)
    expect(changed).not.toBe(text)
    expect(read(root, changed)).toMatchObject({ code: 'LOCK_DAMAGED', place: { line: 4, col: 1 } })
  })

  it('a block that somebody has put into another order is read by its meaning, not by its form', () => {
    const root = folderWith()
    const tricky = entry('a', {
      document: { ...DOCUMENT, params: { 'p.yaml': { key: digestOf('no key'), outs: {} } } },
    })
    writeEntries(root, { a: tricky })
    const { key, ...rest } = tricky
    const json = JSON.stringify({ ...rest, key }, null, 2).replaceAll('\n', '\n    ')
    const text = textOf(root)
    const changed = `${text.slice(0, text.indexOf('    {'))}    ${json}\n`
    expect(read(root, changed)).toEqual({ a: tricky })
    for (let time = 0; time < 2; time++) {
      const again = openLock(layoutOf(root), { memo: openMemo(layoutOf(root).memo) })
      expect(again.ok && entriesOf(again.lock)).toEqual({ a: tricky })
    }
  })

  it('a conflict of git is named as such, at its first marker', () => {
    const root = folderWith()
    writeEntries(root, { a: entry('a') })
    const [head, rest] = [textOf(root).split('\n').slice(0, 6), textOf(root).split('\n').slice(6)]
    const text = [...head, '<<<<<<< ours', '  x', '=======', '  y', '>>>>>>> theirs', ...rest].join(
      '\n',
    )
    expect(read(root, text)).toMatchObject({
      code: 'LOCK_DAMAGED',
      message: expect.stringContaining('git conflict'),
      place: { file: 'pipeline.lock', line: 7 },
    })
  })

  it('another schema is of the future where its number is higher, damage otherwise', () => {
    const root = folderWith()
    expect(read(root, '# a\n# b\nschema: weir/lock/3\nstages:\n')).toMatchObject({
      code: 'LOCK_FUTURE',
      place: { line: 3 },
    })
    for (const other of ['weir/lock/0', 'dvc/2', '2.0'])
      expect(read(root, `schema: ${other}\nstages:\n`)).toMatchObject({ code: 'LOCK_DAMAGED' })
    expect(read(root, 'stages:\n')).toMatchObject({ code: 'LOCK_DAMAGED' })
  })
})
