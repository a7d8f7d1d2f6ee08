// A model as data: what is refused and why, what it answers, and how a bundle's examples guard it.
import { expect, test } from 'vitest'
import { checkExamples, makeExamples } from '../src/bundle.ts'
import { type Model, parseModel, predict, predictor } from '../src/model.ts'
import { ModelError } from '../src/model-error.ts'

const model: Model = {
  schema: 'weir/model/1',
  name: 'churn',
  as_of: '2024-01-31',
  entity: 'user_id',
  features: [
    { name: 'fee', view: 'v', type: 'number', min: 0, nullable: true },
    { name: 'net', view: 'v', type: 'category', levels: ['DSL', 'No'], nullable: false },
  ],
  encoder: {
    blocks: [
      { kind: 'number', feature: 'fee', fill: 2, blank: false, knots: [] },
      { kind: 'category', feature: 'net', levels: ['DSL', 'No'], blank: false },
    ],
    center: [2, 0, 0],
    scale: [2, 1, 1],
  },
  members: [
    {
      name: 'a',
      kind: 'logistic',
      weight: 1,
      layers: [{ inputs: 3, units: 1, activation: 'linear', kernel: [1, 0.5, -0.5], bias: [0.25] }],
    },
    {
      name: 'b',
      kind: 'mlp',
      weight: 3,
      layers: [
        { inputs: 3, units: 2, activation: 'relu', kernel: [1, -1, 0, 0, 2, 2], bias: [0, 0.5] },
        { inputs: 2, units: 1, activation: 'linear', kernel: [1, 2], bias: [-1] },
      ],
    },
  ],
  calibration: { method: 'platt', slope: 2, intercept: 0.5 },
  threshold: 0.5,
}

/** A copy of the model with one place changed, by JSON pointer; undefined removes. */
function changed(pointer: string, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(model))
  const keys = pointer.split('/').slice(1)
  const last = keys.pop() ?? ''
  const parent = keys.reduce((node, key) => node[key], copy)
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return copy
}

function refusal(json: unknown): ModelError {
  try {
    parseModel(json)
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
  throw new Error('it was accepted')
}

test('the answer is the calibrated weighted mean of the logits, worked out by hand', () => {
  // fee 4 → 1, net No → 0, 1. a: 1 − 0.5 + 0.25 = 0.75. b: relu(3, 1.5) → 3 + 3 − 1 = 5. (0.75 + 3·5) / 4 = 3.9375.
  const [answer] = predict(parseModel(model), [{ fee: 4, net: 'No' }])
  expect(answer?.probability).toBeCloseTo(1 / (1 + Math.exp(-(2 * 3.9375 + 0.5))), 14)
  expect(answer?.prediction).toBe(1)
  // fee blank → 0, unknown level → 0, 0. a: 0.25. b: relu(0, 0.5) → 1 − 1 = 0. Mean 0.0625.
  const [blank] = predict(model, [{ fee: null, net: 'Cable' }])
  expect(blank?.probability).toBeCloseTo(1 / (1 + Math.exp(-0.625)), 14)
})

test('a probability on the threshold is predicted 1', () => {
  const row = { fee: null, net: 'DSL' }
  const { probability } = predictor(model)(row)
  expect(predictor({ ...model, threshold: probability })(row).prediction).toBe(1)
  expect(predictor({ ...model, threshold: probability + 1e-9 })(row).prediction).toBe(0)
})

test('isotonic calibration is linear between its points and constant outside', () => {
  const calibration = { method: 'isotonic' as const, scores: [0, 1], probabilities: [0.2, 0.6] }
  const at = (fee: number) =>
    predictor({ ...model, members: model.members.slice(0, 1), calibration })({ fee, net: 'x' })
  // logit = (fee − 2) / 2 + 0.25
  expect(at(-9).probability).toBe(0.2)
  expect(at(2).probability).toBeCloseTo(0.3, 14)
  expect(at(99).probability).toBe(0.6)
})

test.each([
  ['/schema', 'weir/model/2'],
  ['/as_of', 'January'],
  ['/threshold', 1.5],
  ['/threshold', undefined],
  ['/members', []],
  ['/members/0/layers/0/kernel/1', null],
  ['/members/0/kind', 'forest'],
  ['/encoder/scale/0', 0],
  ['/calibration', { method: 'beta' }],
  ['/features/0/type', 'text'],
  ['/extra', 1],
])('%s: %j is refused with its place', (pointer, value) => {
  expect(refusal(changed(pointer, value))).toMatchObject({ code: 'MODEL_INVALID', where: pointer })
})

test.each([
  ['/features/1/name', 'fee', '/features/1/name'],
  ['/encoder/blocks/0/feature', 'age', '/encoder/blocks/0'],
  ['/features/0/type', 'boolean', '/encoder/blocks/0'],
  ['/encoder/blocks/0/knots', [1, 1], '/encoder/blocks/0/knots'],
  ['/encoder/center', [1, 2], '/encoder/center'],
  ['/encoder/blocks/1/levels', ['DSL'], '/encoder/center'],
  ['/members/0/layers/0/inputs', 4, '/members/0/layers/0/inputs'],
  ['/members/1/layers/1/inputs', 3, '/members/1/layers/1/inputs'],
  ['/members/1/layers/0/kernel', [1], '/members/1/layers/0/kernel'],
  ['/members/1/layers/0/bias', [1], '/members/1/layers/0/bias'],
  ['/members/0/layers/0/activation', 'relu', '/members/0/layers'],
  [
    '/calibration',
    { method: 'isotonic', scores: [1, 0], probabilities: [0, 1] },
    '/calibration/scores',
  ],
  [
    '/calibration',
    { method: 'isotonic', scores: [0, 1], probabilities: [1, 0] },
    '/calibration/probabilities',
  ],
  [
    '/calibration',
    { method: 'isotonic', scores: [0, 1], probabilities: [1] },
    '/calibration/probabilities',
  ],
])('%s: %j does not fit, at %s', (pointer, value, where) => {
  expect(refusal(changed(pointer, value))).toMatchObject({ code: 'MODEL_INCONSISTENT', where })
})

test.each([null, 3, 'model', [], {}])('%j is no model', (json) => {
  expect(refusal(json).code).toBe('MODEL_INVALID')
})

test('examples hold for the model that made them, and not for another', () => {
  const rows = [
    { fee: 1, net: 'DSL' },
    { fee: null, net: 'No' },
  ]
  const examples = makeExamples(model, rows)
  expect(checkExamples(predictor(parseModel(JSON.parse(JSON.stringify(model)))), examples)).toEqual(
    [],
  )
  const other = parseModel(changed('/members/1/layers/0/kernel/5', 2.1))
  expect(checkExamples(predictor(other), examples).map(({ index }) => index)).toEqual([1])
  const nan = examples.map((example) => ({ ...example, probability: Number.NaN }))
  expect(checkExamples(predictor(model), nan)).toHaveLength(2)
})

test('an answer a millionth away is the same answer, a little more is not', () => {
  const [example] = makeExamples(model, [{ fee: 1, net: 'DSL' }])
  const off = (by: number) =>
    checkExamples(
      predictor(model),
      example ? [{ ...example, probability: example.probability + by }] : [],
    )
  expect(off(9e-7)).toEqual([])
  expect(off(2e-6)).toHaveLength(1)
})
