// The params of training: what is refused before any data is read.
import { Value } from '@sinclair/typebox/value'
import { expect, test } from 'vitest'
import { TrainParams } from '../../src/training/params.ts'

const PARAMS: TrainParams = {
  members: ['logistic', 'mlp'],
  spans: 4,
  folds: 5,
  learning_rate: 0.01,
  batch_size: 64,
  epochs: 40,
  patience: 5,
  class_weight: 'none',
  calibration: 'platt',
  threshold: 'f1',
  logistic: { l2: 0, weight: 1 },
  mlp: { hidden: [16, 8], activation: 'relu', dropout: 0.2, l2: 0, weight: 1 },
}

const wrong = (params: unknown) => [...Value.Errors(TrainParams, params)].map(({ path }) => path)

test('the example is taken, and so are a threshold as a number and one kind of member', () => {
  expect(wrong(PARAMS)).toEqual([])
  expect(wrong({ ...PARAMS, threshold: 0.5, members: ['mlp'] })).toEqual([])
})

test.each<[string, unknown]>([
  ['members', []],
  ['members', ['mlp', 'mlp']],
  ['members', ['forest']],
  ['spans', 0],
  ['spans', 1.5],
  ['folds', 1],
  ['folds', 21],
  ['learning_rate', 0],
  ['learning_rate', 1.1],
  ['batch_size', 0],
  ['epochs', 0],
  ['patience', 0],
  ['class_weight', 'some'],
  ['calibration', 'sigmoid'],
  ['threshold', 'best'],
  ['threshold', 1.1],
  ['logistic', { l2: -1, weight: 1 }],
  ['logistic', { l2: 0, weight: 0 }],
  ['mlp', { ...PARAMS.mlp, hidden: [] }],
  ['mlp', { ...PARAMS.mlp, hidden: [0] }],
  ['mlp', { ...PARAMS.mlp, activation: 'sine' }],
  ['mlp', { ...PARAMS.mlp, dropout: 1 }],
  ['mlp', { ...PARAMS.mlp, dropuot: 0 }],
])('%s may not be %j', (key, value) => {
  const paths = wrong({ ...PARAMS, [key]: value })
  expect(paths.length).toBeGreaterThan(0)
  expect(paths.every((path) => path.startsWith(`/${key}`))).toBe(true)
})

test.each(Object.keys(PARAMS))('%s may not be missing', (key) => {
  const { [key]: _, ...rest } = { ...PARAMS } as Record<string, unknown>
  expect(wrong(rest)).toContain(`/${key}`)
})
