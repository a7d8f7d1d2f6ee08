// Expressions: typing, escapes, and what cannot be replaced.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keysOf, lookUp, template } from '../../src/config/template.ts'

const VALUES = {
  text: 'hello',
  number: 0.5,
  whole: 3,
  yes: true,
  no: false,
  nothing: null,
  list: ['a', 'b'],
  map: { inner: { deep: 7 }, 'odd-key': 'x' },
}

function value(text: string): unknown {
  const outcome = template(text, VALUES)
  return outcome.ok ? outcome.value : outcome
}

describe('template', () => {
  it.each([
    ['${number}', 0.5],
    ['${yes}', true],
    ['${nothing}', null],
    ['${list}', ['a', 'b']],
    ['${map.inner}', { deep: 7 }],
    ['${ map[inner][deep] }', 7],
    ['${list.1}', 'b'],
    ['${list[0]}', 'a'],
    ['${map.odd-key}', 'x'],
  ])('%s alone keeps the type of its value', (text, expected) => {
    expect(value(text)).toEqual(expected)
  })

  it.each([
    ['n=${number} b=${yes}/${no} ${text}!', 'n=0.5 b=true/false hello!'],
    ['${text}${text}', 'hellohello'],
    ['no expression', 'no expression'],
    ['', ''],
    ['open ${text', 'open ${text'],
    ['$text $', '$text $'],
  ])('%s inside a text is written as text', (text, expected) => {
    expect(value(text)).toBe(expected)
  })

  it('leaves an escaped expression to the shell', () => {
    expect(value('echo \\${HOME} ${text}')).toBe('echo ${HOME} hello')
    expect(value('\\${text}')).toBe('${text}')
    expect(value('\\${a}\\${b}')).toBe('${a}${b}')
  })

  it('does not replace what came out of a value', () => {
    expect(template('${a} ${b}', { a: '${b}', b: '$&' })).toEqual({ ok: true, value: '${b} $&' })
  })

  it('names what is missing, and the nearest that is there', () => {
    expect(template('x ${map.iner}', VALUES)).toEqual({
      ok: false,
      message: "could not find 'map.iner' in params.yaml",
      hint: "did you mean 'inner'?",
    })
    expect(template('${HOME}', VALUES)).toMatchObject({
      ok: false,
      hint: expect.stringContaining('\\${'),
    })
  })

  it.each([
    '${text.length}',
    '${list.length}',
    '${map.constructor}',
    '${toString}',
    '${list.9}',
  ])('%s is missing, not a member of the language', (text) => {
    expect(template(text, VALUES).ok).toBe(false)
  })

  it.each([
    '${}',
    '${ }',
    '${a..b}',
    '${.a}',
    '${a.}',
    '${a[}',
    '${a[]}',
    'x ${} y',
  ])('%s is no expression', (text) => {
    expect(template(text, { a: { b: 1 } })).toMatchObject({
      ok: false,
      message: expect.stringContaining('cannot read'),
    })
  })

  it.each([
    ['${list}', 'a list'],
    ['${map}', 'a map'],
    ['${nothing}', 'null'],
  ])('%s cannot stand inside a text', (expression, kind) => {
    expect(template(`x ${expression}`, VALUES)).toMatchObject({
      ok: false,
      message: expect.stringContaining(kind),
    })
  })

  it('property: a text without a dollar sign is itself', () => {
    const plain = fc.string().filter((text) => !text.includes('$'))
    fc.assert(fc.property(plain, (text) => value(text) === text))
  })

  it('property: any string value arrives in a text as it is', () => {
    fc.assert(
      fc.property(fc.string(), (inner) => {
        expect(template('<${a.b}>', { a: { b: inner } })).toEqual({ ok: true, value: `<${inner}>` })
      }),
    )
  })
})

describe('keysOf and lookUp', () => {
  it('reads dots and brackets alike', () => {
    expect(keysOf(' a.b[c].0 ')).toEqual(['a', 'b', 'c', '0'])
    expect(keysOf('')).toEqual([])
  })

  it('finds own members only', () => {
    expect(lookUp({ a: undefined }, 'a')).toBeUndefined()
    expect(lookUp('text', 'length')).toBeUndefined()
    expect(lookUp(null, 'a')).toBeUndefined()
    expect(lookUp({}, 'hasOwnProperty')).toBeUndefined()
    expect(lookUp(['x'], '0')).toBe('x')
  })
})
