// From the members' mean logit to a probability: what a calibration is and how it is applied.
import { type Static, Type } from '@sinclair/typebox'

/**
 * `none`: 1 / (1 + e^−s) of the mean logit s. `platt`: the same of slope·s + intercept.
 * `isotonic`: linear between the points (score, probability), constant outside them.
 */
export const CalibrationSchema = Type.Union([
  Type.Object({ method: Type.Literal('none') }, { additionalProperties: false }),
  Type.Object(
    { method: Type.Literal('platt'), slope: Type.Number(), intercept: Type.Number() },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      method: Type.Literal('isotonic'),
      scores: Type.Array(Type.Number(), { minItems: 1 }),
      probabilities: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { minItems: 1 }),
    },
    { additionalProperties: false },
  ),
])

export type Calibration = Static<typeof CalibrationSchema>
export type IsotonicCalibration = Extract<Calibration, { method: 'isotonic' }>

/** 1 / (1 + e^−x). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** The function from a mean logit to a probability. */
export function calibrator(calibration: Calibration): (score: number) => number {
  if (calibration.method === 'none') return sigmoid
  if (calibration.method === 'platt') {
    const { slope, intercept } = calibration
    return (score) => sigmoid(slope * score + intercept)
  }
  return isotonic(calibration)
}

function isotonic(calibration: IsotonicCalibration): (score: number) => number {
  const scores = Float64Array.from(calibration.scores)
  const probabilities = Float64Array.from(calibration.probabilities)
  const last = scores.length - 1
  return (score) => {
    if (score <= scores[0]) return probabilities[0]
    if (score >= scores[last]) return probabilities[last]
    const right = firstAbove(scores, score)
    const low = scores[right - 1]
    const share = (score - low) / (scores[right] - low)
    const from = probabilities[right - 1]
    return from + share * (probabilities[right] - from)
  }
}

function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] > value) high = middle
    else low = middle + 1
  }
  return low
}
