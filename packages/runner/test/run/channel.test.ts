// Lines between the runner and a cell: whole values however the bytes come, and a coded end for what is none.
import { describe, expect, it, vi } from 'vitest'
import { lineReader, toLine } from '../../src/execute/channel.ts'

/** What a reader makes of bytes that come in chunks of a size. */
function read(bytes: Buffer, size: number, most?: number): { values: unknown[]; broken: string[] } {
  const found: { values: unknown[]; broken: string[] } = { values: [], broken: [] }
  const reader = lineReader(
    { message: (value) => found.values.push(value), broken: (why) => found.broken.push(why) },
    most,
  )
  for (let at = 0; at < bytes.length; at += size) reader(bytes.subarray(at, at + size))
  return found
}

const VALUES = [
  null,
  5n,
  -(2n ** 70n),
  Number.NaN,
  [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  'ü\u{1f600}\n\u2028',
  { a: [1, { b: true }] },
  { $: 'NaN', $$: { $: 5n }, $schema: 'x', a$: 1 },
  { $: 5 },
  { ['__proto__']: 1 },
  '',
]

describe('a reader of lines', () => {
  it.each([1, 2, 3, 4, 5, 7, 64, 1e6])('gives each value whole from chunks of %i bytes', (size) => {
    const bytes = Buffer.concat(VALUES.map((value) => toLine(value)))
    expect(read(bytes, size)).toEqual({ values: VALUES, broken: [] })
  })

  it('copies nothing of a chunk that holds many whole lines', () => {
    const bytes = Buffer.concat(Array.from({ length: 500 }, () => toLine('a line')))
    const copies = vi.spyOn(Buffer, 'concat')
    const { values } = read(bytes, bytes.length)
    expect([values.length, copies.mock.calls.length]).toEqual([500, 0])
    copies.mockRestore()
  })

  it('stops at what is no value, and says so once', () => {
    const bytes = Buffer.concat([toLine('first'), Buffer.from('{"kind":\n'), toLine('after')])
    for (const size of [1, 1e6])
      expect(read(bytes, size)).toEqual({
        values: ['first'],
        broken: ['it is not a line of JSON'],
      })
  })

  it('refuses a line that is too long before it has come, and takes one that is just allowed', () => {
    const line = toLine('x'.repeat(1000))
    const size = line.length - 1
    expect(read(line, 1e6, size).values).toHaveLength(1)
    for (const chunk of [1, 1e6])
      expect(read(line.subarray(0, -1), chunk, size - 1)).toEqual({
        values: [],
        broken: ['it has 1 MiB; at most 1 MiB are taken'],
      })
  })

  it('waits for the rest of a line', () => {
    const line = toLine('x'.repeat(100))
    expect(read(line.subarray(0, -1), 10)).toEqual({ values: [], broken: [] })
  })
})

describe('a line', () => {
  it('is JSON, with the one end that it has', () => {
    expect(String(toLine({ n: 7n, x: Number.NaN, text: 'a\n', gone: undefined }))).toBe(
      '{"n":{"$":"7n"},"x":{"$":"NaN"},"text":"a\\n"}\n',
    )
    expect(String(toLine(undefined))).toBe('null\n')
    expect(String(toLine({ at: new Date(0) }))).toBe('{"at":"1970-01-01T00:00:00.000Z"}\n')
  })

  it('is refused for a value that is no JSON, and for one that is too large', () => {
    expect(() => toLine({ f: () => 1 })).toThrow('() => 1 cannot be sent: it is no JSON')
    expect(() => toLine([Symbol('s')])).toThrow('Symbol(s) cannot be sent')
    const loop: unknown[] = []
    loop.push(loop)
    expect(() => toLine(loop)).toThrow('circular')
    expect(() => toLine('x'.repeat(100), 50)).toThrow(RangeError)
  })
})
