// Stamps: when a write is sure to give another one.
import { describe, expect, it } from 'vitest'
import { sameButRenamed, sameStamp, settlesAt } from '../../src/store/stamp.ts'

const T = 1_700_000_000_123.5
const WHOLE = 1_700_000_000_000

describe('a stamp settles', () => {
  it('some ticks after the last write or change, whichever is later', () => {
    expect(settlesAt([1, 2, T, T - 5_000])).toBe(T + 20)
    expect(settlesAt([1, 2, T - 5_000, T])).toBe(T + 20)
  })

  it('two seconds later where the file system counts whole seconds', () => {
    expect(settlesAt([1, 2, WHOLE, WHOLE])).toBe(WHOLE + 2_020)
    expect(settlesAt([1, 2, WHOLE, T])).toBe(WHOLE + 2_020)
    // A time that was set by hand, long ago: the time of the change decides.
    expect(settlesAt([1, 2, WHOLE - 9_000, T])).toBe(T + 20)
  })
})

describe('two stamps', () => {
  it('are the same if all of them is', () => {
    expect(sameStamp([1, 2, 3, 4], [1, 2, 3, 4])).toBe(true)
    for (const other of [
      [0, 2, 3, 4],
      [1, 0, 3, 4],
      [1, 2, 0, 4],
      [1, 2, 3, 0],
    ] as const)
      expect(sameStamp([1, 2, 3, 4], other)).toBe(false)
  })

  it('are those of a renamed file if only the time of the change moved on', () => {
    expect(sameButRenamed([1, 2, 3, 4], [1, 2, 3, 4])).toBe(true)
    expect(sameButRenamed([1, 2, 3, 4], [1, 2, 3, 5])).toBe(true)
    for (const other of [
      [0, 2, 3, 5],
      [1, 0, 3, 5],
      [1, 2, 4, 5],
      [1, 2, 3, 3],
    ] as const)
      expect(sameButRenamed([1, 2, 3, 4], other)).toBe(false)
  })
})
