// Conditions: what is known at once, what waits for a file, what cannot be read, and that params are only compared.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readWhen } from '../../src/config/when.ts'

const fact = (file: string, key: string, negate = false) => ({ kind: 'fact', file, key, negate })

/** true and false for a condition that is known, else what it waits for, or what is wrong. */
function answer(source: unknown, values: unknown = {}): unknown {
  const read = readWhen(source, values)
  if (!read.ok) return read.kind
  if (!read.when) return true
  return read.when.test.kind === 'never' ? false : read.when.test
}

describe('readWhen', () => {
  it.each([
    true,
    'true',
    'a == a',
    'not false',
    '!false',
    "x == 'x'",
    'a != b',
    'not a == b',
    '! a == b',
    '1 == 1',
    "'' == ''",
    "'a == b' == 'a == b'",
    "it's == it's",
  ])('%j holds: nothing to wait for', (text) => {
    expect(readWhen(text, {})).toEqual({ ok: true, when: undefined })
  })

  it.each([
    false,
    'false',
    'a == b',
    'a != a',
    'not true',
    'not a == a',
    '!a == a',
    'x == x # y != z',
    "'a == b' != 'a == b'",
  ])('%j never holds', (text) => {
    const when = { text: String(text), test: { kind: 'never' } }
    expect(readWhen(text, {})).toEqual({ ok: true, when })
  })

  it.each([
    ['d.json:retrain', fact('d.json', 'retrain')],
    ['./a//d.json:x.y', fact('a/d.json', 'x.y')],
    ['not d.json:retrain', fact('d.json', 'retrain', true)],
    ['!d.json:retrain', fact('d.json', 'retrain', true)],
    ['  d.json : retrain ', fact('d.json', 'retrain')],
    ['notes.json:x', fact('notes.json', 'x')],
  ])('%j waits for a file', (text, test) => {
    expect(readWhen(text, {})).toEqual({ ok: true, when: { text: text.trim(), test } })
  })

  it.each([
    '',
    'word',
    'a:b:c',
    ':key',
    'file:',
    1,
    null,
    ['a'],
    'x > 3',
    'd.json:action == retrain',
    'retrain != d.json:action',
    '!= a',
  ])('%j cannot be read', (value) => {
    expect(answer(value)).toBe('malformed')
  })
})

describe('expressions', () => {
  it('tells the condition as it is written, with what it came to', () => {
    const read = readWhen('${source} == simulated', { source: 'exports' })
    const text = '${source} == simulated (exports == simulated)'
    expect(read).toEqual({ ok: true, when: { text, test: { kind: 'never' } } })
  })

  it.each([
    ['${a}', true, true],
    ['not ${a}', true, false],
    ['${a}', 'true', true],
    ['!${a}', 'false', true],
    ['${a} == 3', 3, true],
    ['${a} == true', true, true],
    ['"${a}" == "on"', 'on', true],
    ['v${a} != v1', 2, true],
    ['d/${a}.json:go', 'x', fact('d/x.json', 'go')],
    ['not ${a}:go.${a}', 'x', fact('x', 'go.x', true)],
    ['${a}:go', 'x:y', fact('x:y', 'go')],
    ['${a} == y', 'd.json:x', false],
    ['d.json:go == ${a}', 1, 'malformed'],
    ['${a}', 'x == x', 'malformed'],
    ['${a}', 'd.json:go', 'malformed'],
    ['${a}', 'not true', 'malformed'],
    ['${a} == x', null, 'template'],
    ['${a}', ['x'], 'template'],
    ['${b} == x', 1, 'template'],
  ])('%s where a is %j is %j', (text, a, expected) => {
    expect(answer(text, { a })).toEqual(expected)
  })

  const AWKWARD = [
    '==',
    '!=',
    'not ',
    '!',
    '"',
    "'",
    '\n',
    '${',
    '${a}',
    '.json:',
    ':',
    'x',
    ' ',
    '\\',
  ]
  const texts = fc
    .array(fc.constantFrom(...AWKWARD), { maxLength: 6 })
    .map((parts) => parts.join(''))

  it('compare values, whatever text they hold', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const values = { a, b }
        expect(answer('${a} == ${b}', values)).toBe(a === b)
        expect(answer('${a} != ${b}', values)).toBe(a !== b)
        expect(answer('not ${a} == ${b}', values)).toBe(a !== b)
        expect(answer('\'${a}\' == "${b}"', values)).toBe(a === b)
        expect(answer('${a} == x', values)).toBe(a === 'x')
        expect(answer('not x != ${b}', values)).toBe(b === 'x')
      }),
    )
  })

  it('stand inside the path and the key of a fact, whatever text they hold', () => {
    fc.assert(
      fc.property(texts, (a) => {
        expect(answer('d.json:${a}', { a })).toEqual(fact('d.json', a))
      }),
    )
  })
})
