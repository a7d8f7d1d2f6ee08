// A small training set with a known truth, and params that train on it in a moment.
import type { FeatureRow, FeatureSpec } from '@weir/formats/dataset'
import { randomStream } from '../../src/statistics/random.ts'
import type { TrainParams } from '../../src/training/params.ts'
import type { TrainingSet } from '../../src/training/train.ts'
import { columnsOf } from '../rows.ts'

export const features: readonly FeatureSpec[] = [
  { name: 'fee', view: 'v', type: 'number', min: 0, nullable: true },
  { name: 'months', view: 'v', type: 'integer', min: 0, nullable: false },
  { name: 'tv', view: 'v', type: 'boolean', nullable: true },
  { name: 'net', view: 'v', type: 'category', levels: ['DSL', 'Fiber', 'No'], nullable: false },
  { name: 'same', view: 'v', type: 'number', nullable: false },
]

/** A training set, and its columns as rows. */
export interface MadeUp extends TrainingSet {
  readonly rows: readonly FeatureRow[]
}

/** `n` rows; who has few months and a high fee leaves more often. */
export function madeUp(n: number, seed = 1): MadeUp {
  const random = randomStream(seed)
  const rows: FeatureRow[] = []
  const labels: number[] = []
  for (let i = 0; i < n; i++) {
    const fee = 20 + 100 * random.uniform()
    const months = Math.floor(72 * random.uniform())
    const tv = random.chance(0.2) ? null : random.chance(0.5)
    const net = ['DSL', 'Fiber', 'No'][Math.floor(3 * random.uniform())] ?? 'No'
    const odds = fee / 30 - months / 12 + (tv === null ? 1 : 0)
    rows.push({ fee: random.chance(0.05) ? null : fee, months, tv, net, same: 7 })
    labels.push(random.chance(1 / (1 + Math.exp(-odds))) ? 1 : 0)
  }
  return { asOf: '2024-01-31', features, rows, columns: columnsOf(rows), labels }
}

export const small: TrainParams = {
  members: ['logistic', 'mlp'],
  folds: 2,
  spans: 4,
  learning_rate: 0.05,
  batch_size: 64,
  epochs: 6,
  patience: 3,
  class_weight: 'none',
  calibration: 'platt',
  threshold: 'f1',
  logistic: { l2: 0.001, weight: 1 },
  mlp: { hidden: [4], activation: 'relu', dropout: 0.2, l2: 0.001, weight: 1 },
}

export const naming = { name: 'm', entity: 'user_id' }
