// Laws of each figure of a period: what an earlier month had is fine, more damage is no better, null turns it off.
import type { TableChange } from '@weir/formats/period-profile'
import { DEFAULT_LIMITS } from '@weir/formats/plausible-schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeAgreement } from '../../src/plausibility/agreement-figures.ts'
import { isComplete, judgeLabel, type LabelOf } from '../../src/plausibility/label-figures.ts'
import { judgeBlanks, judgeConstant, judgeLevels } from '../../src/plausibility/level-figures.ts'
import { judgeNumbers } from '../../src/plausibility/number-figures.ts'
import { judgeRepeat } from '../../src/plausibility/repeat.ts'
import { swappedColumns } from '../../src/plausibility/swapped-columns.ts'
import { judgeIds, judgeRows } from '../../src/plausibility/table-figures.ts'
import { column, period, table, type Values } from './periods.ts'

const N = 1000
const limits = DEFAULT_LIMITS
const make = (value: (i: number) => number | string | null): Values =>
  Array.from({ length: N }, (_, i) => value(i))
/** A column of a table by itself, of the day 0. */
function inPeriod(values: Values) {
  const profile = column('c', values)
  return { column: profile, table: table('people', [profile], values.length), day: 0 }
}
const figures = (found: readonly { figure: string }[]) => found.map(({ figure }) => figure)
const share = fc.integer({ min: 0, max: N })

/** Once a damage is found, every larger one is found too. */
function foundFrom(found: readonly boolean[]): number {
  const first = found.indexOf(true)
  expect(first).toBeGreaterThan(0)
  expect(found.slice(first).every(Boolean)).toBe(true)
  return first
}

describe('rows', () => {
  const rows = (now: number, earlier: readonly number[], limit: number | null = 1.5) =>
    judgeRows(
      table('t', [], now),
      earlier.map((count) => table('t', [], count)),
      { ...limits, rows: limit },
    )
  const counts = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 6 })

  it('between the fewest and the most of before are fine', () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (earlier, at) => {
        const [least, most] = [Math.min(...earlier), Math.max(...earlier)]
        expect(rows(Math.round(least + at * (most - least)), earlier)).toEqual([])
      }),
    )
  })

  it('are found at a factor beyond the limit and the noise, both ways, and later for a wider one', () => {
    const factors = [1, 1.2, 1.4, 1.6, 1.8, 2, 3, 10]
    const at = (limit: number, way: 1 | -1) =>
      foundFrom(factors.map((f) => rows(Math.round(10_000 * f ** way), [10_000], limit).length > 0))
    expect([at(1.5, 1), at(1.5, -1), at(1.9, 1), at(2.5, -1)]).toEqual([3, 3, 5, 6])
    expect(rows(0, [10_000], null)).toEqual([])
  })
})

describe('ids', () => {
  const change = (shared: number, more: Partial<TableChange> = {}): TableChange => ({
    ...{ table: 't', before: N, now: N, shared, compared: shared, own: {}, cross: [] },
    ...more,
  })

  it('are found the surer the fewer are shared, not where it was so before, and never without a limit', () => {
    fc.assert(
      fc.property(share, (shared) => {
        const found = judgeIds(change(shared), [], limits).length
        if (shared > 0) {
          expect(judgeIds(change(shared - 1), [], limits).length).toBeGreaterThanOrEqual(found)
        }
        expect(judgeIds(change(shared), [change(shared)], limits)).toEqual([])
        expect(judgeIds(change(shared), [], { ...limits, ids: null })).toEqual([])
      }),
    )
    // 50 % less three standard errors of a half of 1,000 against 1,000.
    expect(judgeIds(change(434), [], limits)).toEqual([])
    expect(figures(judgeIds(change(433), [], limits))).toEqual(['ids', 'ids'])
  })

  it('tell entities that are gone from those that are new', () => {
    const [gone] = judgeIds(change(300, { now: 300 }), [], limits)
    const [fresh] = judgeIds(change(N, { now: 5 * N }), [], limits)
    expect([gone?.expected, gone?.found]).toEqual([expect.stringMatching(/before$/), '30 %'])
    expect([fresh?.expected, fresh?.found]).toEqual([expect.stringMatching(/known from/), '20 %'])
  })
})

describe('blanks', () => {
  const blank = (count: number) => inPeriod(make((i) => (i < count ? null : i)))
  const found = (now: number, earlier: readonly number[], limit: number | null = limits.blanks) =>
    judgeBlanks(blank(now), earlier.map(blank), { ...limits, blanks: limit })

  it('as few or as many as before are fine', () => {
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 4 }), fc.nat(), (earlier, pick) => {
        expect(found(earlier[pick % earlier.length] ?? 0, earlier)).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('are found from some number on, which grows with the limit', () => {
    const counts = Array.from({ length: 21 }, (_, i) => 50 * i)
    const from = (limit: number) => foundFrom(counts.map((n) => found(n, [0], limit).length > 0))
    expect([from(0.15), from(0.3), from(0.6)]).toEqual([4, 7, 13])
    expect(found(N, [0], null)).toEqual([])
  })

  it('that are gone altogether are found where there were always some', () => {
    expect(found(0, [60, 50])).toMatchObject([{ expected: 'about 5 % blank', found: 'none' }])
    expect(found(0, [60, 40])).toEqual([])
  })
})

describe('levels', () => {
  const plans = (moved: number, to: string) =>
    inPeriod(make((i) => (i < moved ? to : `plan ${i % 2}`)))

  it('are found from some number of moved rows on, whatever the order of the rows', () => {
    const counts = Array.from({ length: 21 }, (_, i) => 50 * i)
    const judged = counts.map((n) => judgeLevels(plans(n, 'plan 0'), [plans(0, '')], limits))
    // Half of the rows had the level already, so that 700 of them are 35 %; the noise comes on top.
    expect(foundFrom(judged.map((all) => all.length > 0))).toBeGreaterThan(14)
    for (const [i, n] of counts.entries()) {
      const back = inPeriod(
        make((row) => (N - 1 - row < n ? 'plan 0' : `plan ${(N - 1 - row) % 2}`)),
      )
      expect(figures(judgeLevels(back, [plans(0, '')], limits))).toEqual(figures(judged[i] ?? []))
    }
  })

  it('that are new are found above their limit, and are fine once they were there', () => {
    const fresh = (n: number, limit: number | null) =>
      figures(
        judgeLevels(plans(n, 'new'), [plans(0, '')], {
          ...limits,
          levels: null,
          new_levels: limit,
        }),
      )
    expect([fresh(100, 0.1), fresh(130, 0.1), fresh(130, 0.2), fresh(N, null)]).toEqual([
      [],
      ['new_levels'],
      [],
      [],
    ])
    fc.assert(
      fc.property(fc.integer({ min: 0, max: N - 100 }), (n) => {
        expect(judgeLevels(plans(n, 'new'), [plans(n, 'new')], limits)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  it('that are gone are found where enough rows were to be expected', () => {
    const gone = (n: number) =>
      judgeLevels(plans(0, ''), [plans(n, 'rare')], limits).map(({ expected }) => expected)
    expect([gone(29), gone(30)]).toEqual([[], ['rows of rare']])
  })

  it('are constant where others were to be expected, and not where they never were', () => {
    const one = inPeriod(make(() => 'plan 0'))
    expect(figures(judgeConstant(one, [plans(0, '')]))).toEqual(['constant'])
    expect(judgeConstant(one, [plans(0, ''), one])).toEqual([])
    expect(judgeConstant(plans(0, ''), [plans(0, '')])).toEqual([])
  })
})

describe('numbers', () => {
  const FEES = make((i) => 20 + ((i * 7919) % 8001) / 100 + 0.005)
  const fees = (by: (value: number, i: number) => number) =>
    inPeriod(FEES.map((value, i) => by(Number(value), i)))
  const before = fees((v) => v)
  const found = (by: (value: number, i: number) => number, more: object = {}) =>
    figures(judgeNumbers(fees(by), [before], { ...limits, ...more }))

  it('are shifted from some number of standard deviations on, both ways and at any scale', () => {
    const steps = [0, 0.5, 1, 1.5, 2, 3]
    const sd = before.column.sd ?? Number.NaN
    for (const [scale, sign] of [
      [1, 1],
      [1, -1],
      [1000, 1],
    ] as const) {
      const past = fees((v) => scale * v)
      const only = { ...limits, factor: null, tails: null, distinct: null }
      const judged = steps.map((step) =>
        judgeNumbers(
          fees((v) => scale * (v + sign * step * sd)),
          [past],
          only,
        ),
      )
      expect(judged.map(figures)).toEqual([[], [], [], [], ['shift'], ['shift']])
    }
    expect(found((v) => v + 100 * sd, { shift: null, tails: null, factor: null })).toEqual([])
  })

  it('are found by a factor, of which the limit is one, and not twice', () => {
    const only = { shift: null, tails: null }
    expect(found((v) => 2.9 * v, only)).toEqual([])
    expect(found((v) => 4 * v, only)).toEqual(['factor'])
    expect(found((v) => v / 4, only)).toEqual(['factor'])
    expect(found((v) => 4 * v, { ...only, factor: 5 })).toEqual([])
    expect(found((v) => 4 * v, { ...only, factor: null })).toEqual([])
    expect(found((v) => 10 * v, { tails: null })).toEqual(['factor'])
  })

  it.each<[string, string, (v: number, i: number) => number, number]>([
    ['a far value in 1 % of the rows', 'tails', (v, i) => (i % 100 === 0 ? 9999 : v), 500],
    ['one value in a third', 'spike', (v, i) => (i % 3 === 0 ? 60 : v), 0.9],
    ['no decimals', 'distinct', (v) => Math.floor(v), 5],
  ])('with %s are found by %s alone, and not where it is off or was so before', (_, figure, by, wide) => {
    expect(found(by)).toEqual([figure])
    expect(found(by, { [figure]: null })).toEqual([])
    expect(judgeNumbers(fees(by), [before, fees(by)], limits)).toEqual([])
    if (figure !== 'distinct') expect(found(by, { [figure]: wide })).toEqual([])
  })

  it('do not look at the order of rows', () => {
    const turned = inPeriod(FEES.toReversed().map((v) => 10 * Number(v)))
    expect(figures(judgeNumbers(turned, [before], limits))).toEqual(found((v) => 10 * v))
  })

  it('that are all blank tell nothing', () => {
    expect(judgeNumbers(inPeriod(make(() => null)), [before], limits)).toEqual([])
  })
})

describe('labels', () => {
  const of: LabelOf = { table: 'labels', column: 'left', complete: 0.9, rate: 1.8 }
  const month = (asOf: string, positive: number, labels = {}) => {
    const made = period(asOf, { fee: make((i) => i) }, { positive })
    return { ...made, label: { ...made.label, ...labels } }
  }
  const found = (positive: number, before: readonly number[], rate: number | null = 1.8) =>
    figures(
      judgeLabel(
        month('2024-03-31', positive),
        before.map((count, i) => month(`2024-0${i + 1}-29`, count)),
        { ...of, rate },
      ),
    )

  it('of a rate from the least to the most of before are fine', () => {
    fc.assert(
      fc.property(share, share, share, (a, b, c) => {
        const [least, middle, most] = [a, b, c].sort((x, y) => x - y)
        expect(found(middle ?? 0, [least ?? 0, most ?? 0])).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('are found from some rate on, later for a wider limit, and as soon where classes change names', () => {
    const counts = [250, 300, 350, 400, 450, 500, 600, 800]
    const at = (rate: number) => foundFrom(counts.map((n) => found(n, [250], rate).length > 0))
    expect(at(1.2)).toBeLessThan(at(1.8))
    expect(at(1.8)).toBeLessThan(at(4))
    for (const n of counts) expect(found(N - n, [750])).toEqual(found(n, [250]))
    // About where 20 positive labels before become too few: by one label.
    const near = Array.from({ length: 60 }, (_, i) => 40 + i)
    const few = near.map((n) => found(n, [20]).length > 0)
    expect(near.map((n) => found(N - n, [N - 20]).length > 0)).toEqual(few)
    foundFrom(few)
    expect(found(800, [250], null)).toEqual([])
  })

  it('that are not complete tell nothing, and complete is a share of the entities', () => {
    const label = (known: number) => ({ entities: N, known, positive: 0, digest: '', own: null })
    expect([899, 900].map((known) => isComplete(label(known), 0.9))).toEqual([false, true])
    expect(isComplete({ ...label(0), entities: 0 }, 0)).toBe(false)
    const early = month('2024-02-29', 700, { known: 800 })
    expect(judgeLabel(early, [month('2024-01-31', 250)], of)).toEqual([])
  })

  it('that are the opposite of before, or the same again, are found', () => {
    const before = month('2024-01-31', 265)
    const judged = (labels: object) =>
      figures(judgeLabel(month('2024-02-29', 265, labels), [before], of))
    expect([-0.6, -0.4, 0.9, 1].map((own) => judged({ own }))).toEqual([
      ['steadiness'],
      [],
      [],
      ['repeat'],
    ])
    expect(judged({ digest: before.label.digest })).toEqual(['repeat'])
    // Labels of one class may well be the same.
    expect(judged({ digest: before.label.digest, known: N, positive: 0 })).not.toContain('repeat')
  })
})

describe('a repeat', () => {
  const month = (asOf: string, fee: number) => period(asOf, { fee: make((i) => i + fee) })
  it('of any earlier month is found with its name, and a month of its own is not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(), (n, pick) => {
        const earlier = Array.from({ length: n }, (_, i) => month(`2024-0${i + 1}-28`, i))
        const at = pick % n
        const old = earlier[at] ?? month('none', -1)
        const again = { ...old, asOf: '2024-09-30' }
        expect(judgeRepeat(again, earlier, 0.9)[0]?.found).toMatch(new RegExp(`^${old.asOf} again`))
        expect(judgeRepeat(month('2024-09-30', 99), earlier, 0.9)).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})

describe('swapped columns', () => {
  const values = {
    a: make((i) => i + 0.5),
    b: make((i) => 3 * i + 5000.5),
    c: make((i) => -i - 0.5),
  }
  const of = (names: readonly (keyof typeof values)[]) =>
    table(
      'people',
      names.map((from, i) => column('abc'[i] ?? '', values[from])),
      N,
    )

  it.each<[(keyof typeof values)[], string[]]>([
    [['a', 'b', 'c'], []],
    [['b', 'a', 'c'], ['a, b']],
    [['c', 'b', 'a'], ['a, c']],
    [['a', 'c', 'b'], ['b, c']],
    [['b', 'c', 'a'], []],
    [['a', 'a', 'c'], []],
  ])('of %j are %j', (names, pairs) => {
    const found = swappedColumns(of(names), of(['a', 'b', 'c']))
    expect(found.map((one) => one.column)).toEqual(pairs)
  })
})

describe('agreement', () => {
  const change = (own: number | null, more: Partial<TableChange> = {}): TableChange => ({
    ...{ table: 't', before: N, now: N, shared: N, compared: N, own: { a: own }, cross: [] },
    ...more,
  })
  const found = (own: number | null, past: readonly number[], steadiness: number | null = 0.4) =>
    judgeAgreement(
      change(own),
      past.map((one) => change(one)),
      () => ({ ...limits, steadiness }),
    )

  it('as low as it was is fine, and what is lower is no better', () => {
    const agreement = fc.integer({ min: -10, max: 10 }).map((tenths) => tenths / 10)
    fc.assert(
      fc.property(agreement, fc.array(agreement, { maxLength: 4 }), (own, past) => {
        if (past.some((one) => one <= own)) expect(found(own, past)).toEqual([])
        if (found(own, past).length > 0) expect(found(own - 0.1, past)).toHaveLength(1)
        expect(found(own, past, null)).toEqual([])
      }),
    )
    expect([found(-0.5, []), found(null, [0.9]), found(0.41, [0.9])]).toEqual([[], [], []])
    expect([found(-0.6, []), found(0.4, [0.9])].map(figures)).toEqual([
      ['steadiness'],
      ['steadiness'],
    ])
  })

  it('of few entities tells nothing', () => {
    const few = (compared: number) =>
      judgeAgreement(change(-0.9, { compared }), [], () => limits).length
    expect([few(49), few(50)]).toEqual([0, 1])
  })

  it('with another column’s past is a swap where both go so, and is told of once', () => {
    const go = (now: string, before: string, value: number) => ({ now, before, value })
    const swapped = (...cross: TableChange['cross']) =>
      judgeAgreement(change(0.1, { own: { a: 0.1, b: 0.1 }, cross }), [], () => limits)
    expect(swapped(go('a', 'b', 0.9))).toEqual([])
    expect(swapped(go('a', 'b', 0.9), go('b', 'a', 0.3))).toEqual([])
    expect(swapped(go('b', 'a', 0.8), go('a', 'b', 0.9)).map((one) => one.column)).toEqual(['a, b'])
  })
})
