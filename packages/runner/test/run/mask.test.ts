// The mask: no part of a secret is left in what a stage says, and nothing else is changed.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskOf } from '../../src/session/mask.ts'

const masked = (text: string, ...values: (string | undefined)[]): string =>
  maskOf(
    values.map((_, index) => `V${index}`),
    Object.fromEntries(values.map((value, index) => [`V${index}`, value])),
  )(text)

describe('a text', () => {
  it.each([
    ['the value, wherever it stands', 'token=hunter2, hunter2!', ['hunter2'], 'token=***, ***!'],
    ['the whole text', 'hunter2', ['hunter2'], '***'],
    ['several values', 'one-a and two-b', ['one-a', 'two-b'], '*** and ***'],
    ['the longer of two that begin alike', 'pass pass-word', ['pass', 'pass-word'], '*** ***'],
    ['two that overlap, as one', 'xabcdefx', ['abcd', 'cdef'], 'x***x'],
    ['two side by side, as one', 'abcdefgh', ['abcd', 'efgh'], '***'],
    ['one that overlaps itself', 'xaaaaaax', ['aaaa'], 'x***x'],
    ['what a regular expression would read', 'a.b* [c] a-b*', ['a.b* [c]'], '*** a-b*'],
    ['what a replacement would read', 'is $&$1 it', ['$&$1'], 'is *** it'],
    [
      'each line of one of several lines',
      'got\nline two\r\nnot',
      ['line one\nline two'],
      'got\n***\r\nnot',
    ],
    ['a line without the spaces around it', '[key: abc]', ['  key: abc  \n'], '[***]'],
    ['nothing where it is not set', 'undefined null', [undefined], 'undefined null'],
    ['nothing where it is empty', 'text', [''], 'text'],
    ['nothing where it is shorter than four characters', 'abcabc 1', ['abc', '1'], 'abcabc 1'],
    ['nothing of its short lines', '{ long-enough }', ['{\nlong-enough\n}'], '{ *** }'],
    ['other letters', 'grüße 😀😀', ['grüße', '😀😀'], '*** ***'],
  ])('masks %s', (_, text, values, expected) => {
    expect(masked(text, ...values)).toBe(expected)
  })

  it('property: no secret is left, and what holds none is unchanged', () => {
    const piece = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', '*', ' '),
      minLength: 4,
      maxLength: 6,
    })
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 3 }),
        fc.array(fc.oneof(piece, fc.constant('x'))),
        (values, pieces) => {
          const text = pieces.join('x')
          const result = masked(text, ...values)
          const secrets = values.map((value) => value.trim()).filter((value) => value.length >= 4)
          for (const secret of secrets)
            expect(result.split('***').some((rest) => rest.includes(secret))).toBe(false)
          if (!secrets.some((secret) => text.includes(secret))) expect(result).toBe(text)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('data', () => {
  const mask = maskOf(['TOKEN'], { TOKEN: 'hunter2', OTHER: 'visible' })

  it('is masked in every text, also in keys; the rest stays as it is', () => {
    const said = {
      kind: 'show',
      block: {
        rows: [['a', 'hunter2', 1, null, true]],
        'is hunter2': { deep: ['hunter2hunter2'] },
      },
      big: 7n,
      bytes: new Uint8Array([1]),
      visible: 'visible',
    }
    expect(mask(said)).toEqual({
      kind: 'show',
      block: { rows: [['a', '***', 1, null, true]], 'is ***': { deep: ['***'] } },
      big: 7n,
      bytes: new Uint8Array([1]),
      visible: 'visible',
    })
    expect(JSON.stringify(said, (_, value) => (typeof value === 'bigint' ? 0 : value))).toContain(
      'hunter2',
    )
  })

  it('is given back itself where nothing is secret', () => {
    const said = { a: ['b'] }
    expect(maskOf([], { TOKEN: 'hunter2' })(said)).toBe(said)
    expect(maskOf(['GONE', 'toString'], {})(said)).toBe(said)
  })
})
