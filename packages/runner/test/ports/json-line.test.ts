// Values as lines of JSON: what JSON lacks comes through, and no value of a user's own is taken for an encoded one.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLine, encodeLine } from '../../src/execute/json-line.ts'

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, Number.NaN, Infinity, -Infinity, 'NaN', '5n', 0),
    fc.integer(),
    fc.bigInt(),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom('$', '$$', '$$$', '__proto__', '$a', ''), fc.string()),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
}))

describe('a line', () => {
  it('property: gives back the value, also one made of the signs that stand for others', () => {
    fc.assert(
      fc.property(value, (item) => {
        const line = encodeLine(item)
        expect(decodeLine(line)).toStrictEqual(withoutPrototypes(item))
        expect(line).not.toContain('\n')
      }),
      { numRuns: 500 },
    )
  })

  it('property: is plain JSON for a value that JSON holds and that has no such key', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (item) => {
        const json = JSON.stringify(item)
        fc.pre(!/"\$+":/.test(json))
        expect(encodeLine(item)).toBe(json)
        expect(decodeLine(json)).toEqual(JSON.parse(json))
      }),
    )
  })

  it.each([
    [12n, '{"$":"12n"}'],
    [Number.NaN, '{"$":"NaN"}'],
    [-Infinity, '{"$":"-Infinity"}'],
    [{ $: 'NaN' }, '{"$$":"NaN"}'],
    [{ $$: 1, $x: 2 }, '{"$$$":1,"$x":2}'],
    [undefined, 'null'],
  ])('of %s is %s', (item, line) => expect(encodeLine(item)).toBe(line))

  it.each([() => 1, Symbol('s'), { inner: [() => 1] }])('refuses what is no data', (item) => {
    expect(() => encodeLine(item)).toThrow('cannot be sent: it is no JSON')
  })

  it('refuses a value that holds itself, and text that is no JSON', () => {
    const own: unknown[] = []
    own.push(own)
    expect(() => encodeLine(own)).toThrow(TypeError)
    expect(() => decodeLine('{"$":')).toThrow(SyntaxError)
  })
})

/** fast-check makes some objects without a prototype; what is read always has one. */
function withoutPrototypes(item: unknown): unknown {
  if (Array.isArray(item)) return item.map(withoutPrototypes)
  if (typeof item !== 'object' || item === null) return Object.is(item, -0) ? 0 : item
  return Object.fromEntries(
    Object.entries(item).map(([key, member]) => [key, withoutPrototypes(member)]),
  )
}
