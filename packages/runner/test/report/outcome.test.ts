// What became of stages, in signs and counts: a table of cases, and laws over random outcomes.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countOutcomes,
  OUTCOMES,
  outcomeSign,
  type StageOutcome,
} from '../../src/report/outcome.ts'

const outcomes = fc.array(fc.constantFrom(...OUTCOMES), { maxLength: 30 })

describe('countOutcomes', () => {
  it.each<[StageOutcome[], string]>([
    [[], 'none'],
    [['cached'], '1 cached'],
    [['cached', 'ran', 'cached'], '1 ran, 2 cached'],
    [['failed', 'skipped', 'restored'], '1 restored, 1 skipped, 1 failed'],
  ])('of %j is %s', (given, text) => {
    expect(countOutcomes(given)).toBe(text)
  })

  it('counts every stage once, whatever their order', () => {
    fc.assert(
      fc.property(outcomes, (given) => {
        const text = countOutcomes(given)
        const counts = [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits))
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(given.length)
        expect(counts).not.toContain(0)
        expect(countOutcomes([...given].reverse())).toBe(text)
      }),
    )
  })
})

describe('outcomeSign', () => {
  it('tells the outcomes apart without colour, by one character each', () => {
    const signs = OUTCOMES.map(outcomeSign)
    expect(new Set(signs).size).toBe(OUTCOMES.length)
    for (const sign of signs) expect([...sign]).toHaveLength(1)
  })

  it.each([
    '',
    'Ran',
    'running',
    'toString',
    '__proto__',
    'constructor',
  ])('has none for %j', (word) => {
    expect(outcomeSign(word)).toBe('')
  })
})
