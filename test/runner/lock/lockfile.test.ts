// pipeline.lock: what is written is read again, is YAML, is ordered; what is damaged is never taken for an entry.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { keyOf } from '../../../runner/key/document.ts'
import {
  type LockEntry,
  type LockFile,
  openLock,
  type RecordedOut,
} from '../../../runner/lock/lockfile.ts'
import type { Problem } from '../../../runner/problem.ts'
import { DOCUMENT, digestOf, randomDocument } from '../key/documents.ts'
import { folderWith } from '../project-folder.ts'

function opened(root: string): LockFile {
  const outcome = openLock(root)
  if (!outcome.ok) throw new Error(outcome.problem.message)
  return outcome.lock
}

/** The problem of a lock file with this text, or its entries. */
function read(root: string, text: string): Problem | Record<string, LockEntry | undefined> {
  writeFileSync(join(root, 'pipeline.lock'), text)
  const outcome = openLock(root)
  if (!outcome.ok) return outcome.problem
  return Object.fromEntries(outcome.lock.names().map((name) => [name, outcome.lock.get(name)]))
}

const textOf = (root: string): string => readFileSync(join(root, 'pipeline.lock'), 'utf8')

function entry(content: string, more: Partial<LockEntry> = {}): LockEntry {
  return {
    key: keyOf(DOCUMENT),
    document: DOCUMENT,
    outs: { 'out.txt': { kind: 'file', sha256: digestOf(content), size: content.length } },
    ...more,
  }
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
    const lock = opened(root)
    for (const name of ['b', '10', 'a', 'B']) lock.set(name, entry(name))
    const text = textOf(root)
    expect(text.match(/^ {2}"[^"]*":$/gm)).toEqual(['  "10":', '  "B":', '  "a":', '  "b":'])
    expect(text.split('\n').slice(0, 12)).toEqual([
      '# What was run, with hashes. Written by weir; commit it, never edit it.',
      'schema: weir/lock/1',
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
    const first = opened(one)
    first.set('a', a)
    first.set('b', b)
    const second = opened(two)
    second.set('b', a)
    second.set('a', a)
    second.set('b', { outs: b.outs, document: b.document, key: b.key })
    expect(textOf(two)).toBe(textOf(one))
  })

  it('a set entry is on disk; a suspended one is out of force here and for who opens the lock next', () => {
    const root = folderWith()
    const lock = opened(root)
    lock.set('a', entry('a'))
    lock.set('b', entry('b'))
    const text = textOf(root)
    lock.suspend('a')
    expect([lock.get('a'), lock.names()]).toEqual([undefined, ['b']])
    expect(opened(root).get('a')).toBeUndefined()
    expect(textOf(root)).toBe(text)
    lock.resume('a')
    expect(opened(root).get('a')).toEqual(entry('a'))
    lock.suspend('a')
    lock.set('a', entry('new'))
    expect(opened(root).get('a')).toEqual(entry('new'))
  })

  it('a write that fails leaves what is remembered as it is on disk', () => {
    const root = folderWith()
    const lock = opened(root)
    lock.set('a', entry('a'))
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    expect(() =>
      lock.set('a', entry('b', { document: { ...DOCUMENT, params: { x: cycle } } })),
    ).toThrow()
    expect(lock.get('a')).toEqual(entry('a'))
    expect(opened(root).get('a')).toEqual(entry('a'))
  })
})

describe('reading', () => {
  it('an absent file is an empty lock, and is not made by looking', () => {
    const root = folderWith()
    expect(opened(root).names()).toEqual([])
    expect(existsSync(join(root, 'pipeline.lock'))).toBe(false)
  })

  it('property: what was set is what is read, and YAML reads the same', () => {
    const root = folderWith()
    fc.assert(
      fc.property(randomLock, (entries) => {
        writeFileSync(join(root, 'pipeline.lock'), '# x\nschema: weir/lock/1\nstages:\n')
        const lock = opened(root)
        for (const [name, one] of Object.entries(entries)) lock.set(name, one)
        const again = opened(root)
        const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
        expect(Object.fromEntries(again.names().map((name) => [name, again.get(name)]))).toEqual(
          plain(entries),
        )
        if (Object.keys(entries).length === 0) return
        expect(parse(textOf(root))).toEqual({ schema: 'weir/lock/1', stages: plain(entries) })
      }),
      { numRuns: 60 },
    )
  })

  it('cut off at any byte it is a problem, or has whole entries of before only', () => {
    const root = folderWith()
    const lock = opened(root)
    const entries: Record<string, LockEntry> = {
      a: entry('a'),
      b: entry('b', { modules: { 'm.ts': '1' } }),
    }
    for (const [name, one] of Object.entries(entries)) lock.set(name, one)
    const text = textOf(root)
    for (let length = 0; length < text.length; length++) {
      const found = read(root, text.slice(0, length))
      if ('code' in found) expect(found.code).toBe('LOCK_DAMAGED')
      else for (const [name, one] of Object.entries(found)) expect(one).toEqual(entries[name])
    }
  })

  it('with any line taken out it is never an entry with other outputs under the same key', () => {
    const root = folderWith()
    opened(root).set('a', entry('a'))
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
    opened(root).set('a', entry('a'))
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
    opened(root).set('a', entry('a'))
    const text = textOf(root)
    const changed = damage(text)
    expect(changed).not.toBe(text)
    expect(read(root, changed)).toMatchObject({ code: 'LOCK_DAMAGED', place: { line: 4, col: 1 } })
  })

  it('a conflict of git is named as such, at its first marker', () => {
    const root = folderWith()
    opened(root).set('a', entry('a'))
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
    expect(read(root, '# a\n# b\nschema: weir/lock/2\nstages:\n')).toMatchObject({
      code: 'LOCK_FUTURE',
      place: { line: 3 },
    })
    for (const other of ['weir/lock/0', 'dvc/2', '2.0'])
      expect(read(root, `schema: ${other}\nstages:\n`)).toMatchObject({ code: 'LOCK_DAMAGED' })
    expect(read(root, 'stages:\n')).toMatchObject({ code: 'LOCK_DAMAGED' })
  })
})
