// The default rule on made-up periods of known truth: how often it is wrong where nothing moved, and what it finds.
import { describe, expect, it } from 'vitest'
import { scoreDataset } from '../../src/drift/dataset.ts'
import { predictionDrift } from '../../src/drift/prediction.ts'
import { TARGET_MATTERS, targetDrift } from '../../src/drift/target.ts'
import { binomial, randomStream } from '../../src/statistics/random.ts'
import { period } from './made-up.ts'

describe('where nothing moved', () => {
  // One column of fifteen asks for a retraining (threshold .02). A true share of 1 % is exceeded with a
  // probability below .2 % at each of these bounds (scipy.stats.binom.sf(most, draws, .01)).
  it.each([
    [100, 300, 9],
    [1000, 200, 7],
    [10_000, 25, 3],
  ])(
    '%d rows a side: a column drifts in at most 1 %% of %d periods',
    (n, draws, most) => {
      let alarms = 0
      for (let draw = 0; draw < draws; draw++) {
        if (scoreDataset(period(draw, n)).drifted > 0) alarms++
      }
      expect(alarms).toBeLessThanOrEqual(most)
    },
    120_000,
  )

  it('the label asks in at most 1 % of periods, and hardly ever in large ones', () => {
    const share = (n: number): number => {
      let asked = 0
      for (let draw = 0; draw < 300; draw++) {
        const random = randomStream(draw, n)
        const side = () => {
          const ones = binomial(random, n, 0.26)
          return Array.from({ length: n }, (_, i) => (i < ones ? 1 : 0) as 0 | 1)
        }
        const found = targetDrift(side(), side())
        if (found !== null && found.p < 0.01 && found.difference >= TARGET_MATTERS) asked++
      }
      return asked / 300
    }
    expect(share(100)).toBeLessThanOrEqual(0.03)
    expect(share(5000)).toBe(0)
  })
})

describe('a shift of a quarter of a standard deviation at 10,000 rows', () => {
  it.each([
    'normal',
    'common',
    'rare',
    'gaps',
    'flag',
    'rare flag',
  ])('of %s is found, alone', (name) => {
    for (let draw = 0; draw < 3; draw++) {
      const drifted = scoreDataset(period(draw, 10_000, name)).columns.filter((c) => c.drifted)
      expect(drifted.map(({ column }) => column)).toEqual([name])
    }
  }, 120_000)

  it('of the scores of a model is found, and a tenth of that is too small to matter', () => {
    const scores = (seed: number, shift: number) => {
      const random = randomStream(seed)
      return Array.from({ length: 10_000 }, () => random.normal() + shift)
    }
    expect(predictionDrift(scores(1, 0), scores(2, 0.25))).toMatchObject({ drifted: true })
    const small = predictionDrift(scores(1, 0), scores(2, 0.06))
    expect(small).toMatchObject({ column: 'prediction', drifted: false, adjusted: small.p })
    expect(small.p).toBeLessThan(0.01)
    expect(small.why).toMatch(/^moved too little to matter: wasserstein 0\.06/)
  })
})
