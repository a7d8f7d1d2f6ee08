// Canonical JSON and digests: pinned, since every recorded key depends on them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, isDigest, sha256 } from '../src/values/digest.ts'

describe('sha256', () => {
  it('is pinned, for texts as UTF-8 and for bytes', () => {
    // printf '' | sha256sum; printf 'é' | sha256sum
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c')
    expect(sha256(Buffer.from('é'))).toBe(sha256('é'))
  })
})

describe('isDigest', () => {
  it('is 64 lower-case hexadecimal digits and nothing else', () => {
    expect(isDigest(sha256('x'))).toBe(true)
    for (const other of [
      '',
      'a'.repeat(63),
      'a'.repeat(65),
      'A'.repeat(64),
      'g'.repeat(64),
      `${'a'.repeat(64)}\n`,
      5,
      null,
    ])
      expect(isDigest(other)).toBe(false)
  })
})

describe('canonicalJson', () => {
  it('orders keys by code unit, leaves white space and undefined out', () => {
    const value = {
      b: 1,
      a: [1, 'x', null, { z: true, y: undefined }],
      B: 0.5,
      é: '\n"',
      '10': 1,
      '9': 2,
      '': 3,
    }
    expect(canonicalJson(value)).toBe(
      '{"":3,"10":1,"9":2,"B":0.5,"a":[1,"x",null,{"z":true}],"b":1,"é":"\\n\\""}',
    )
  })

  it('orders by code unit, not by code point or locale', () => {
    expect(canonicalJson({ '\uFF5E': 1, '\u{1F600}': 2, ä: 3, z: 4 })).toBe(
      '{"z":4,"ä":3,"😀":2,"～":1}',
    )
  })

  it.each([
    undefined,
    () => 1,
    Symbol('x'),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    10n,
    [undefined],
  ])('refuses what JSON cannot hold (case %#)', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
    if (value !== undefined) expect(() => canonicalJson({ a: value })).toThrow(TypeError)
  })

  it('property: is JSON of the same value, whatever order its keys were set in', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(turned(value))).toBe(text)
      }),
    )
  })

  it('property: two values have one text only if they are equal', () => {
    const small = fc.jsonValue({ maxDepth: 2, noUnicodeString: true })
    fc.assert(
      fc.property(small, small, (a, b) => {
        const equal = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
        return equal === (canonicalJson(a) === canonicalJson(b))
      }),
    )
  })
})

/** The same value with all maps built in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, turned(item)]),
  )
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value).sort()
  return keys.map((key) => [key, sorted((value as Record<string, unknown>)[key])]).concat([['map']])
}
