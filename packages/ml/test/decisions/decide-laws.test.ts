// Laws of decisions: reasons that ask and are silenced, guards, which challenger stays, first models and costs.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeFirst, LEAST_POSITIVES } from '../../src/decisions/bootstrap.ts'
import { predictionCost } from '../../src/decisions/cost.ts'
import { decide, type Evidence } from '../../src/decisions/decide.ts'
import { DEFAULT_GUARDS, type GuardInput, guardRails } from '../../src/decisions/guards.ts'
import { joinChallenger } from '../../src/decisions/join.ts'
import {
  measureReasons,
  REASONS,
  type ReasonEvidence,
  testTarget,
} from '../../src/decisions/reasons.ts'
import { rocAuc } from '../../src/metrics/roc.ts'
import type { Label } from '../../src/metrics/scored.ts'

const NOTHING: ReasonEvidence = {
  performance: null,
  drift: null,
  target: null,
  calibration: null,
  age: null,
}
const asking = (evidence: Partial<ReasonEvidence>) =>
  measureReasons({ ...NOTHING, ...evidence }).flatMap(({ name, asks }) => (asks ? [name] : []))

describe('reasons', () => {
  it('that are unknown do not ask, and all are told in their order', () => {
    const unknown = measureReasons(NOTHING)
    expect(unknown.map(({ name }) => name)).toEqual([...REASONS])
    for (const { asks, figure, p } of unknown)
      expect([asks, figure, p]).toEqual([false, null, null])
  })

  it('ask by drift from the threshold on', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(unit, unit, (share, threshold) => {
        expect(asking({ drift: { share, threshold } })).toEqual(share >= threshold ? ['drift'] : [])
        expect(asking({ drift: { share, threshold: share } })).toEqual(['drift'])
      }),
    )
  })

  it.each<[string, Partial<ReasonEvidence>, string[]]>([
    ['a rate that moved', { target: { difference: 0.05, p: 0.009, matters: 0.05 } }, ['target']],
    ['a rate by chance', { target: { difference: 0.05, p: 0.01, matters: 0.05 } }, []],
    ['a rate that hardly moved', { target: { difference: 0.049, p: 0, matters: 0.05 } }, []],
    ['a rate without a test', { target: { difference: 0.5, p: null, matters: 0.05 } }, []],
    [
      'calibration',
      { calibration: { intercept: 0, slope: 1, error: 0.01, p: 0.009 } },
      ['calibration'],
    ],
    ['calibration by chance', { calibration: { intercept: 0, slope: 1, error: 0.2, p: 0.01 } }, []],
    ['hardly any error', { calibration: { intercept: 0, slope: 1, error: 0.009, p: 0 } }, []],
    ['an old model', { age: { months: 12, most: 12 } }, ['age']],
    ['a younger one', { age: { months: 11, most: 12 } }, []],
    ['an age that never asks', { age: { months: 999, most: null } }, []],
  ])('%s asks where chance and size both say so', (_, evidence, names) => {
    expect(asking(evidence)).toEqual(names)
  })

  it('measure the rates of labels alike in both directions, and not without labels', () => {
    const side = fc.record({ n: fc.integer({ min: 50, max: 900 }), positives: fc.nat({ max: 50 }) })
    fc.assert(
      fc.property(side, side, (a, b) => {
        const [there, back] = [testTarget(a, b), testTarget(b, a)]
        expect(there?.difference).toBeCloseTo(Math.abs(a.positives / a.n - b.positives / b.n), 12)
        expect(back?.difference).toBeCloseTo(there?.difference ?? -1, 12)
        expect(back?.p).toBeCloseTo(there?.p ?? -1, 9)
        expect(testTarget(a, { n: 0, positives: 0 })).toBeNull()
      }),
    )
  })
})

const EVIDENCE: Evidence = {
  ...NOTHING,
  drift: { share: 0.5, threshold: 0.3 },
  asOf: '2024-03-31',
  incumbent: true,
  labelled: { period: '2024-02-29', lastUsed: '2024-01-31' },
  asked: [],
  acknowledged: [],
}
const drift = (more: Partial<Evidence>) => {
  const { action, cause, reasons } = decide({ ...EVIDENCE, ...more })
  return { action, cause, silenced: reasons.find(({ name }) => name === 'drift')?.silenced }
}
const asked = (figure: number | null, labelled = '2024-02-29') => ({
  asked: [{ reason: 'drift', period: '2024-02-29', labelled, figure }] as const,
})
const accepted = (figure: number | null) => ({
  acknowledged: [{ reason: 'drift', figure, note: 'known' }] as const,
})

describe('a reason that asks', () => {
  it.each<[string, Partial<Evidence>, string, string | null]>([
    ['counts', {}, 'retrain', null],
    ['is accepted at its figure', accepted(0.5), 'none', 'acknowledged: known'],
    ['is accepted in any case', accepted(null), 'none', 'acknowledged: known'],
    ['is worse than it was accepted at', accepted(0.4), 'retrain', null],
    [
      'came to nothing on the same labels',
      asked(0.5),
      'none',
      'asked in 2024-02-29, no worse since and no newer labels',
    ],
    ['came to nothing, and is worse', asked(0.4), 'retrain', null],
    ['came to nothing on older labels', asked(0.5, '2024-01-31'), 'retrain', null],
    [
      'waits for labels',
      { labelled: { period: '2024-01-31', lastUsed: '2024-01-31' } },
      'wait',
      null,
    ],
    ['has never had labels', { labelled: { period: null, lastUsed: null } }, 'wait', null],
  ])('%s', (_, more, action, silenced) => {
    const cause = action === 'retrain' ? 'drift' : null
    expect(drift(more)).toEqual({ action, cause, silenced })
  })

  it('is silenced by its own name alone, and only while it is no worse', () => {
    const figures = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10)
    fc.assert(
      fc.property(figures, figures, fc.constantFrom(...REASONS), (share, figure, reason) => {
        const found = drift({
          drift: { share, threshold: 0 },
          acknowledged: [{ reason, figure, note: 'known' }],
        })
        const silent = reason === 'drift' && share <= figure
        expect(found.silenced).toBe(silent ? 'acknowledged: known' : null)
        expect(found.action).toBe(silent ? 'none' : 'retrain')
      }),
    )
  })

  it('is not needed for a first model', () => {
    const { action, retrain, cause } = decide({ ...EVIDENCE, drift: null, incumbent: false })
    expect({ action, retrain, cause }).toEqual({ action: 'bootstrap', retrain: true, cause: null })
  })
})

/** Scores by row with labels of both classes, two of each at least. */
const rows = fc
  .array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.constantFrom<Label>(0, 1)), {
    maxLength: 30,
  })
  .map((some) => {
    const all = [...some, [1, 2, 0], [5, 3, 0], [4, 4, 1], [8, 6, 1]] as const
    return {
      open: all.map(([score]) => score / 10),
      joining: all.map(([, score]) => score / 10),
      labels: all.map(([, , label]): Label => label),
    }
  })

describe('joinChallenger', () => {
  it('keeps the one of the higher AUC, and of equals the open one', () => {
    fc.assert(
      fc.property(rows, ({ open, joining, labels }) => {
        const { stays, difference, se, reason } = joinChallenger(open, joining, labels)
        const gain = rocAuc(joining, labels) - rocAuc(open, labels)
        expect(difference).toBeCloseTo(gain, 10)
        expect(stays).toBe(difference > 0 ? 'joining' : 'open')
        const back = joinChallenger(joining, open, labels)
        expect(back.difference).toBeCloseTo(-difference, 12)
        expect(back.se).toBeCloseTo(se, 12)
        expect(reason).toContain(`the same ${labels.length} users`)
        expect(joinChallenger(open, open, labels)).toMatchObject({ stays: 'open', difference: 0 })
      }),
    )
  })
})

describe('judgeFirst', () => {
  const first = (
    positives: number,
    negatives: number,
    score: (label: Label, i: number) => number,
  ) => {
    const labels = Array.from(
      { length: positives + negatives },
      (_, i): Label => (i < positives ? 1 : 0),
    )
    return judgeFirst(labels.map(score), labels)
  }
  const good = (label: Label, i: number) => label / 2 + (i % 10) / 15

  it('promotes a good model on enough rows of both classes alone', () => {
    const sizes = fc.integer({ min: 2, max: 60 })
    fc.assert(
      fc.property(sizes, sizes, (positives, negatives) => {
        const { answer, n, reason } = first(positives, negatives, good)
        const enough = Math.min(positives, negatives) >= LEAST_POSITIVES
        expect([answer, n]).toEqual([enough ? 'promote' : 'reject', positives + negatives])
        if (!enough) expect(reason).toContain(`label ${positives <= negatives ? 1 : 0}:`)
      }),
    )
  })

  it('rejects what is no better than chance, or worse', () => {
    expect(first(60, 60, (_, i) => (i % 10) / 10)).toMatchObject({ answer: 'reject', auc: 0.5 })
    expect(first(60, 60, (label, i) => 1 - good(label, i)).answer).toBe('reject')
    expect(first(60, 60, () => 0.3).answer).toBe('reject')
  })
})

describe('predictionCost', () => {
  it('adds up over layers and members', () => {
    const layer = fc.record({ inputs: fc.nat({ max: 50 }), units: fc.nat({ max: 50 }) })
    fc.assert(
      fc.property(fc.array(fc.array(layer, { maxLength: 4 }), { maxLength: 4 }), (members) => {
        const cost = (of: typeof members) =>
          predictionCost({ members: of.map((layers) => ({ layers })) } as never).multiplications
        expect(cost(members)).toBe(members.reduce((sum, one) => sum + cost([one]), 0))
        expect(cost([...members, ...members])).toBe(2 * cost(members))
        for (const { inputs, units } of members.flat()) {
          expect(cost([[{ inputs, units }]])).toBe(inputs * units)
        }
      }),
    )
  })
})

describe('guardRails', () => {
  const labels = Array.from({ length: 400 }, (_, i): Label => (i % 4 === 0 ? 1 : 0))
  const month = (candidate: number[], production = candidate) => ({
    ...{ period: '2024-01-31', ids: labels.map((_, i) => `u${i}`), labels, candidate, production },
  })
  const sharp = labels.map((label, i) => 0.1 + 0.5 * label + (i % 7) / 50)
  const dull = labels.map((_, i) => ((i * 37) % 101) / 101)
  const groups = [{ name: 'group', months: [labels.map((_, i) => (i % 8 < 4 ? 'a' : 'b'))] }]
  const input = (more: Partial<GuardInput> = {}): GuardInput => ({
    ...{ months: [month(sharp)], columns: groups, cost: { multiplications: 10, nodes: 5 } },
    ...{ examples: null, ...more },
  })
  const OFF = { calibration: false, slices: false, cost: false, examples: false } as const
  const answers = (given: GuardInput, rules: object) =>
    guardRails(given, { ...OFF, ...rules }).map(({ guard, answer }) => `${guard} ${answer}`)

  it('run where they are on, in their order', () => {
    const names = ['calibration', 'slices', 'cost', 'examples'] as const
    fc.assert(
      fc.property(fc.subarray([...names]), (on) => {
        const rules = Object.fromEntries(on.map((name) => [name, DEFAULT_GUARDS[name]]))
        const found = guardRails(input(), { ...OFF, ...rules })
        expect(found.map(({ guard }) => guard)).toEqual(on)
      }),
      { numRuns: 30 },
    )
  })

  it('block a cost above its limit, and examples that do not fit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 99 }), fc.nat({ max: 99 }), fc.nat({ max: 200 }), (a, b, most) => {
        const given = input({ cost: { multiplications: a, nodes: b } })
        expect(answers(given, { cost: { most } })).toEqual([
          a + b <= most ? 'cost pass' : 'cost block',
        ])
      }),
    )
    expect(answers(input({ examples: 'row 3' }), { examples: true })).toEqual(['examples block'])
  })

  it('block probabilities that are off in the last month by more than the limit', () => {
    const [level, high] = [0.25, 0.6].map((rate) =>
      labels.map((_, i) => rate + (((i >> 2) % 5) - 2) / 500),
    )
    const rules = { calibration: { most: 0.03 } }
    const of = (...months: (number[] | undefined)[]) =>
      answers(input({ months: months.map((p) => month(p ?? [])) }), rules)
    expect(of(high, level)).toEqual(['calibration pass'])
    expect(of(level, high)).toEqual(['calibration block'])
    expect(answers(input({ months: [month(high ?? [])] }), { calibration: { most: 0.9 } })).toEqual(
      ['calibration pass'],
    )
    expect(of()).toEqual([])
  })

  it('block a slice that loses with enough positives, and warn with fewer', () => {
    const harmed = sharp.map((score, i) => (i % 8 < 4 ? score : (dull[i] ?? 0)))
    const found = (candidate: number[], production: number[], positives: number) =>
      answers(input({ months: [month(candidate, production)] }), {
        slices: { loss: 0.02, positives },
      })
    expect(found(harmed, sharp, 50)).toEqual(['slices block'])
    expect(found(harmed, sharp, 51)).toEqual(['slices warn'])
    expect(found(sharp, harmed, 50)).toEqual(['slices pass'])
    expect(found(sharp, sharp, 0)).toEqual(['slices pass'])
  })
})
