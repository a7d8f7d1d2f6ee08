// Laws of numbers and lengths of time as people read them: they read back, their order and their signs stay.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration } from '../../src/report/duration.ts'
import { columnFormat, formatChange, formatFixed, formatNumber } from '../../src/report/number.ts'

// Below the largest double, which three digits would round up to infinity.
const finite = fc.double({ min: -1e308, max: 1e308, noNaN: true })
/** Numbers of the sizes that are written without an exponent. */
const usual = fc.double({ min: -1e9, max: 1e9, noNaN: true })

/** The number that a reader takes from a text. */
function readBack(text: string): number {
  return Number(text.replaceAll('\u202f', '').replace('\u2212', '-'))
}

describe('formatNumber', () => {
  it('reads back within the digits that it shows', () => {
    fc.assert(
      fc.property(finite, (value) => {
        const read = readBack(formatNumber(value))
        expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.abs(value) * 0.051)
      }),
    )
  })

  it('writes whole numbers exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }), (value) => {
        expect(readBack(formatNumber(value)) === value).toBe(true)
      }),
    )
  })

  it('keeps the order of numbers', () => {
    fc.assert(
      fc.property(usual, usual, (a, b) => {
        const [low, high] = a <= b ? [a, b] : [b, a]
        expect(readBack(formatNumber(low))).toBeLessThanOrEqual(readBack(formatNumber(high)))
      }),
    )
  })

  it('writes a number and its negative alike but for the sign', () => {
    fc.assert(
      fc.property(finite, (value) => {
        fc.pre(value > 0)
        expect(formatNumber(-value)).toBe(`\u2212${formatNumber(value)}`)
      }),
    )
  })

  it('is stable: what is read back is written the same', () => {
    fc.assert(
      fc.property(finite, (value) => {
        const text = formatNumber(value)
        expect(formatNumber(readBack(text))).toBe(text)
      }),
    )
  })

  it('has a true minus, no plus in an exponent, no more than four decimals', () => {
    fc.assert(
      fc.property(finite, (value) => {
        expect(formatNumber(value)).toMatch(
          /^\u2212?\d{1,3}(?:\u202f?\d{1,3})*(?:\.\d{1,4})?(?:e-?\d+)?$/,
        )
      }),
    )
  })

  it.each([
    [0, '0'],
    [-0, '0'],
    [9999, '9999'],
    [10_000, '10\u202f000'],
    [-1_234_567, '\u22121\u202f234\u202f567'],
    [0.1 + 0.2, '0.3'],
    [0.001, '0.001'],
    [0.000_999, '9.99e-4'],
    [1e12, '1.00e12'],
    [12.5, '12.5'],
    [2.04, '2.04'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '\u2212∞'],
  ])('%d is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })
})

describe('formatFixed', () => {
  it('is what toFixed gives, grouped, and never a negative zero', () => {
    fc.assert(
      fc.property(usual, fc.nat(6), (value, decimals) => {
        const text = formatFixed(value, decimals)
        expect(readBack(text) + 0).toBe(Number(value.toFixed(decimals)) + 0)
        expect(text).not.toMatch(/^\u2212[0.]*$/)
        expect(text.split('.')[1]?.length ?? 0).toBe(decimals)
      }),
    )
  })
})

describe('formatChange', () => {
  it('always has a sign, and the sign of the change', () => {
    fc.assert(
      fc.property(finite, (change) => {
        const sign = change > 0 ? '+' : change < 0 ? '\u2212' : '±'
        expect(formatChange(change).startsWith(sign)).toBe(true)
      }),
    )
  })
})

describe('columnFormat', () => {
  it('lines the points up: plain numbers have one count of decimals', () => {
    fc.assert(
      fc.property(fc.array(usual, { minLength: 1, maxLength: 20 }), (values) => {
        const format = columnFormat(values)
        const plain = values.map(format).filter((text) => !text.includes('e'))
        const decimals = plain.map((text) => text.split('.')[1]?.length ?? 0)
        expect(new Set(decimals).size).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('loses no digit that a number alone would show', () => {
    fc.assert(
      fc.property(fc.array(usual, { minLength: 1, maxLength: 20 }), (values) => {
        const format = columnFormat(values)
        for (const value of values) {
          const [alone, inColumn] = [readBack(formatNumber(value)), readBack(format(value))]
          expect(Math.abs(inColumn - value)).toBeLessThanOrEqual(
            Math.abs(alone - value) + Math.abs(value) * 1e-12,
          )
        }
      }),
    )
  })

  it('does not depend on the order of the column', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), (values) => {
        const [there, back] = [columnFormat(values), columnFormat([...values].reverse())]
        expect(values.map(there)).toEqual(values.map(back))
      }),
    )
  })
})

describe('formatDuration', () => {
  /** The seconds that a reader takes from a text, and the length of its smallest step. */
  function secondsIn(text: string): { readonly seconds: number; readonly step: number } {
    const parts = [...text.matchAll(/([\d.]+) (h|min|s)/g)]
    const units: Readonly<Record<string, number>> = { h: 3600, min: 60, s: 1 }
    const seconds = parts.reduce((sum, [, n, unit = '']) => sum + Number(n) * (units[unit] ?? 0), 0)
    const [, last = '', unit = ''] = parts.at(-1) ?? []
    const decimals = last.split('.')[1]?.length ?? 0
    return { seconds, step: (units[unit] ?? 0) * 10 ** -decimals }
  }

  const lengths = fc.double({ min: 0, max: 1e6, noNaN: true })

  it('reads back within half of its smallest step', () => {
    fc.assert(
      fc.property(lengths, (length) => {
        const { seconds, step } = secondsIn(formatDuration(length))
        expect(Math.abs(seconds - length)).toBeLessThanOrEqual(step / 2 + 1e-6)
      }),
    )
  })

  it('keeps the order of lengths', () => {
    fc.assert(
      fc.property(lengths, lengths, (a, b) => {
        const [low, high] = a <= b ? [a, b] : [b, a]
        const [first, second] = [secondsIn(formatDuration(low)), secondsIn(formatDuration(high))]
        expect(first.seconds).toBeLessThanOrEqual(second.seconds)
      }),
    )
  })

  it('never shows 60 of a unit', () => {
    fc.assert(
      fc.property(lengths, (length) => {
        expect(formatDuration(length)).not.toMatch(/\b60 (?:s|min)\b/)
      }),
    )
  })

  it.each([
    [-5, '0.00 s'],
    [0.044, '0.04 s'],
    [0.0999, '0.10 s'],
    [0.1, '0.1 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.5, '1 min 00 s'],
    [185, '3 min 05 s'],
    [3599.4, '59 min 59 s'],
    [3599.5, '1 h 00 min'],
    [7800, '2 h 10 min'],
    [86_400, '24 h 00 min'],
  ])('%d seconds are %s', (length, text) => {
    expect(formatDuration(length)).toBe(text)
  })
})
