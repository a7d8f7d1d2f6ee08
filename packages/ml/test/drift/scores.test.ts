// Every statistic agrees with scipy on small samples of every kind (reference/scores.py made the numbers).
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { METHODS, type MethodName } from '../../src/drift/method.ts'
import { pairOf } from '../../src/drift/pair.ts'

interface Case {
  readonly name: string
  readonly numeric: boolean
  readonly reference: readonly (number | string | boolean)[]
  readonly current: readonly (number | string | boolean)[]
  readonly scores: Readonly<Record<string, number>>
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('reference/scores.json', import.meta.url), 'utf8'),
)

describe.each(cases)('$name', ({ numeric, reference, current, scores }) => {
  const pair = pairOf(numeric ? 'numeric' : 'categorical', reference, current)

  it.each(Object.entries(scores))('%s', (name, expected) => {
    const actual = METHODS[name as MethodName].score(pair, 0)
    // Permutations are others than numpy's: the sd of 1,000 is .016 at most.
    const absolute = name === 'tvd_p' ? 0.03 : name === 'cramer_von_mises' ? 1e-12 : 2e-16
    const tolerance = absolute + 1e-9 * Math.abs(expected)
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance)
  })
})

describe('the reference', () => {
  it('covers every method', () => {
    const covered = new Set(cases.flatMap((one) => Object.keys(one.scores)))
    expect([...covered].sort()).toEqual(Object.keys(METHODS).sort())
  })
})
