// A member that learned nothing is a failure that says why.
import type { FeatureSpec } from '@weir/formats/dataset'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { readyTensorFlow } from '../../../../stages/models/tensorflow.ts'
import type { Encoder } from '../../src/encoding/encoder.ts'
import type { Member } from '../../src/network.ts'
import { checkLearned } from '../../src/training/learned.ts'
import type { MemberReport } from '../../src/training/members.ts'
import { train } from '../../src/training/train.ts'
import { columnsOf } from '../rows.ts'
import { madeUp, naming, small } from './rig.ts'

const member = (...kernels: number[][]): Member => ({
  name: 'logistic 1',
  kind: 'logistic',
  weight: 1,
  layers: kernels.map((kernel) => ({
    inputs: kernel.length,
    units: 1,
    activation: 'linear',
    kernel,
    bias: [0.3],
  })),
})

const report = (bestEpoch: number): MemberReport => ({
  name: 'logistic 1',
  kind: 'logistic',
  fold: 0,
  bestEpoch,
  history: [0.61, 0.59, 0.6].map((validationLoss, i) => ({
    epoch: i + 1,
    trainLoss: 0.5,
    validationLoss,
  })),
})

const encoder = (levels: number): Encoder => ({
  blocks: [
    {
      kind: 'category',
      feature: 'city',
      levels: Array.from({ length: levels }, (_, i) => `c${i}`),
      blank: false,
    },
    { kind: 'boolean', feature: 'tv', blank: false },
  ],
  center: [],
  scale: [],
})

describe('checkLearned', () => {
  const check = (weights: number[][], bestEpoch: number, levels = 3) =>
    checkLearned([member(...weights)], [report(bestEpoch)], encoder(levels), 1000)

  it('lets a trained member pass', () => {
    expect(() => check([[0, 0.2]], 1)).not.toThrow()
  })

  it('refuses one that stopped at epoch 0, with its losses', () => {
    expect(() => check([[0.1, 0.2]], 0)).toThrow(
      'member logistic 1 learned nothing: none of 3 epochs was better than the base rate (lowest validation loss 0.5900)',
    )
  })

  it('refuses one with a layer of zeros', () => {
    const expected = 'member logistic 1 learned nothing: all weights of a layer are 0'
    expect(() => check([[0, 0]], 2)).toThrow(expected)
    expect(() => check([[1, 2], [0]], 2)).toThrow(expected)
  })

  it.each([
    [3, 'lower train.learning_rate, and check that the features can tell the label'],
    [100, 'lower train.learning_rate, and check that the features can tell the label'],
    [101, 'city has 101 levels in 1000 training rows: group them, or leave the column out'],
  ])('says what to do with %d levels', (levels, hint) => {
    expect(() => check([[0]], 0, levels)).toThrow(
      expect.objectContaining({ code: 'NOTHING_LEARNED', hint }),
    )
  })
})

describe('training', () => {
  beforeAll(readyTensorFlow)

  const city: FeatureSpec = { name: 'city', view: 'v', type: 'category', nullable: false }

  test('on a category of as many levels as rows fails by its name', async () => {
    const set = madeUp(300)
    const columns = columnsOf(set.rows.map((_, i) => ({ city: `c${i}` })))
    const params = { ...small, members: ['logistic' as const] }
    const work = train({ ...set, features: [city], columns }, naming, params, 1)
    await expect(work).rejects.toMatchObject({
      code: 'NOTHING_LEARNED',
      hint: 'city has 300 levels in 300 training rows: group them, or leave the column out',
    })
  })

  test('with a learning rate that overshoots from the first epoch fails, too', async () => {
    const params = { ...small, members: ['logistic' as const], learning_rate: 1, epochs: 1 }
    const set = madeUp(60)
    const labels = set.labels.map((_, i) => (i % 7 === 0 ? 1 : 0))
    await expect(train({ ...set, labels }, naming, params, 1)).rejects.toMatchObject({
      code: 'NOTHING_LEARNED',
      hint: 'lower train.learning_rate, and check that the features can tell the label',
    })
  })
})
