// The radix sort gives what the engine's sort gives, bit for bit.
import { describe, expect, it } from 'vitest'
import { randomStream } from '../../src/statistics/random.ts'
import { sortAscending } from '../../src/statistics/sort.ts'

const MANY = 30_000

describe('sortAscending', () => {
  const random = randomStream(3)
  it.each<[string, (i: number) => number]>([
    ['normal numbers', () => random.normal()],
    ['counts', () => random.poisson(3)],
    ['one value', () => 7],
    ['every magnitude', (i) => (i % 2 === 0 ? 1 : -1) * 10 ** (600 * random.uniform() - 300)],
    ['zeros of both signs and infinities', (i) => [0, -0, 1 / 0, -1 / 0, 5e-324][i % 5] ?? 0],
    ['descending numbers', (i) => -i],
  ])('of %s', (_, of) => {
    const values = Float64Array.from({ length: MANY }, (_, i) => of(i))
    const expected = values.slice().sort()
    const padded = new Float64Array(MANY + 2)
    padded.set(values, 1)
    const sorted = sortAscending(padded.subarray(1, MANY + 1))
    expect(Buffer.from(sorted.slice().buffer).equals(Buffer.from(expected.buffer))).toBe(true)
    expect([padded[0], padded[MANY + 1]]).toEqual([0, 0])
  })

  it('of few', () => {
    expect([...sortAscending(Float64Array.of(3, -1, 2))]).toEqual([-1, 2, 3])
  })
})
