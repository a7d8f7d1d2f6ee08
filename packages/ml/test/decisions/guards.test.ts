// The guard rails: what blocks, what only warns, and that each can be switched off.
import { describe, expect, it } from 'vitest'
import { predictionCost } from '../../src/decisions/cost.ts'
import {
  DEFAULT_GUARDS,
  type GuardInput,
  type GuardRules,
  guardRails,
} from '../../src/decisions/guards.ts'
import type { PairedMonth } from '../../src/decisions/pooled-gain.ts'
import { recalibrated } from '../../src/metrics/cox.ts'
import type { Label } from '../../src/metrics/scored.ts'
import type { Member } from '../../src/network.ts'
import { randomStream } from '../../src/statistics/random.ts'

const CHEAP = { multiplications: 500, nodes: 0 }
const OFF: GuardRules = { calibration: false, slices: false, cost: false, examples: false }

/** Users of two groups; the candidate's score of group `b` is noise in the share `harm` of it. */
function made(seed: number, n: number, harm = 0, share = 0.3) {
  const random = randomStream(seed, n)
  const groups: string[] = []
  const rows = Array.from({ length: n }, () => {
    const signal = -1.2 + 1.3 * random.normal()
    const [group, noise] = [random.chance(share) ? 'b' : 'a', random.normal()]
    groups.push(group)
    const label: Label = random.chance(1 / (1 + Math.exp(-signal))) ? 1 : 0
    const seen = group === 'b' && random.chance(harm) ? -1.2 + 1.3 * noise : signal
    return { label, candidate: seen, production: signal + 0.3 * random.normal() }
  })
  const p = (logit: number) => 1 / (1 + Math.exp(-logit))
  const month: PairedMonth = {
    period: '2024-02-29',
    ids: rows.map((_, i) => `u${i}`),
    labels: rows.map(({ label }) => label),
    candidate: rows.map(({ candidate }) => p(candidate)),
    production: rows.map(({ production }) => p(production)),
  }
  return { month, column: { name: 'group', months: [groups] } }
}

function input(seed: number, n: number, harm = 0, share = 0.3): GuardInput {
  const { month, column } = made(seed, n, harm, share)
  return { months: [month], columns: [column], cost: CHEAP, examples: null }
}

const answers = (found: ReturnType<typeof guardRails>) =>
  found.map(({ guard, answer }) => `${guard} ${answer}`)

describe('the shipped guards', () => {
  it('let a sound candidate pass, each with its figures', () => {
    const found = guardRails(input(1, 2000), DEFAULT_GUARDS)
    expect(answers(found)).toEqual([
      'calibration pass',
      'slices pass',
      'cost pass',
      'examples pass',
    ])
    expect(found[0]!.text).toMatch(/^probabilities are off by 0\.\d{3} on average \(slope /)
    expect(found[1]!.text).toBe('no slice of 2 loses more than 0.02 AUC')
    expect(found[2]!.text).toBe('a prediction costs 500 multiplications and 0 tree nodes')
  })

  it('are all off where they are switched off', () => {
    const bad = {
      ...input(1, 2000, 1),
      cost: { multiplications: 1e9, nodes: 0 },
      examples: 'row 3',
    }
    expect(guardRails(bad, OFF)).toEqual([])
    for (const [guard, rules] of [
      ['cost', { ...OFF, cost: { most: 1e6 } }],
      ['examples', { ...OFF, examples: true }],
      ['slices', { ...OFF, slices: { loss: 0.02, positives: 50 } }],
    ] as const) {
      expect(answers(guardRails(bad, rules))).toEqual([`${guard} block`])
    }
  })

  it('block a sound candidate in no more than a few of a hundred months', () => {
    let blocked = 0
    for (let seed = 0; seed < 100; seed++) {
      if (guardRails(input(seed, 450), DEFAULT_GUARDS).some(({ answer }) => answer === 'block'))
        blocked++
    }
    expect(blocked).toBeLessThanOrEqual(3)
  })
})

describe('calibration', () => {
  const bent = (slope: number, intercept: number, n = 2000) => {
    const one = input(3, n)
    const months = one.months.map((month) => ({
      ...month,
      candidate: Array.from(month.candidate, (p) => recalibrated({ slope, intercept }, p)),
    }))
    return guardRails({ ...one, months }, { ...OFF, calibration: { most: 0.03 } })[0]!
  }

  it('blocks what is off by chance no more and by more than the limit', () => {
    expect(bent(2.5, 0)).toMatchObject({ guard: 'calibration', answer: 'block' })
    expect(bent(1, 1).text).toMatch(/p = .*: more than 0\.03$/)
  })

  it('passes what is off by little, or by what few users may show', () => {
    expect(bent(1.1, 0).answer).toBe('pass')
    expect(bent(1.6, 0, 40).answer).toBe('pass')
  })

  it('cannot judge one class', () => {
    const one = input(3, 100)
    const months = one.months.map((month) => ({
      ...month,
      labels: month.labels.map((): Label => 0),
    }))
    const found = guardRails({ ...one, months }, { ...OFF, calibration: { most: 0.03 } })
    expect(found[0]).toMatchObject({ answer: 'pass', text: 'calibration cannot be judged here' })
  })
})

describe('slices', () => {
  const rules = { ...OFF, slices: { loss: 0.02, positives: 50 } }

  it('block where a group clearly loses, and name it', () => {
    const [found] = guardRails(input(5, 3000, 1), rules)
    expect(found).toMatchObject({ guard: 'slices', answer: 'block' })
    expect(found!.text).toMatch(
      /^group = b loses 0\.\d{4} AUC \(at least 0\.\d{4}, one of 2 slices, \d+ positives\)$/,
    )
  })

  it('only warn where the loss may be chance, or the group is small', () => {
    expect(answers(guardRails(input(5, 3000, 0.15), rules))).toEqual(['slices warn'])
    // 2 % of 3,000 users are some 15 positives.
    expect(answers(guardRails(input(5, 3000, 1, 0.02), rules))).toEqual(['slices warn'])
  })

  it('are corrected for how many there are', () => {
    const one = input(5, 700, 0.45)
    const many = Array.from({ length: 400 }, (_, k) => ({
      name: `noise ${k}`,
      months: [one.months[0]!.ids.map((_, i) => (i * (k + 3)) % 2 === 0)],
    }))
    expect(answers(guardRails(one, rules))).toEqual(['slices block'])
    const found = guardRails({ ...one, columns: [...one.columns, ...many] }, rules)
    expect(found.find(({ text }) => text.startsWith('group = b'))!.answer).toBe('warn')
  })

  it('are pooled over the looks', () => {
    const [a, b] = [made(6, 900, 0.5), made(7, 900, 0.5)]
    const column = { name: 'group', months: [a.column.months[0]!, b.column.months[0]!] }
    const two = { months: [a.month, b.month], columns: [column], cost: CHEAP, examples: null }
    const found = guardRails(two, rules)
    expect(found[0]!.text).toContain('one of 2 slices')
  })

  it('leave out columns of one level and levels without both classes', () => {
    const one = input(5, 300)
    const ids = one.months[0]!.ids
    const columns = [
      { name: 'same', months: [ids.map(() => 'x')] },
      { name: 'id', months: [ids] },
      { name: 'blank', months: [ids.map((_, i) => (i % 2 === 0 ? null : 1))] },
    ]
    const [found] = guardRails({ ...one, columns }, { ...OFF, slices: { loss: 1, positives: 50 } })
    expect(found!.text).toBe('no slice of 2 loses more than 1 AUC')
  })
})

describe('the cost of a prediction', () => {
  const layer = (inputs: number, units: number) => ({
    inputs,
    units,
    activation: 'linear' as const,
    kernel: [],
    bias: [],
  })
  const member = (...sizes: [number, number][]): Member => ({
    name: 'm',
    kind: 'mlp',
    weight: 1,
    layers: sizes.map(([inputs, units]) => layer(inputs, units)),
  })

  it('counts inputs times units of every layer of every member', () => {
    const members = [member([100, 16], [16, 1]), member([100, 1])]
    expect(predictionCost({ members })).toEqual({ multiplications: 1716, nodes: 0 })
  })

  it('blocks above its limit', () => {
    const rules = { ...OFF, cost: { most: 1716 } }
    const one = input(1, 100)
    const guard = (multiplications: number, nodes: number) =>
      guardRails({ ...one, cost: { multiplications, nodes } }, rules)[0]!
    expect(guard(1716, 0).answer).toBe('pass')
    expect(guard(1716, 1)).toMatchObject({
      answer: 'block',
      text: 'a prediction costs 1716 multiplications and 1 tree nodes: more than 1716',
    })
  })
})
