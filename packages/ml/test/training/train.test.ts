// Training: deterministic, honest about folds, equal to TensorFlow's own forward pass, and clear about bad input.

import { Value } from '@sinclair/typebox/value'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { readyTensorFlow } from '../../../../stages/models/tensorflow.ts'
import { encodedWidth } from '../../src/encoding/encoder.ts'
import { encodeColumns } from '../../src/encoding/transform.ts'
import { rocAuc } from '../../src/metrics/roc.ts'
import { type Model, parseModel, predict, scorer } from '../../src/model.ts'
import { type Layer, logitOf } from '../../src/network.ts'
import { fitMember } from '../../src/training/fit-member.ts'
import { stratifiedFolds } from '../../src/training/folds.ts'
import { trainMembers } from '../../src/training/members.ts'
import { layersOf } from '../../src/training/network.ts'
import { TrainParams } from '../../src/training/params.ts'
import { train } from '../../src/training/train.ts'
import type { TrainingError } from '../../src/training/training-error.ts'
import { columnsOf } from '../rows.ts'
import { madeUp, naming, small } from './rig.ts'

beforeAll(readyTensorFlow)

const auc = (model: Model, { rows, labels }: ReturnType<typeof madeUp>) =>
  rocAuc(
    predict(model, rows).map(({ probability }) => probability),
    labels.map((label) => (label === 1 ? 1 : 0)),
  )

test('the same seed gives the same bytes, another seed other ones', async () => {
  const set = madeUp(200)
  const bytes = async (seed: number) =>
    JSON.stringify((await train(set, naming, small, seed)).model)
  const first = await bytes(1)
  expect(await bytes(1)).toBe(first)
  expect(await bytes(2)).not.toBe(first)
})

test('the ensemble finds the truth in new rows, and leaves no tensor behind', async () => {
  const before = tf.memory().numTensors
  const { model, outOfFold, members } = await train(madeUp(600), naming, small, 1)
  expect(tf.memory().numTensors).toBe(before)
  expect(auc(model, madeUp(600, 2))).toBeGreaterThan(0.85)
  expect(outOfFold).toHaveLength(600)
  expect(members.map(({ name }) => name)).toEqual(['logistic 1', 'logistic 2', 'mlp 1', 'mlp 2'])
  expect(model.encoder.blocks.map(({ feature }) => feature)).not.toContain('same')
})

test.each([
  'relu',
  'tanh',
] as const)('the plain forward pass gives what TensorFlow gives (%s)', async (activation) => {
  const set = madeUp(120)
  const params = { ...small, mlp: { ...small.mlp, hidden: [5, 3], activation } }
  const { model } = await train(set, naming, params, 3)
  const width = encodedWidth(model.encoder.blocks)
  const score = scorer(model)
  const logits = tf.tidy(() => {
    const input = tf.tensor2d(encodeColumns(model.encoder, set.columns), [set.rows.length, width])
    const members = model.members.map((member) => member.layers.reduce(dense, input))
    return Array.from(tf.mean(tf.concat(members, 1), 1).dataSync())
  })
  for (const [i, row] of set.rows.entries()) expect(score(row)).toBeCloseTo(logits[i] ?? NaN, 4.7)
})

function dense(input: tf.Tensor2D, layer: Layer): tf.Tensor2D {
  const kernel = tf.tensor2d(layer.kernel, [layer.inputs, layer.units])
  const sum: tf.Tensor2D = tf.add(tf.matMul(input, kernel), tf.tensor1d(layer.bias))
  if (layer.activation === 'linear') return sum
  return layer.activation === 'tanh' ? tf.tanh(sum) : tf.relu(sum)
}

test('probabilities are calibrated: their mean is the base rate', async () => {
  const set = madeUp(600)
  const rate = set.labels.reduce((sum, label) => sum + label, 0) / set.labels.length
  for (const [calibration, weight] of [
    ['platt', 'none'],
    ['platt', 'balanced'],
    ['isotonic', 'balanced'],
  ] as const) {
    const params = { ...small, calibration, class_weight: weight }
    const { outOfFold } = await train(set, naming, params, 1)
    const mean = outOfFold.reduce((sum, p) => sum + p, 0) / outOfFold.length
    expect(Math.abs(mean - rate)).toBeLessThan(0.01)
  }
})

test('balanced classes have the same say in the loss, and the base rate has where they are not', async () => {
  const all = madeUp(400)
  const kept = all.labels.flatMap((label, i) => (label === 0 || i % 3 === 0 ? [i] : []))
  const rows = kept.map((i) => all.rows[i] ?? {})
  const set = {
    ...all,
    rows,
    columns: columnsOf(rows),
    labels: kept.map((i) => all.labels[i] ?? 0),
  }
  const rate = set.labels.reduce((sum, label) => sum + label, 0) / set.labels.length
  expect(rate).toBeLessThan(0.3)
  // Where the loss is least, the weighted mean of the probabilities is that of the labels.
  for (const [class_weight, churner, due] of [
    ['none', rate, rate],
    ['balanced', 0.5, 0.5],
  ] as const) {
    const params = { ...small, epochs: 40, calibration: 'none' as const, class_weight }
    const { outOfFold } = await train(set, naming, params, 1)
    const meanOf = (label: number) => {
      const own = outOfFold.filter((_, i) => set.labels[i] === label)
      return own.reduce((sum, p) => sum + p, 0) / own.length
    }
    const mean = churner * meanOf(1) + (1 - churner) * meanOf(0)
    expect(Math.abs(mean - due), class_weight).toBeLessThan(0.03)
  }
})

test('members count by their weight in the out-of-fold scores', async () => {
  const set = madeUp(120)
  const rows = Float32Array.from(set.rows, ({ months }) => Number(months) / 72)
  const labels = Float32Array.from(set.labels)
  const encoded = { width: 1, rows, labels, weights: new Float32Array(120).fill(1) }
  const folds = stratifiedFolds(set.labels, 2, 1)
  const scores = async (members: TrainParams['members']) => {
    const params = { ...small, members, logistic: { ...small.logistic, weight: 3 } }
    return (await trainMembers(encoded, folds, params, 1, {})).scores
  }
  const [logistic, mlp] = [await scores(['logistic']), await scores(['mlp'])]
  for (const [i, score] of (await scores(['logistic', 'mlp'])).entries()) {
    expect(score).toBeCloseTo((3 * (logistic[i] ?? NaN) + (mlp[i] ?? NaN)) / 4, 10)
  }
})

test('the weights that are kept are those that gave the best scores', async () => {
  const set = madeUp(150)
  const rows = Float32Array.from(set.rows, ({ months }) => Number(months) / 72)
  const examples = {
    rows,
    labels: Float32Array.from(set.labels),
    weights: new Float32Array(150).fill(1),
  }
  const shape = { inputs: 1, hidden: [3], activation: 'tanh' as const, dropout: 0 }
  const params = { ...small, l2: 0, learning_rate: 0.5, epochs: 30, patience: 5 }
  const fitted = await fitMember(shape, examples, examples, params, [1])
  expect(fitted.history.length).toBeGreaterThan(fitted.bestEpoch)
  const layers = layersOf(shape, fitted.weights)
  const logit = logitOf({ name: 'm', kind: 'mlp', weight: 1, layers })
  for (const [i, expected] of fitted.validationLogits.entries()) {
    expect(logit(Float64Array.of(rows[i] ?? NaN))).toBeCloseTo(expected, 4)
  }
})

test('a stored model predicts exactly what it predicted when trained', async () => {
  const set = madeUp(100)
  for (const calibration of ['none', 'platt', 'isotonic'] as const) {
    const { model } = await train(set, naming, { ...small, calibration }, 1)
    const stored = parseModel(JSON.parse(JSON.stringify(model)))
    expect(predict(stored, set.rows)).toEqual(predict(model, set.rows))
  }
})

test('the best epoch has the lowest validation loss, and training stops after patience', async () => {
  const params = { ...small, epochs: 60, learning_rate: 0.3, patience: 2 }
  const { members } = await train(madeUp(150), naming, params, 1)
  for (const { history, bestEpoch } of members) {
    const losses = history.map(({ validationLoss }) => validationLoss)
    expect(losses[bestEpoch - 1]).toBe(Math.min(...losses))
    expect(history.length).toBe(Math.min(60, bestEpoch + 2))
  }
})

test('a member never trains on the fold that stops it and that it scores', async () => {
  const set = madeUp(200)
  const fold = stratifiedFolds(set.labels, 2, 1)
  const labels = Float32Array.from(set.labels)
  const rows = Float32Array.from(set.rows, ({ months }) => Number(months) / 72)
  const params = { ...small, patience: small.epochs }
  const losses = async (labels: Float32Array) => {
    const encoded = { width: 1, rows, labels, weights: new Float32Array(200).fill(1) }
    const { reports } = await trainMembers(encoded, fold, params, 1, {})
    return reports.map(({ history }) => history.map(({ trainLoss }) => trainLoss))
  }
  // The labels of the first fold turned round: members that are judged by it notice nothing in training.
  const [before, after] = [
    await losses(labels),
    await losses(labels.map((label, row) => (fold[row] === 0 ? 1 - label : label))),
  ]
  expect(before).toHaveLength(4)
  for (const [member, trainLosses] of before.entries()) {
    if (member % 2 === 0) expect(after[member]).toEqual(trainLosses)
    else expect(after[member]).not.toEqual(trainLosses)
  }
})

test('an abort ends training with its reason and frees the memory', async () => {
  const before = tf.memory().numTensors
  const control = new AbortController()
  const seen: string[] = []
  const work = train(madeUp(100), naming, small, 1, {
    signal: control.signal,
    onEpoch: (member, { epoch }) => {
      seen.push(`${member} ${epoch}`)
      if (epoch === 2) control.abort(new Error('enough'))
    },
  })
  await expect(work).rejects.toThrow('enough')
  expect(seen).toEqual(['logistic 1 1', 'logistic 1 2'])
  expect(tf.memory().numTensors).toBe(before)
})

async function failure(
  change: Partial<ReturnType<typeof madeUp>>,
  params: Partial<TrainParams> = {},
): Promise<TrainingError['code']> {
  const work = train({ ...madeUp(100), ...change }, naming, { ...small, ...params }, 1)
  return work.then(
    () => expect.fail('it trained'),
    (error: TrainingError) => error.code,
  )
}

test('data that cannot train a model are named by a code', async () => {
  const zeros = new Array<number>(100).fill(0)
  expect(await failure({ columns: {}, labels: [] })).toBe('NO_LABELS')
  expect(await failure({ labels: zeros })).toBe('ONE_CLASS')
  expect(await failure({ labels: zeros.map(() => 1) })).toBe('ONE_CLASS')
  expect(await failure({ labels: zeros.with(0, 1).with(1, 1) })).toBe('TOO_FEW_ROWS')
  const blank = { fee: null, months: null, tv: null, net: null, same: 1 }
  expect(await failure({ columns: columnsOf(zeros.map(() => blank)) })).toBe('FEATURES_CONSTANT')
})

test('a training that runs away ends in a code, not in NaN weights', async () => {
  expect(await failure({}, { logistic: { l2: 1e39, weight: 1 } })).toBe('DIVERGED')
})

test('numbers too large to standardise are named', async () => {
  const rows = madeUp(100).rows.map((row, i) => ({ ...row, fee: i % 2 === 0 ? 1e300 : -1e300 }))
  expect(await failure({ columns: columnsOf(rows) })).toBe('FEATURE_OVERFLOW')
})

test('params that make no sense are refused by the schema', () => {
  expect(Value.Check(TrainParams, small)).toBe(true)
  const wrong = [
    { members: [] },
    { members: ['forest'] },
    { members: ['mlp', 'mlp'] },
    { folds: 1 },
    { learning_rate: 0 },
    { epochs: 1.5 },
    { batch_size: 0 },
    { threshold: 'best' },
    { threshold: 1.1 },
    { calibration: 'beta' },
    { mlp: { ...small.mlp, dropout: 1 } },
    { mlp: { ...small.mlp, hidden: [] } },
    { logistic: { ...small.logistic, weight: 0 } },
    { learning_rte: 0.1 },
  ]
  for (const change of wrong) expect(Value.Check(TrainParams, { ...small, ...change })).toBe(false)
})
