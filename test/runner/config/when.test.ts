// Conditions: what is known at once, what waits for a file, and what cannot be read.
import { describe, expect, it } from 'vitest'
import { parseWhen } from '../../../runner/config/when.ts'

const fact = (file: string, key: string, negate = false) => ({ kind: 'fact', file, key, negate })

describe('parseWhen', () => {
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
  ])('%j holds: nothing to wait for', (text) => {
    if (text === 'x == x # y != z')
      expect(parseWhen(text)).toMatchObject({ test: { kind: 'never' } })
    else expect(parseWhen(text)).toBeUndefined()
  })

  it.each([
    false,
    'false',
    'a == b',
    'a != a',
    'not true',
    'not a == a',
    '!a == a',
  ])('%j never holds', (text) => {
    expect(parseWhen(text)).toEqual({ text: String(text), test: { kind: 'never' } })
  })

  it.each([
    ['d.json:retrain', fact('d.json', 'retrain')],
    ['./a//d.json:x.y', fact('a/d.json', 'x.y')],
    ['not d.json:retrain', fact('d.json', 'retrain', true)],
    ['!d.json:retrain', fact('d.json', 'retrain', true)],
    ['  d.json : retrain ', fact('d.json', 'retrain')],
    ['notes.json:x', fact('notes.json', 'x')],
  ])('%j waits for a file', (text, test) => {
    expect(parseWhen(text)).toEqual({ text: text.trim(), test })
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
  ])('%j cannot be read', (value) => {
    expect(parseWhen(value)).toBe('malformed')
  })
})
