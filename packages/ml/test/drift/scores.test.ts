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
    const actual = METHODS[name as MethodName].score(pair)
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 2e-16)
  })
})

describe('the reference', () => {
  it('covers every method', () => {
    const covered = new Set(cases.flatMap((one) => Object.keys(one.scores)))
    expect([...covered].sort()).toEqual(Object.keys(METHODS).sort())
  })
})
