// The three answers of the gate, and what must hold of a pooled gain whatever the rows are.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeFirst } from '../../src/decisions/bootstrap.ts'
import { type GateRule, judge } from '../../src/decisions/gate.ts'
import { joinChallenger } from '../../src/decisions/join.ts'
import { type PairedMonth, pooledGain } from '../../src/decisions/pooled-gain.ts'
import { aucDifference, aucInterval } from '../../src/metrics/delong.ts'
import type { Label } from '../../src/metrics/scored.ts'
import { randomStream } from '../../src/statistics/random.ts'

const RULE: GateRule = { minGain: 0.01, policy: 'three-answers' }

/** A month of users with ties and both classes; ids are the same in every month of the same size. */
const month = fc
  .array(fc.tuple(fc.constantFrom<Label>(0, 1), fc.nat(9), fc.nat(9)), {
    minLength: 4,
    maxLength: 40,
  })
  .map((drawn): PairedMonth => {
    const rows = [...drawn, [1, 3, 4], [0, 4, 4], [1, 8, 2], [0, 1, 6]] as [Label, number, number][]
    return {
      period: '2024-02-29',
      ids: rows.map((_, i) => `u${i}`),
      labels: rows.map(([label]) => label),
      candidate: rows.map(([, a]) => a / 10),
      production: rows.map(([, , b]) => b / 10),
    }
  })

/** Made-up users whose candidate and Production see the same signal through noise of their own. */
function paired(seed: number, n: number, noise: { candidate: number; production: number }) {
  const random = randomStream(seed)
  const rows = Array.from({ length: n }, () => {
    const signal = 1.2 * random.normal()
    const label: Label = random.chance(1 / (1 + Math.exp(1.2 - signal))) ? 1 : 0
    const [a, b] = [random.normal(), random.normal()]
    return { label, a: signal + noise.candidate * a, b: signal + noise.production * b }
  })
  return {
    period: `2024-0${1 + (seed % 9)}-28`,
    ids: rows.map((_, i) => `u${i}`),
    labels: rows.map(({ label }) => label),
    candidate: rows.map(({ a }) => 1 / (1 + Math.exp(-a))),
    production: rows.map(({ b }) => 1 / (1 + Math.exp(-b))),
  }
}

const better = { candidate: 0.3, production: 0.9 }
const alike = { candidate: 0.05, production: 0.05 }
const worse = { candidate: 0.9, production: 0.3 }

describe('a pooled gain', () => {
  it('of one month is DeLong’s difference', () => {
    fc.assert(
      fc.property(month, (one) => {
        const { gain, se } = pooledGain([one])
        const { value, variance } = aucDifference(one.candidate, one.production, one.labels)
        expect(gain).toBeCloseTo(value, 12)
        expect(se).toBeCloseTo(Math.sqrt(variance), 9)
      }),
    )
  })

  it('changes its sign alone where candidate and Production are swapped', () => {
    fc.assert(
      fc.property(fc.array(month, { minLength: 1, maxLength: 3 }), (months) => {
        const swapped = months.map((one) => ({
          ...one,
          candidate: one.production,
          production: one.candidate,
        }))
        const [there, back] = [pooledGain(months), pooledGain(swapped)]
        expect(back.gain).toBeCloseTo(-there.gain, 12)
        expect(back.se).toBeCloseTo(there.se, 12)
      }),
    )
  })

  it('does not depend on the order of users or months', () => {
    fc.assert(
      fc.property(fc.array(month, { minLength: 1, maxLength: 3 }), (months) => {
        const turned = months.map((one): PairedMonth => {
          const back = <T>(values: ArrayLike<T>): T[] => Array.from(values).reverse()
          return {
            period: one.period,
            ids: back(one.ids),
            labels: back(one.labels),
            candidate: back(one.candidate),
            production: back(one.production),
          }
        })
        const [there, back] = [pooledGain(months), pooledGain(turned.reverse())]
        expect(back.gain).toBeCloseTo(there.gain, 12)
        expect(back.se).toBeCloseTo(there.se, 12)
      }),
    )
  })

  it('is not moved by a rising map of the scores', () => {
    fc.assert(
      fc.property(month, (one) => {
        const bent = { ...one, candidate: Array.from(one.candidate, (p) => p ** 3) }
        expect(pooledGain([bent]).gain).toBeCloseTo(pooledGain([one]).gain, 12)
      }),
    )
  })

  it('knows no more of a month that is told twice, and more of other users', () => {
    fc.assert(
      fc.property(month, (one) => {
        const others = { ...one, ids: one.ids.map((id) => `other ${id}`) }
        const [once, twice, two] = [[one], [one, one], [one, others]].map(pooledGain)
        expect(twice!.gain).toBeCloseTo(once!.gain, 12)
        expect(twice!.se).toBeCloseTo(once!.se, 12)
        expect(two!.se).toBeCloseTo(once!.se / Math.SQRT2, 12)
      }),
    )
  })

  it('weighs a month by m·n/(m + n)', () => {
    const [small, large] = [paired(1, 100, better), paired(2, 900, better)]
    const size = ({ labels }: PairedMonth): number => {
      const positives = labels.filter((label) => label === 1).length
      return (positives * (labels.length - positives)) / labels.length
    }
    const [a, b] = [size(small), size(large)]
    const { gain, months } = pooledGain([small, large])
    expect(gain).toBeCloseTo((a * months[0]!.gain + b * months[1]!.gain) / (a + b), 12)
    expect(months.map(({ n }) => n)).toEqual([100, 900])
  })

  it('has an error that its draws show, with the same users and some of their labels in both months', () => {
    const gains: number[] = []
    let [said, draws] = [0, 300]
    for (let seed = 0; seed < draws; seed++) {
      const [one, two] = [paired(2 * seed, 300, better), paired(2 * seed + 1, 300, better)]
      // 60 % of the users come again as they were.
      const carried = <T>(before: ArrayLike<T>, after: ArrayLike<T>): T[] =>
        Array.from(after, (value, i) => (i % 5 < 3 ? before[i]! : value))
      const again: PairedMonth = {
        ...two,
        labels: carried(one.labels, two.labels),
        candidate: carried(one.candidate, two.candidate),
        production: carried(one.production, two.production),
      }
      const { gain, se } = pooledGain([one, again])
      gains.push(gain)
      said += se ** 2 / draws
    }
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / draws
    const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (draws - 1)
    // The sampling error of a variance of 300 draws is 8 %.
    expect(said / variance).toBeGreaterThan(0.8)
    expect(said / variance).toBeLessThan(1.25)
  })

  it('refuses no months, and ids that do not fit', () => {
    expect(() => pooledGain([])).toThrow(new RangeError('no months'))
    const one = paired(1, 10, better)
    expect(() => pooledGain([{ ...one, ids: ['a'] }])).toThrow('1 ids for 10 labels')
  })
})

describe('three answers', () => {
  it('promotes a clear gain at the first look', () => {
    const verdict = judge([paired(1, 2000, better)], RULE)
    expect(verdict).toMatchObject({ answer: 'promote', look: 1 })
    expect(verdict.low).toBeCloseTo(verdict.gain - 2.289 * verdict.se, 12)
    expect(verdict.smallest).toBe(2 * verdict.se)
    expect(verdict.reason).toMatch(
      /^the candidate gains 0\.\d{4} AUC, more than the 0\.0100 asked for, standard error 0\.\d{4} on 2000 held-out users$/,
    )
  })

  it('rejects a clear loss', () => {
    const verdict = judge([paired(1, 2000, worse)], RULE)
    expect(verdict.answer).toBe('reject')
    expect(verdict.reason).toContain('less than the 0.0100 asked for, by more than chance')
  })

  it('rejects models that rank alike: no gain is certain there', () => {
    const one = paired(1, 100, better)
    const verdict = judge([{ ...one, production: one.candidate }], RULE)
    expect(verdict).toMatchObject({ answer: 'reject', gain: 0, se: 0, p: 1 })
  })

  it('leaves open what few users cannot tell, and closes it after the third look', () => {
    // A tiny gain among few users.
    const months = [11, 12, 13].map((seed) => paired(seed, 60, alike))
    const answers = [1, 2, 3].map((looks) => judge(months.slice(0, looks), { ...RULE, minGain: 0 }))
    expect(answers.map(({ answer }) => answer)).toEqual(['undecided', 'undecided', 'not_shown'])
    expect(answers[0]!.reason).toMatch(/cannot be told from chance here; look 1 of 3$/)
    expect(answers[1]!.reason).toContain('AUC over 2 months')
    expect(answers[2]!.reason).toMatch(/closed after 3 looks, no gain of 0\.0000 was shown$/)
    expect(() => judge([...months, months[0]!], RULE)).toThrow('4 looks, at most 3')
  })

  it('promotes on 30 different users of a class at least, however sure it looks', () => {
    // Candidate parts the classes without a mistake, Production turns them round: the error is 0.
    const sized = (positives: number, from = 0): PairedMonth => {
      const labels = Array.from(
        { length: positives + 60 },
        (_, i): Label => (i < positives ? 1 : 0),
      )
      return {
        period: '2024-02-29',
        ids: labels.map((_, i) => `u${from + i}`),
        labels,
        candidate: labels.map((label) => 0.2 + label / 2),
        production: labels.map((label) => 0.7 - label / 2),
      }
    }
    const few = judge([sized(2)], RULE)
    expect(few).toMatchObject({ gain: 1, se: 0, answer: 'undecided' })
    expect(few.reason).toContain('62 held-out users, of whom 2 are of the rarer class')
    expect(judge([sized(29)], RULE).answer).toBe('undecided')
    expect(judge([sized(30)], RULE).answer).toBe('promote')
    // The same users again are no more users; others are.
    expect(judge([sized(15), sized(15)], RULE).answer).toBe('undecided')
    expect(judge([sized(15), sized(15, 100)], RULE).answer).toBe('promote')
    expect(judge([sized(2), sized(2), sized(2)], RULE).answer).toBe('not_shown')
  })

  it('asks for more than min_gain also where the gain is certain', () => {
    const months = [paired(1, 5000, better)]
    const { gain } = judge(months, RULE)
    expect(judge(months, { ...RULE, minGain: gain }).answer).not.toBe('promote')
    expect(judge(months, { ...RULE, minGain: gain - 1e-9 }).answer).toBe('promote')
  })

  it('is undecided where a class has too few rows to know an error', () => {
    const one: PairedMonth = {
      period: '2024-02-29',
      ids: ['a', 'b', 'c'],
      labels: [1, 0, 0],
      candidate: [0.9, 0.2, 0.1],
      production: [0.1, 0.2, 0.3],
    }
    const verdict = judge([one], RULE)
    expect(verdict.answer).toBe('undecided')
    expect(verdict.reason).toContain('fewer than two users of a class')
    expect(judge([{ ...one, labels: [0, 0, 0] }], RULE).answer).toBe('undecided')
  })

  it('gives one answer, and the one that the bounds say', () => {
    fc.assert(
      fc.property(
        fc.array(month, { minLength: 1, maxLength: 3 }),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (months, minGain) => {
          const { answer, gain, low, high } = judge(months, { ...RULE, minGain })
          if (answer === 'promote') expect(gain > minGain && low > 0).toBe(true)
          if (answer === 'reject') expect(high).toBeLessThan(minGain)
          if (answer === 'undecided') expect(months.length).toBeLessThan(3)
        },
      ),
    )
  })
})

describe('the plain rule', () => {
  const plain: GateRule = { minGain: 0.01, policy: 'plain' }

  it('goes by the gain alone', () => {
    const months = [paired(3, 60, better)]
    const { gain } = judge(months, plain)
    expect(judge(months, { ...plain, minGain: gain - 1e-6 }).answer).toBe('promote')
    const verdict = judge(months, { ...plain, minGain: gain })
    expect(verdict.answer).toBe('reject')
    expect(verdict.reason).toBe(
      `the candidate gains ${gain.toFixed(4)} AUC, not more than the ${gain.toFixed(4)} asked for`,
    )
  })

  it('rejects what has no AUC', () => {
    const one = { ...paired(3, 4, better), labels: [0, 0, 0, 0] as Label[] }
    expect(judge([one], plain).answer).toBe('reject')
  })
})

describe('a first model', () => {
  const scored = (seed: number, n: number, noise: number) => {
    const { labels, candidate } = paired(seed, n, { candidate: noise, production: 1 })
    return { labels, candidate }
  }

  it('is promoted where it beats chance', () => {
    const { labels, candidate } = scored(5, 400, 0.5)
    const verdict = judgeFirst(candidate, labels)
    expect(verdict).toMatchObject({
      answer: 'promote',
      n: 400,
      auc: aucInterval(candidate, labels).value,
    })
    expect(verdict.reason).toContain('beats chance')
  })

  it('is not promoted on fewer than 30 rows of a class, however good', () => {
    const labels = Array.from({ length: 500 }, (_, i): Label => (i < 29 ? 1 : 0))
    const perfect = judgeFirst(labels, labels)
    expect(perfect).toMatchObject({ answer: 'reject', positives: 29, auc: 1 })
    expect(perfect.reason).toContain('only 29 held-out users have the label 1')
    const flipped = labels.map((label): Label => (label === 1 ? 0 : 1))
    expect(judgeFirst(flipped, flipped).reason).toContain('only 29 held-out users have the label 0')
    const enough = labels.map((label, i): Label => (i === 29 ? 1 : label))
    expect(judgeFirst(enough, enough).answer).toBe('promote')
  })

  it('is not promoted where all weights are 0, or it ranks at random', () => {
    const { labels } = scored(5, 400, 0.5)
    const constant = judgeFirst(new Float64Array(400).fill(0.26), labels)
    expect(constant).toMatchObject({ answer: 'reject', auc: 0.5, low: 0.5 })
    expect(constant.reason).toContain('does not beat chance: AUC 0.5000')
    const random = randomStream(9)
    expect(
      judgeFirst(
        labels.map(() => random.uniform()),
        labels,
      ).answer,
    ).toBe('reject')
  })
})

describe('two challengers', () => {
  it('the one of the higher AUC on the same rows stays open', () => {
    const { labels, candidate: good, production: poor } = paired(4, 500, better)
    const taken = joinChallenger(poor, good, labels)
    expect(taken).toMatchObject({
      stays: 'joining',
      difference: aucDifference(good, poor, labels).value,
    })
    expect(taken.reason).toMatch(/^the new candidate gains more by 0\.\d{4} AUC than the open/)
    expect(joinChallenger(good, poor, labels)).toMatchObject({ stays: 'open' })
  })

  it('of equals the open one stays', () => {
    const { labels, candidate } = paired(4, 100, better)
    const verdict = joinChallenger(candidate, candidate, labels)
    expect(verdict).toMatchObject({ stays: 'open', difference: 0, se: 0 })
    expect(verdict.reason).toContain('gains no more than the open challenger on the same 100 users')
  })

  it('is the one that gains more over any Production', () => {
    fc.assert(
      fc.property(month, ({ labels, candidate, production }) => {
        const { stays } = joinChallenger(candidate, production, labels)
        const gainOf = (scores: ArrayLike<number>) =>
          aucDifference(
            scores,
            Array.from(scores, (_, i) => (i * 7) % 5),
            labels,
          ).value
        const [open, joining] = [gainOf(candidate), gainOf(production)]
        if (Math.abs(joining - open) > 1e-9) expect(stays).toBe(joining > open ? 'joining' : 'open')
      }),
    )
  })
})
