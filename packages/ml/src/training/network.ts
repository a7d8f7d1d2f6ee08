// A dense network of TensorFlow.js variables: the trainable form of a member.
// tfjs-layers is imported for the gradients of the kernels, which tfjs-core's Node build registers nowhere.
import '@tensorflow/tfjs-layers'
import * as tf from '@tensorflow/tfjs-core'
import type { Layer } from '../network.ts'
import type { Random } from '../statistics/random.ts'

export interface NetworkShape {
  readonly inputs: number
  /** Units of the hidden layers; none makes a logistic regression. */
  readonly hidden: readonly number[]
  readonly activation: 'relu' | 'tanh'
  /** Share of hidden units left out in each training step. */
  readonly dropout: number
}

interface DenseVariables {
  readonly kernel: tf.Variable<tf.Rank.R2>
  readonly bias: tf.Variable<tf.Rank.R1>
}

/** The weights of a network, layer by layer: kernel (row-major, inputs × units), bias. */
export type Weights = readonly Float32Array[]

/** Variables on the ready backend; `dispose` frees them. */
export interface Network {
  readonly variables: readonly tf.Variable[]
  /** The logits (n) of rows (n × inputs); a stream of random numbers draws the dropout, none leaves all units in. */
  logits(rows: tf.Tensor2D, dropout?: Random): tf.Tensor1D
  /** Sum of the squared kernel weights. */
  penalty(): tf.Scalar
  weights(): Weights
  dispose(): void
}

/**
 * A fresh network. Kernels of a network with hidden layers are uniform within ±√(6 / (inputs + units))
 * (Glorot and Bengio 2010); those of a logistic regression are 0. The last bias is `prior`, the log odds.
 */
export function createNetwork(shape: NetworkShape, prior: number, random: Random): Network {
  const sizes = [shape.inputs, ...shape.hidden, 1]
  const layers = sizes.slice(1).map((units, i): DenseVariables => {
    const inputs = sizes[i]
    const last = i === shape.hidden.length
    const limit = shape.hidden.length > 0 ? Math.sqrt(6 / (inputs + units)) : 0
    return {
      kernel: variable(uniform(inputs * units, limit, random), [inputs, units]),
      bias: variable(new Float32Array(units).fill(last ? prior : 0), [units]),
    }
  })
  const variables = layers.flatMap(({ kernel, bias }) => [kernel, bias])
  return {
    variables,
    logits: (rows, dropout) => tf.tidy(() => forward(layers, shape, rows, dropout)),
    penalty: () => tf.tidy(() => tf.addN(layers.map(({ kernel }) => tf.sum(tf.square(kernel))))),
    weights: () => variables.map((held) => Float32Array.from(held.dataSync())),
    dispose: () => tf.dispose(variables),
  }
}

/** The layers as data for a model: nine digits, which name a float32 exactly. */
export function layersOf(shape: NetworkShape, weights: Weights): Layer[] {
  const sizes = [shape.inputs, ...shape.hidden, 1]
  return sizes.slice(1).map((units, i) => ({
    inputs: sizes[i],
    units,
    activation: i === shape.hidden.length ? ('linear' as const) : shape.activation,
    kernel: digits(weights[2 * i]),
    bias: digits(weights[2 * i + 1]),
  }))
}

function digits(values: Float32Array = new Float32Array()): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(9)))
}

function uniform(length: number, limit: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => (2 * random.uniform() - 1) * limit)
}

function variable<R extends tf.Rank>(values: Float32Array, shape: tf.ShapeMap[R]): tf.Variable<R> {
  const initial = tf.tensor<R>(values, shape)
  const held = tf.variable<R>(initial)
  initial.dispose()
  return held
}

function forward(
  layers: readonly DenseVariables[],
  shape: NetworkShape,
  rows: tf.Tensor2D,
  dropout?: Random,
): tf.Tensor1D {
  let signal = rows
  for (const [i, { kernel, bias }] of layers.entries()) {
    const sum: tf.Tensor2D = tf.add(tf.matMul(signal, kernel), bias)
    if (i === layers.length - 1) return tf.squeeze(sum, [1])
    signal = shape.activation === 'tanh' ? tf.tanh(sum) : tf.relu(sum)
    if (dropout && shape.dropout > 0) signal = tf.mul(signal, mask(signal, shape.dropout, dropout))
  }
  return tf.squeeze(signal, [1])
}

/** Zeroes a share of the units and scales the others up, so that the expected signal stays. */
function mask(signal: tf.Tensor2D, share: number, random: Random): tf.Tensor2D {
  const kept = 1 / (1 - share)
  const values = Float32Array.from({ length: signal.size }, () =>
    random.uniform() < share ? 0 : kept,
  )
  return tf.tensor2d(values, signal.shape)
}
