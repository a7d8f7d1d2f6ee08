// A small dense network as data, and its forward pass without any library.
import { type Static, Type } from '@sinclair/typebox'

/** One dense layer; `kernel` is row-major, inputs × units. */
export const LayerSchema = Type.Object(
  {
    inputs: Type.Integer({ minimum: 1 }),
    units: Type.Integer({ minimum: 1 }),
    activation: Type.Union([Type.Literal('linear'), Type.Literal('relu'), Type.Literal('tanh')]),
    kernel: Type.Array(Type.Number()),
    bias: Type.Array(Type.Number()),
  },
  { additionalProperties: false },
)

/** One member of the ensemble: its last layer has one linear unit, the logit. `weight` is its share of the mean. */
export const MemberSchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    kind: Type.Union([Type.Literal('logistic'), Type.Literal('mlp')]),
    weight: Type.Number({ exclusiveMinimum: 0 }),
    layers: Type.Array(LayerSchema, { minItems: 1 }),
  },
  { additionalProperties: false },
)

export type Layer = Static<typeof LayerSchema>
export type Member = Static<typeof MemberSchema>

type Pass = (input: Float64Array) => Float64Array

/** Compiles a member into a function from an encoded row to its logit. Not reentrant: it reuses its buffers. */
export function logitOf(member: Member): (input: Float64Array) => number {
  const passes = member.layers.map(layerPass)
  return (input) => {
    let signal = input
    for (const pass of passes) signal = pass(signal)
    return signal[0]
  }
}

function layerPass(layer: Layer): Pass {
  const { inputs, units } = layer
  const kernel = Float64Array.from(layer.kernel)
  const bias = Float64Array.from(layer.bias)
  const out = new Float64Array(units)
  const activate = activation(layer.activation)
  return (input) => {
    out.set(bias)
    for (let i = 0; i < inputs; i++) {
      const x = input[i]
      const from = i * units
      for (let u = 0; u < units; u++) out[u] += x * kernel[from + u]
    }
    activate(out)
    return out
  }
}

function activation(kind: Layer['activation']): (values: Float64Array) => void {
  if (kind === 'linear') return () => {}
  const apply = kind === 'tanh' ? Math.tanh : (x: number) => Math.max(x, 0)
  return (values) => {
    for (let i = 0; i < values.length; i++) values[i] = apply(values[i])
  }
}
