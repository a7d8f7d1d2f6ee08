// The classifier between two periods: what it tells apart, and what it must not.
import { describe, expect, it } from 'vitest'
import { classifyPeriods, FOLDS } from '../../src/drift/classifier.ts'
import type { MixedRows } from '../../src/drift/design.ts'
import { randomStream } from '../../src/statistics/random.ts'

const N = 1500

/** N users in both periods; `of` gives their row in a period. */
function mixed(
  of: (random: ReturnType<typeof randomStream>, now: boolean) => [number, number | null, string],
): MixedRows {
  const rows = Array.from({ length: 2 * N }, (_, i) => of(randomStream(i, 7), i >= N))
  return {
    columns: [
      { name: 'a', numeric: true, values: rows.map(([a]) => a) },
      { name: 'b', numeric: true, values: rows.map(([, b]) => b) },
      { name: 'plan', numeric: false, values: rows.map(([, , plan]) => plan) },
    ],
    period: rows.map((_, i) => (i < N ? 0 : 1)),
    fold: rows.map((_, i) => (i % N) % FOLDS),
  }
}

const plan = (random: ReturnType<typeof randomStream>): string => (random.chance(0.5) ? 'x' : 'y')

describe('a classifier between the periods', () => {
  it('finds nothing where nothing moved: .5 is within its interval', () => {
    const found = classifyPeriods(
      mixed((random) => [random.normal(), random.normal(), plan(random)]),
    )
    expect(found?.rows).toBe(2 * N)
    expect(found?.low).toBeLessThan(0.5)
    expect(found?.high).toBeGreaterThan(0.5)
  })

  it('sees a mean that moved, and names the column', () => {
    const found = classifyPeriods(
      mixed((random, now) => [random.normal() + (now ? 0.5 : 0), random.normal(), plan(random)]),
    )
    // Φ(.5 / √2)
    expect(found?.auc).toBeCloseTo(0.638, 1)
    expect(found?.low).toBeGreaterThan(0.5)
    expect(found?.terms[0]).toBe('a')
  })

  it('sees a correlation that moved although no column did', () => {
    const found = classifyPeriods(
      mixed((random, now) => {
        const a = random.normal()
        return [a, (now ? 0.8 : 0) * a + (now ? 0.6 : 1) * random.normal(), plan(random)]
      }),
    )
    expect(found?.low).toBeGreaterThan(0.6)
    expect(found?.terms).toContain('a × b')
  })

  it('sees blanks and levels that came', () => {
    const blank = classifyPeriods(
      mixed((random, now) => [
        random.normal(),
        now && random.chance(0.3) ? null : random.normal(),
        plan(random),
      ]),
    )
    expect(blank?.terms[0]).toBe('b blank')
    const level = classifyPeriods(
      mixed((random, now) => [
        random.normal(),
        random.normal(),
        now && random.chance(0.3) ? 'z' : plan(random),
      ]),
    )
    expect(level?.terms).toContain('plan=z')
    expect(level?.low).toBeGreaterThan(0.55)
  })

  it('does not know a user again: the same rows in both periods are not told apart', () => {
    const rows = mixed(() => [0, 0, 'x'])
    const values = Array.from({ length: N }, (_, i) => randomStream(i).normal())
    const same = [{ name: 'a', numeric: true, values: [...values, ...values] }]
    expect(classifyPeriods({ ...rows, columns: same })?.auc).toBeCloseTo(0.5, 1)
  })

  it('is null where there is nothing to learn from', () => {
    expect(classifyPeriods(mixed(() => [1, null, 'x']))).toBeNull()
    expect(classifyPeriods({ columns: [], period: [0, 1], fold: [0, 1] })).toBeNull()
  })
})
