// What JSON would lose of a value, held against what JSON.stringify really does with it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLoss } from '../../src/execute/json-losses.ts'

/** Values that JSON has, as JSON.parse makes them. */
const whole = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)))

/** What is lost wherever it stands in a document. */
const LOST: [string, () => unknown][] = [
  ['NaN', () => Number.NaN],
  ['Infinity', () => Number.POSITIVE_INFINITY],
  ['-Infinity', () => Number.NEGATIVE_INFINITY],
  ['1n', () => 1n],
  ['Symbol(a)', () => Symbol('a')],
  ['[Function: f]', () => function f() {}],
  ['Map(1)', () => new Map([[1, 2]])],
  ['Set(1)', () => new Set([1])],
  ['Invalid Date', () => new Date(Number.NaN)],
  ['Uint8Array', () => new Uint8Array(2)],
  ['/a/', () => /a/],
]

/** A document of lists and maps with a value at the end of a path, and that path as a JSON pointer. */
function buried(path: readonly (string | number)[], value: unknown): unknown {
  return path.reduceRight<unknown>(
    (inner, step) =>
      typeof step === 'number'
        ? [...Array<null>(step).fill(null), inner]
        : { a0: 1, [step]: inner },
    value,
  )
}

const pointer = (path: readonly (string | number)[]) =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

describe('jsonLoss', () => {
  it('finds nothing in what JSON has', () => {
    fc.assert(
      fc.property(whole, (value) => {
        expect(jsonLoss(value)).toBeUndefined()
      }),
    )
  })

  it('finds nothing exactly where a document comes back as it was', () => {
    const any = fc.anything({ withDate: false, withNullPrototype: true, maxDepth: 3 })
    fc.assert(
      fc.property(any, (value) => {
        if (jsonLoss(value) !== undefined) return
        // -0 comes back as 0, and a key without a value does not: both are allowed.
        const again: unknown = JSON.parse(JSON.stringify(value))
        expect(JSON.stringify(again)).toBe(JSON.stringify(value))
        expect(jsonLoss(again)).toBeUndefined()
      }),
    )
  })

  it.each(LOST)('finds %s wherever it is, and says where', (shown, make) => {
    const step = fc.oneof(fc.nat(3), fc.constantFrom('key', 'a/b', 'a~b', '', 'x y'))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 4 }), (path) => {
        const said = jsonLoss(buried(path, make()))
        expect(said).toContain(shown)
        expect(said).toContain(`holds at ${pointer(path) || '/'} `)
      }),
    )
  })

  it('says it of nothing at all, of a hole and of a list with a key', () => {
    expect(jsonLoss(undefined)).toBe('would be empty: the value is undefined')
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested.
    expect(jsonLoss({ a: [1, , 2] })).toContain('holds at /a/1 ')
    expect(jsonLoss(Object.assign([1], { more: 1 }))).toBe('holds at / a list that has a key: more')
    expect(jsonLoss({ a: { [Symbol('s')]: 1 } })).toContain('holds at /a a key that JSON does not')
  })

  it('takes a key without a value for one that is not there, and a moment for its text', () => {
    expect(jsonLoss({ a: undefined, b: new Date(0) })).toBeUndefined()
  })

  it('takes plain objects of other realms and those without a prototype', () => {
    expect(jsonLoss(Object.assign(Object.create(null), { a: 1 }))).toBeUndefined()
    class Point {
      x = 1
    }
    expect(jsonLoss({ at: new Point() })).toContain('Point')
  })

  it('ends on a circle and on what is nested without an end', () => {
    const circle: Record<string, unknown> = {}
    circle.self = { in: circle }
    expect(jsonLoss(circle)).toBe('holds at /self/in an object that it is in itself')
    const twice = { a: 1 }
    expect(jsonLoss({ one: twice, other: twice })).toBeUndefined()
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level++) deep = [deep]
    expect(jsonLoss(deep)).toMatch(/^is no JSON: /)
  })

  it('says what a getter throws, and shortens what it shows', () => {
    const throws = Object.defineProperty({}, 'a', {
      enumerable: true,
      get() {
        throw new Error('not today')
      },
    })
    expect(jsonLoss(throws)).toBe('is no JSON: not today')
    const long = Symbol('x'.repeat(500))
    expect(jsonLoss(long)?.length).toBeLessThan(140)
  })
})
