// Frames between the runner and a cell: whole values however the bytes come, and a coded end for what is none.
import { describe, expect, it, vi } from 'vitest'
import { frameReader, toFrame } from '../../src/execute/channel.ts'

/** What a reader makes of bytes that come in chunks of a size. */
function read(bytes: Buffer, size: number, most?: number): { values: unknown[]; broken: string[] } {
  const found: { values: unknown[]; broken: string[] } = { values: [], broken: [] }
  const reader = frameReader(
    { message: (value) => found.values.push(value), broken: (why) => found.broken.push(why) },
    most,
  )
  for (let at = 0; at < bytes.length; at += size) reader(bytes.subarray(at, at + size))
  return found
}

const VALUES = [
  null,
  5n,
  Number.NaN,
  -0,
  undefined,
  'ü\u{1f600}',
  { a: [1, { b: new Date(0) }] },
  '',
]

describe('a reader of frames', () => {
  it.each([1, 2, 3, 4, 5, 7, 64, 1e6])('gives each value whole from chunks of %i bytes', (size) => {
    const bytes = Buffer.concat(VALUES.map((value) => toFrame(value)))
    expect(read(bytes, size)).toEqual({ values: VALUES, broken: [] })
  })

  it('copies nothing of a chunk that holds many whole frames', () => {
    const bytes = Buffer.concat(Array.from({ length: 500 }, () => toFrame('a line')))
    const copies = vi.spyOn(Buffer, 'concat')
    const { values } = read(bytes, bytes.length)
    expect([values.length, copies.mock.calls.length]).toEqual([500, 0])
    copies.mockRestore()
  })

  it('stops at what is no value, and says so once', () => {
    const bytes = Buffer.concat([
      toFrame('first'),
      Buffer.from([0, 0, 0, 3, 1, 2, 3]),
      toFrame('after'),
    ])
    for (const size of [1, 1e6])
      expect(read(bytes, size)).toEqual({
        values: ['first'],
        broken: ['it is not a value as V8 writes it'],
      })
  })

  it('refuses a length before the bytes have come, and takes one that is just allowed', () => {
    const frame = toFrame('x'.repeat(1000))
    const size = frame.length - 4
    expect(read(frame, 1e6, size).values).toHaveLength(1)
    for (const chunk of [1, 1e6])
      expect(read(frame, chunk, size - 1)).toEqual({
        values: [],
        broken: ['it has 1 MiB; at most 1 MiB are taken'],
      })
  })

  it('waits for the rest of a frame', () => {
    const frame = toFrame('x'.repeat(100))
    expect(read(frame.subarray(0, -1), 10)).toEqual({ values: [], broken: [] })
  })
})

describe('a frame', () => {
  it('is refused for a value that cannot be copied, and for one that is too large', () => {
    expect(() => toFrame(() => 1)).toThrow('could not be cloned')
    expect(() => toFrame('x'.repeat(100), 50)).toThrow(RangeError)
  })
})
