// Laws of the drift of columns: the correction, the test of counts, blanks, the rule, the judgement and its words.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blanksOf, newLevelsOf } from '../../src/drift/blanks.ts'
import { measureColumn } from '../../src/drift/column.ts'
import { benjaminiHochberg } from '../../src/drift/correction.ts'
import { homogeneity } from '../../src/drift/homogeneity.ts'
import { judgeColumns } from '../../src/drift/judge.ts'
import { pairOf } from '../../src/drift/pair.ts'
import { PREDICTION, predictionDrift } from '../../src/drift/prediction.ts'
import { ruleFor } from '../../src/drift/rule.ts'
import { chiSquareSf } from '../../src/statistics/chi-square.ts'

/** With ties. */
const pValues = fc.array(
  fc.integer({ min: 0, max: 40 }).map((part) => part / 40),
  { minLength: 1, maxLength: 12 },
)

/** The step-up procedure as the paper has it: the hypotheses that are rejected at a rate. */
function rejected(p: readonly number[], rate: number): boolean[] {
  const sorted = [...p].sort((a, b) => a - b)
  const last = sorted.findLastIndex((value, i) => value <= ((i + 1) * rate) / p.length + 1e-12)
  return p.map((value) => last >= 0 && value <= (sorted[last] ?? -1))
}

describe('benjaminiHochberg', () => {
  it('rejects at every rate what the step-up procedure rejects', () => {
    fc.assert(
      fc.property(pValues, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (p, rate) => {
        expect(benjaminiHochberg(p).map((one) => one <= rate + 1e-12)).toEqual(rejected(p, rate))
      }),
    )
  })

  it('keeps the order, lowers nothing, lies between no correction and Bonferroni’s', () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const adjusted = benjaminiHochberg(p)
        for (const [i, one] of p.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(one)
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p.length * one) + 1e-12)
          for (const [j, other] of p.entries()) {
            if (one <= other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? -1)
          }
        }
        expect(benjaminiHochberg(p.toReversed())).toEqual(adjusted.toReversed())
      }),
    )
  })

  it.each<[number[], number[]]>([
    [[], []],
    [[0.2], [0.2]],
    [
      [0.5, 0.5],
      [0.5, 0.5],
    ],
    [
      [0.25, 0.0625, 1, 0.5],
      [0.5, 0.25, 1, 2 / 3],
    ],
    [
      [0, 1],
      [0, 1],
    ],
  ])('of %j is %j', (p, adjusted) => {
    expect(benjaminiHochberg(p)).toEqual(adjusted)
  })
})

const counts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((cells) => ({ reference: cells.map(([r]) => r), current: cells.map(([, c]) => c) }))

describe('homogeneity', () => {
  it('looks neither at levels without rows nor at which side is first', () => {
    fc.assert(
      fc.property(counts, ({ reference, current }) => {
        const p = homogeneity({ reference, current })
        expect(p).toBeGreaterThanOrEqual(0)
        expect(p).toBeLessThanOrEqual(1)
        for (const other of [
          { reference: [...reference, 0], current: [...current, 0] },
          { reference: current, current: reference },
        ]) {
          expect(homogeneity(other)).toBeCloseTo(p, 12)
        }
      }),
    )
  })

  it('is Pearson’s chi-square where every level has enough rows', () => {
    const many = fc.array(
      fc.tuple(fc.integer({ min: 40, max: 90 }), fc.integer({ min: 40, max: 90 })),
      { minLength: 2, maxLength: 6 },
    )
    fc.assert(
      fc.property(many, (cells) => {
        const [reference, current] = [cells.map(([r]) => r), cells.map(([, c]) => c)]
        const sum = (side: readonly number[]) => side.reduce((total, n) => total + n, 0)
        const [n1, n2] = [sum(reference), sum(current)]
        const squares = cells.flatMap(([r, c]) =>
          [
            [r, n1],
            [c, n2],
          ].map(([seen = 0, n = 0]) => {
            const expected = ((r + c) * n) / (n1 + n2)
            return (seen - expected) ** 2 / expected
          }),
        )
        const p = homogeneity({ reference, current })
        expect(p).toBeCloseTo(chiSquareSf(sum(squares), cells.length - 1), 9)
        expect(
          homogeneity({
            reference: cells.toReversed().map(([r]) => r),
            current: current.toReversed(),
          }),
        ).toBeCloseTo(p, 12)
      }),
    )
  })

  it('is 1 for the same shares, a single level, or a side without rows', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 5 }), ({ reference }, times) => {
        const current = reference.map((count) => times * count)
        expect(homogeneity({ reference, current })).toBeCloseTo(1, 12)
        expect(homogeneity({ reference, current: reference.map(() => 0) })).toBe(1)
      }),
    )
    expect(homogeneity({ reference: [3], current: [99] })).toBe(1)
  })

  it('falls with the rows that move', () => {
    const moved = Array.from({ length: 10 }, (_, i) =>
      homogeneity({ reference: [100, 100, 100], current: [100 + 5 * i, 100 - 5 * i, 100] }),
    )
    expect(moved).toEqual(moved.toSorted((a, b) => b - a))
    expect(new Set(moved).size).toBe(10)
  })
})

/** Texts with some blank. */
const texts = fc.array(fc.constantFrom(null, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), {
  minLength: 1,
  maxLength: 40,
})

describe('blanks and new levels', () => {
  it('are the shares that counting finds', () => {
    fc.assert(
      fc.property(texts, texts, (reference, current) => {
        const pair = pairOf('categorical', reference, current)
        const blanks = blanksOf(pair, false)
        const part = (side: readonly unknown[]) =>
          side.filter((value) => value === null).length / side.length
        expect([blanks.reference, blanks.current]).toEqual([part(reference), part(current)])
        expect(blanks.p).toBeNull()
        expect(blanks.effect === 0).toBe(part(reference) === part(current))

        const known = current.filter((value) => value !== null)
        const fresh = known.filter((value) => !reference.includes(value))
        const found = newLevelsOf(pair)
        expect(found.count).toBe(new Set(fresh).size)
        expect(found.share).toBeCloseTo(fresh.length / Math.max(1, known.length), 12)
        expect(found.levels).toHaveLength(Math.min(5, found.count))
        const shares = found.levels.map(({ share }) => share)
        expect(shares).toEqual(shares.toSorted((a, b) => b - a))
      }),
    )
  })

  it('of numbers are tested where there are any, and numbers have no levels', () => {
    const pair = (blank: number) =>
      pairOf('numeric', [1, 2, 3, 4], [1, 2, 3, ...Array.from({ length: blank }, () => null)])
    expect(blanksOf(pair(0), true).p).toBeNull()
    expect(blanksOf(pair(40), true).p).toBeLessThan(0.01)
    expect(newLevelsOf(pair(0))).toEqual({ share: 0, count: 0, levels: [] })
  })
})

describe('ruleFor', () => {
  const numbers = [1, 2, 3, 4, null]
  const [many, two, levels, pairs] = [
    pairOf('numeric', numbers, numbers),
    pairOf('numeric', [0, 1, 1, 0], [5, 6, 7, 8]),
    pairOf('categorical', ['a', 'b', 'c'], ['a']),
    pairOf('categorical', ['a', 'b'], ['a', 'x', 'y', 'z']),
  ]

  it.each([
    ['numbers', many, ['ks', 'wasserstein', 0.1, false]],
    ['numbers of two values', two, ['z', 'jensenshannon', 0.05, true]],
    ['levels', levels, ['homogeneity', 'jensenshannon', 0.05, true]],
    ['two levels', pairs, ['z', 'jensenshannon', 0.05, true]],
    [
      'a level and blanks',
      pairOf('categorical', ['a', null], ['b']),
      ['z', 'jensenshannon', 0.05, true],
    ],
    [
      'two levels and blanks',
      pairOf('categorical', ['a', 'b', null], ['b']),
      ['homogeneity', 'jensenshannon', 0.05, true],
    ],
  ])('of %s follows from the reference', (_, pair, [test, effect, threshold, blankIsLevel]) => {
    expect(ruleFor(pair, {}, {})).toMatchObject({
      test,
      effect,
      threshold,
      blankIsLevel,
      alpha: 0.01,
    })
  })

  it('puts a named method in the place of the test or of the effect, with its threshold', () => {
    const of = (choice: Parameters<typeof ruleFor>[1]) => {
      const { test, alpha, effect, threshold } = ruleFor(many, choice, { alpha: 0.02 })
      return [test, alpha, effect, threshold]
    }
    expect(of({})).toEqual(['ks', 0.02, 'wasserstein', 0.1])
    expect(of({ threshold: 0.3 })).toEqual(['ks', 0.02, 'wasserstein', 0.3])
    expect(of({ method: 'psi', threshold: 0.3 })).toEqual(['ks', 0.02, 'psi', 0.3])
    expect(of({ method: 'mannw', threshold: 0.3 })).toEqual(['mannw', 0.3, 'wasserstein', 0.1])
  })
})

/** The numbers from 0 to 299, moved. */
const moved = (by: number) => Array.from({ length: 300 }, (_, i) => i + by)

describe('judgeColumns', () => {
  const column = (name: string, by: number, blank = 0) =>
    measureColumn({
      name,
      kind: 'numeric',
      reference: moved(0),
      // Blanks are spread over the values, which so stay where they are.
      current: moved(by).map((value, i) => ((i * 7) % 300 < blank ? null : value)),
    })

  it('finds a move from some size on, and says in words which it is', () => {
    const judged = [0, 3, 12, 45, 90, 300].map((by) => judgeColumns([column('n', by)])[0])
    expect(judged.map((one) => one?.drifted)).toEqual([false, false, false, true, true, true])
    expect(judged[0]?.why).toBe('not significant: ks p = 1, 0.01 is asked for')
    expect(judged[5]?.why).toMatch(
      /^moved: wasserstein 3\.4\d standard deviations of 0\.1, ks p < /,
    )
  })

  it('judges each column apart from its place, and no more of them drifted for there being more', () => {
    const shifts = fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(shifts, (all) => {
        const columns = all.map((by, i) => column(`c${i}`, by))
        const judged = judgeColumns(columns)
        expect(judgeColumns(columns.toReversed())).toEqual(judged.toReversed())
        const naive = benjaminiHochberg(columns.map(({ p }) => p ?? Number.NaN))
        expect(judged.map(({ adjusted }) => adjusted)).toEqual(naive)
        const plain = judgeColumns(columns, { correction: 'none' })
        for (const [i, one] of judged.entries()) {
          expect(plain[i]?.adjusted).toBe(one.p)
          if (one.drifted) expect(plain[i]?.drifted).toBe(true)
          expect(one.drifted).toBe((naive[i] ?? 1) <= 0.01 && (one.score ?? 0) >= 0.1)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('finds blanks where the values stay', () => {
    const judged = [0, 1, 60].map((blank) => judgeColumns([column('n', 0, blank)])[0])
    expect(judged.map((one) => one?.drifted)).toEqual([false, false, true])
    expect(judged[0]?.why).not.toContain('blanks')
    expect(judged[1]?.why).toMatch(/; blanks 0 % to 0\.333 %, not significant$/)
    expect(judged[2]?.why).toMatch(/; blanks 0 % to 20 %, p < 0\.0001$/)
  })

  it('names what is new, five of it, and what has no values', () => {
    const [fresh, none, one] = judgeColumns(
      [
        ['abcdefg', 'tuvwxyz'],
        ['', ''],
        ['', 'a'],
      ].map(([before = '', now = '']) =>
        measureColumn({
          name: 'l',
          kind: 'categorical',
          reference: [...before],
          current: [...now],
        }),
      ),
    )
    expect(fresh?.why).toMatch(/; new: t, u, v, w, x and 2 more \(100 %\)$/)
    expect(none?.why).toBe('no values on either side')
    expect(one?.why).toMatch(/^no values on one side/)
  })

  it('by the other convention passes a score against its threshold alone', () => {
    for (const by of [0, 10, 40, 90]) {
      const measured = measureColumn(
        { name: 'n', kind: 'numeric', reference: moved(0), current: moved(by) },
        { preset: 'evidently', all: { method: 'psi', threshold: 0.1 } },
      )
      const [judged] = judgeColumns([measured], { preset: 'evidently' })
      expect(judged?.drifted).toBe((measured.score ?? 0) >= 0.1)
      expect(judged?.why).toContain(judged?.drifted ? '>= 0.1' : '< 0.1')
    }
  })
})

describe('predictionDrift', () => {
  it('is that of a number by itself, whatever the order of the rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 }), (by) => {
        const drift = predictionDrift(moved(0), moved(by))
        expect(drift).toMatchObject({ column: PREDICTION, type: 'numeric', adjusted: drift.p })
        expect(predictionDrift(moved(0).reverse(), moved(by).reverse())).toEqual(drift)
      }),
      { numRuns: 20 },
    )
  })
})
