// A period beside those before it: what each figure finds, what it lets pass, and how limits are learned.
import { describe, expect, test } from 'vitest'
import { learnedLimit } from '../../src/plausibility/bounds.ts'
import { judgeFuture } from './future.ts'
import { findings, period, type Values } from './periods.ts'

const N = 1000
const make = (value: (i: number) => number | string | null): Values =>
  Array.from({ length: N }, (_, i) => value(i))
/** Numbers from 20 to 100 with decimals, none more frequent than another. */
const FEES = make((i) => 20 + ((i * 7919) % 8001) / 100 + 0.005)
const PLANS = make((i) => ['basic', 'basic', 'plus', 'pro', 'pro'][i % 5] ?? '')
const BLANKS = make((i) => (i % 4 === 0 ? null : (i * 31) % 97))
const SOUND = { fee: FEES, plan: PLANS, skips: BLANKS }
const map = (values: Values, by: (value: number) => number) =>
  values.map((value) => (typeof value === 'number' ? by(value) : value))

const JANUARY = period('2024-01-31', SOUND)
const february = (columns: Readonly<Record<string, Values>>, more = {}) =>
  findings([
    JANUARY,
    period('2024-02-29', { ...SOUND, fee: map(FEES, (v) => v + 0.01), ...columns }, more),
  ])

test('the first period has nothing to be held against', () => {
  expect(findings([JANUARY])).toEqual([])
})

describe('a sound month passes', () => {
  test.each<[string, Readonly<Record<string, Values>>]>([
    ['nothing moves', {}],
    ['a shift of one standard deviation', { fee: map(FEES, (v) => v + 23) }],
    ['all quartiles grow by a half', { fee: map(FEES, (v) => 1.5 * v) }],
    [
      'a fifth of the rows in another plan',
      { plan: PLANS.map((plan, i) => (i % 5 === 3 ? 'basic' : plan)) },
    ],
    ['a twentieth in a new plan', { plan: PLANS.map((plan, i) => (i % 20 === 3 ? 'new' : plan)) }],
    ['a tenth more blanks', { skips: BLANKS.map((value, i) => (i % 10 === 1 ? null : value)) }],
    ['one value far away', { fee: FEES.with(3, 1e9) }],
  ])('%s', (_, columns) => {
    expect(february(columns)).toEqual([])
  })
})

describe('a broken column is found', () => {
  test.each<[string, Readonly<Record<string, Values>>, string]>([
    ['ten times as much', { fee: map(FEES, (v) => 10 * v) }, 'factor fee'],
    ['a tenth', { fee: map(FEES, (v) => v / 10) }, 'factor fee'],
    ['moved by two standard deviations', { fee: map(FEES, (v) => v + 50) }, 'shift fee'],
    [
      'a default far away in 1 %',
      { fee: FEES.map((v, i) => (i % 100 === 0 ? 9999 : v)) },
      'tails fee',
    ],
    ['0 in a third', { fee: FEES.map((v, i) => (i % 3 === 0 ? 0 : v)) }, 'spike fee'],
    ['no decimals', { fee: map(FEES, Math.floor) }, 'distinct fee'],
    ['five values in all', { fee: make((i) => 20.5 + (i % 5) * 20) }, 'distinct fee'],
    ['one value', { fee: make(() => 60) }, 'constant fee'],
    ['one level', { plan: make(() => 'basic') }, 'constant plan'],
    ['half blank', { skips: make((i) => (i % 2 ? null : i)) }, 'blanks skips'],
    ['no blank any more', { skips: make((i) => (i * 31) % 97) }, 'blanks skips'],
    ['another spelling', { plan: PLANS.map((plan) => `${plan} `) }, 'new_levels plan'],
    [
      'a level that is gone',
      { plan: PLANS.map((plan) => (plan === 'plus' ? 'pro' : plan)) },
      'levels plan',
    ],
  ])('%s', (_, columns, found) => {
    expect(february(columns)).toContain(found)
  })

  test('two that became each other are found by their distributions alone', () => {
    const other = make((i) => 50 + ((i * 104_729) % 2003) / 100)
    const before = period('2024-01-31', { fee: FEES, other })
    const now = period('2024-02-29', { fee: other, other: FEES })
    expect(findings([before, now])).toContain('swapped fee, other')
    expect(
      findings([before, period('2024-02-29', { fee: FEES, other: map(other, (v) => v + 5) })]),
    ).toEqual([])
  })
})

describe('agreement with the same entities before', () => {
  const change = (
    own: Record<string, number>,
    cross: { now: string; before: string; value: number }[] = [],
  ) => ({
    change: { own: { fee: 0.9, plan: 0.9, skips: 0.1, ...own }, cross },
  })

  test('columns of one distribution that were swapped, a lagged copy, and the opposite', () => {
    const both = [
      { now: 'fee', before: 'skips', value: 0.95 },
      { now: 'skips', before: 'fee', value: 0.95 },
    ]
    expect(february({}, change({ fee: 0, skips: 0 }, both))).toEqual(['swapped fee, skips'])
    expect(february({}, change({ skips: 0 }, both.slice(1)))).toEqual([])
    expect(february({}, change({ plan: -0.9 }))).toEqual(['steadiness plan'])
  })

  test('that falls: one earlier pair of periods tells what is usual, without one nothing is', () => {
    const sound = (asOf: string) =>
      period(
        asOf,
        { ...SOUND, fee: map(FEES, (v) => v + Number(asOf.slice(6, 7)) / 100) },
        change({}),
      )
    const dealt = (asOf: string) =>
      period(asOf, { ...SOUND, fee: map(FEES, (v) => v + 0.3) }, change({ fee: 0, plan: 0 }))
    expect(findings([JANUARY, dealt('2024-02-29')])).toEqual([])
    expect(findings([JANUARY, sound('2024-02-29'), dealt('2024-03-31')])).toEqual([
      'steadiness fee',
      'steadiness plan',
    ])
  })

  test('entities that are new and gone', () => {
    expect(february({}, { change: { shared: 0 } })).toEqual(['ids people', 'ids people'])
    expect(february({}, { change: { shared: 700 } })).toEqual([])
  })
})

describe('rows', () => {
  const first = (n: number) => ({ fee: FEES.slice(0, n), plan: PLANS.slice(0, n) })
  const months = (...rows: number[]) =>
    rows.map((n, at) => period(`2024-0${at + 1}-28`, first(n), { positive: Math.round(0.265 * n) }))

  test('half are gone, a quarter is not too much beside one month, and is after steady ones', () => {
    expect(findings(months(1000, 500))).toEqual(['rows people'])
    expect(findings(months(1000, 750))).toEqual([])
    expect(findings(months(1000, 1000, 1000, 1000, 690))).toEqual(['rows people'])
    expect(findings(months(1000, 690, 1000, 690, 700))).toEqual([])
  })

  test('a limit of the table counts before that of the data set; null turns it off', () => {
    const [before, now] = [
      period('2024-01-31', first(1000)),
      period('2024-02-29', first(500), { positive: 132 }),
    ]
    expect(findings([before, now], { rows: 3 })).toEqual([])
    expect(findings([before, now], { rows: 3, tables: { people: { rows: 1.2 } } })).toEqual([
      'rows people',
    ])
    expect(findings([before, now], { rows: null })).toEqual([])
  })
})

describe('labels', () => {
  test('inverted, half of the positive ones gone, and ordinary drift', () => {
    expect(february({}, { positive: 735 })).toEqual(['label_rate left'])
    expect(february({}, { positive: 120 })).toEqual(['label_rate left'])
    expect(february({}, { positive: 340 })).toEqual([])
  })

  test('those of the month before again, unless it may be chance', () => {
    const again = {
      ...period('2024-02-29', { ...SOUND, fee: map(FEES, (v) => v + 1) }),
      label: JANUARY.label,
    }
    expect(findings([JANUARY, again])).toEqual(['repeat left'])
    const rare = { ...JANUARY.label, positive: 0 }
    expect(
      findings([
        { ...JANUARY, label: rare },
        { ...again, label: rare },
      ]),
    ).toEqual([])
  })

  test('while they are not complete nothing is asked of them', () => {
    const now = period('2024-02-29', { ...SOUND, fee: map(FEES, (v) => v + 1) })
    expect(
      findings([JANUARY, { ...now, label: { ...now.label, known: 265, positive: 265 } }]),
    ).toEqual([])
  })
})

describe('a repeat', () => {
  const people = (asOf: string, fee: Values, plan = PLANS) => period(asOf, { fee, plan })

  test('with one earlier period: where all tables are the same', () => {
    expect(
      findings([
        people('2024-01-31', FEES),
        { ...people('2024-02-29', FEES), label: JANUARY.label },
      ]),
    ).toContain('repeat period')
    // Labels of its own make it a period of its own.
    expect(findings([people('2024-01-31', FEES), people('2024-02-29', FEES)])).toEqual([])
  })

  test('with more: where every table that ever changed is as in one of them', () => {
    const other = map(FEES, (v) => v + 1)
    const [one, two] = [people('2024-01-31', FEES), people('2024-02-29', other)]
    const again = { ...people('2024-03-31', FEES), label: one.label }
    expect(findings([one, two, again])).toEqual(['repeat period', 'repeat left'])
    expect(
      findings([one, two, { ...again, label: { ...one.label, known: 0, digest: '' } }]),
    ).toEqual(['repeat period'])
    expect(
      findings([
        one,
        two,
        people(
          '2024-03-31',
          map(FEES, (v) => v + 2),
        ),
      ]),
    ).toEqual([])
  })
})

test('times go with the period, or stay; after it there are few', () => {
  expect(judgeFuture()).toEqual({
    moving: [],
    staying: [],
    far: ['shift at'],
    future: ['future at'],
  })
})

test('a limit is three times the largest step seen, between half of the definition’s and all of it', () => {
  const measure = { distance: (a: number, b: number) => Math.abs(a - b), noise: () => 0 }
  expect(learnedLimit(1, [5], measure)).toBe(1)
  expect(learnedLimit(1, [5, 5], measure)).toBe(1)
  expect(learnedLimit(1, [5, 5, 5], measure)).toBe(0.5)
  expect(learnedLimit(1, [5, 5.25, 5.125], measure)).toBe(0.75)
  expect(learnedLimit(1, [5, 9, 5], measure)).toBe(1)
})
