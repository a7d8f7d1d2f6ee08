// The parts of training that draw lots: folds, orders, class weights.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomStream } from '../../src/statistics/random.ts'
import { rowWeights, take } from '../../src/training/examples.ts'
import { stratifiedFolds } from '../../src/training/folds.ts'
import { shuffled } from '../../src/training/shuffle.ts'

test('folds differ by one row at most, in all and in each class', () => {
  const labels = fc.array(fc.constantFrom(0, 1), { maxLength: 60 })
  fc.assert(
    fc.property(labels, fc.integer({ min: 2, max: 7 }), fc.integer(), (of, folds, seed) => {
      const fold = stratifiedFolds(of, folds, seed)
      for (const keep of [[0, 1], [0], [1]]) {
        const sizes = Array.from(
          { length: folds },
          (_, f) => fold.filter((at, row) => at === f && keep.includes(of[row] ?? -1)).length,
        )
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('the seed decides who is in which fold', () => {
  const labels = Array.from({ length: 60 }, (_, i) => i % 2)
  expect(stratifiedFolds(labels, 3, 1)).toEqual(stratifiedFolds(labels, 3, 1))
  expect(stratifiedFolds(labels, 3, 1)).not.toEqual(stratifiedFolds(labels, 3, 2))
})

test('a shuffle keeps every number, and its seed decides the order', () => {
  const order = (seed: number) => Array.from(shuffled(50, randomStream(seed)))
  expect([...order(1)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
  expect(order(1)).toEqual(order(1))
  expect(order(1)).not.toEqual(order(2))
})

test('balanced weights give both classes the same say', () => {
  // sklearn.utils.class_weight.compute_class_weight('balanced', classes=[0,1], y=[0,0,0,1]) = [0.6667, 2]
  const weights = rowWeights([0, 0, 0, 1], 'balanced')
  expect(weights[0]).toBeCloseTo(2 / 3, 6)
  expect(weights[3]).toBe(2)
  expect(Array.from(rowWeights([0, 1], 'none'))).toEqual([1, 1])
})

test('rows taken keep their labels and weights', () => {
  const set = {
    width: 2,
    rows: Float32Array.of(1, 2, 3, 4, 5, 6),
    labels: Float32Array.of(0, 1, 0),
    weights: Float32Array.of(1, 2, 3),
  }
  expect(take(set, [2, 1])).toEqual({
    rows: Float32Array.of(5, 6, 3, 4),
    labels: Float32Array.of(0, 1),
    weights: Float32Array.of(3, 2),
  })
})
