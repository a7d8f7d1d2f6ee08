// Trains one network by Adam, stops when its validation loss no longer falls, and keeps the best weights.
import * as tf from '@tensorflow/tfjs-core'
import { type Random, randomStream } from '../statistics/random.ts'
import { createNetwork, type Network, type NetworkShape, type Weights } from './network.ts'
import { shuffled } from './shuffle.ts'
import { TrainingError } from './training-error.ts'

/** Encoded rows with their labels; `rows` is row-major, n × width. */
export interface Examples {
  readonly rows: Float32Array
  readonly labels: Float32Array
  /** What a row counts in the loss. */
  readonly weights: Float32Array
}

export interface FitParams {
  readonly learning_rate: number
  readonly batch_size: number
  readonly epochs: number
  readonly patience: number
  readonly l2: number
}

/** The losses after one epoch: mean log loss, without the penalty. */
export interface Epoch {
  readonly epoch: number
  /** Over the epoch's batches, as it was trained. */
  readonly trainLoss: number
  readonly validationLoss: number
}

export interface Fitted {
  readonly weights: Weights
  /** From 1. */
  readonly bestEpoch: number
  readonly history: readonly Epoch[]
  /** Logits of the validation rows under the best weights. */
  readonly validationLogits: Float32Array
}

export interface FitControl {
  readonly signal?: AbortSignal
  /** Awaited after each epoch; the place to report progress and to let other work run. */
  onEpoch?(epoch: Epoch): void | Promise<void>
}

const ORDER = 2
const DROPOUT = 3
const INITIAL = 4

/**
 * Trains one network. The same arguments give the same weights, bit for bit, on the same backend.
 * @param seed a number for each thing that sets this network apart from others
 * @throws TrainingError DIVERGED when a loss is not finite; the signal's reason when it is aborted
 */
export async function fitMember(
  shape: NetworkShape,
  training: Examples,
  validation: Examples,
  params: FitParams,
  seed: readonly number[],
  control: FitControl = {},
): Promise<Fitted> {
  const network = createNetwork(shape, logOdds(training), randomStream(...seed, INITIAL))
  const optimizer = tf.train.adam(params.learning_rate)
  const data = onBackend(training, validation, shape.inputs)
  try {
    return await descend({ network, optimizer, data, params, seed, control })
  } finally {
    tf.dispose(Object.values(data))
    optimizer.dispose()
    network.dispose()
  }
}

interface Descent {
  readonly network: Network
  readonly optimizer: tf.Optimizer
  readonly data: ReturnType<typeof onBackend>
  readonly params: FitParams
  readonly seed: readonly number[]
  readonly control: FitControl
}

async function descend(descent: Descent): Promise<Fitted> {
  const { network, params, control } = descent
  const order = randomStream(...descent.seed, ORDER)
  const dropout = randomStream(...descent.seed, DROPOUT)
  const history: Epoch[] = []
  let best = evaluate(descent)
  let bestWeights = network.weights()
  let bestEpoch = 0
  for (let epoch = 1; epoch <= params.epochs; epoch++) {
    control.signal?.throwIfAborted()
    const trainLoss = trainEpoch(descent, order, dropout)
    const now = evaluate(descent)
    const losses = { epoch, trainLoss, validationLoss: now.loss }
    checkFinite(losses)
    history.push(losses)
    if (now.loss < best.loss) {
      best = now
      bestWeights = network.weights()
      bestEpoch = epoch
    }
    await control.onEpoch?.(losses)
    if (epoch - bestEpoch >= params.patience) break
  }
  return { weights: bestWeights, bestEpoch, history, validationLogits: best.logits }
}

function onBackend(training: Examples, validation: Examples, width: number) {
  return {
    rows: tf.tensor2d(training.rows, [training.labels.length, width]),
    labels: tf.tensor1d(training.labels),
    weights: tf.tensor1d(training.weights),
    validationRows: tf.tensor2d(validation.rows, [validation.labels.length, width]),
    validationLabels: tf.tensor1d(validation.labels),
    validationWeights: tf.tensor1d(validation.weights),
  }
}

/** One pass over the shuffled training rows; the mean of its batches' losses. */
function trainEpoch({ network, optimizer, data, params }: Descent, order: Random, dropout: Random) {
  const rows = shuffled(data.rows.shape[0], order)
  let sum = 0
  for (let from = 0; from < rows.length; from += params.batch_size) {
    const batch = rows.subarray(from, from + params.batch_size)
    sum += tf.tidy(() => {
      const at = tf.tensor1d(batch, 'int32')
      const [x, y, weights] = [
        tf.gather(data.rows, at),
        tf.gather(data.labels, at),
        tf.gather(data.weights, at),
      ]
      let loss = 0
      optimizer.minimize(
        () => {
          const fit = meanLoss(network.logits(x, dropout), y, weights)
          loss = fit.dataSync()[0]
          return tf.add(fit, tf.mul(network.penalty(), params.l2))
        },
        false,
        [...network.variables],
      )
      return loss * batch.length
    })
  }
  return sum / rows.length
}

function evaluate({ network, data }: Descent): { loss: number; logits: Float32Array } {
  return tf.tidy(() => {
    const logits = network.logits(data.validationRows)
    const loss = meanLoss(logits, data.validationLabels, data.validationWeights)
    return {
      loss: loss.dataSync()[0],
      logits: Float32Array.from(logits.dataSync()),
    }
  })
}

/** Weighted mean of −y·ln p − (1 − y)·ln(1 − p), from logits z as softplus(z) − y·z. */
function meanLoss(logits: tf.Tensor1D, labels: tf.Tensor1D, weights: tf.Tensor1D): tf.Scalar {
  const losses = tf.sub(tf.softplus(logits), tf.mul(labels, logits))
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights))
}

/** Log odds of a 1, so that training starts from the base rate. */
function logOdds({ labels, weights }: Examples): number {
  let [ones, all] = [0, 0]
  for (const [i, label] of labels.entries()) {
    ones += label * weights[i]
    all += weights[i]
  }
  return Math.log(ones / (all - ones))
}

function checkFinite({ epoch, trainLoss, validationLoss }: Epoch): void {
  if (Number.isFinite(trainLoss) && Number.isFinite(validationLoss)) return
  throw new TrainingError(
    'DIVERGED',
    `the loss is no longer a number after epoch ${epoch}`,
    'lower train.learning_rate',
  )
}
