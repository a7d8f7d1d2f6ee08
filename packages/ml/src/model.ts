// The model as it is stored and served: its JSON form, how it is checked, and how it predicts without TensorFlow.
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type MODEL_SCHEMA, ModelEnvelope } from '@weir/formats/bundle'
import type { FeatureColumns, FeatureRow, FeatureSpec } from '@weir/formats/dataset'
import { type Calibration, CalibrationSchema, calibrator } from './calibration/calibration.ts'
import { rowCount } from './encoding/columns.ts'
import { type Encoder, EncoderSchema, encodedWidth } from './encoding/encoder.ts'
import { columnEncoder, rowEncoder } from './encoding/transform.ts'
import { inconsistency } from './model-consistency.ts'
import { ModelError } from './model-error.ts'
import { logitOf, type Member, MemberSchema } from './network.ts'

/** All that a prediction needs. JSON-serialisable: weights are plain arrays of float32 values. */
export interface Model {
  readonly schema: typeof MODEL_SCHEMA
  readonly name: string
  /** ISO date of the period that it was trained on. */
  readonly as_of: string
  /** The entity key's column, `user_id`. */
  readonly entity: string
  readonly features: readonly FeatureSpec[]
  readonly encoder: Encoder
  readonly members: readonly Member[]
  readonly calibration: Calibration
  /** A probability from here on is predicted 1. */
  readonly threshold: number
}

export interface Prediction {
  readonly probability: number
  readonly prediction: 0 | 1
}

/** The JSON Schema of model.json: its envelope, with the parts that only this package reads. */
export const ModelSchema = Type.Object(
  {
    ...ModelEnvelope.properties,
    encoder: EncoderSchema,
    members: Type.Array(MemberSchema, { minItems: 1 }),
    calibration: CalibrationSchema,
  },
  { additionalProperties: false },
)

/**
 * Checks parsed JSON and returns it as a model.
 * Throws ModelError: MODEL_INVALID for a wrong shape, MODEL_INCONSISTENT where the parts do not fit together.
 */
export function parseModel(json: unknown): Model {
  if (!Value.Check(ModelSchema, json)) {
    const first = Value.Errors(ModelSchema, json).First()
    const where = first?.path === undefined || first.path === '' ? '/' : first.path
    const cause = first?.message ?? 'not a model'
    throw new ModelError('MODEL_INVALID', `not a model: ${cause} at ${where}`, where)
  }
  const model: Model = json
  const problem = inconsistency(model)
  if (problem) {
    throw new ModelError('MODEL_INCONSISTENT', `${problem.what} at ${problem.where}`, problem.where)
  }
  return model
}

/**
 * Compiles a model into a function of one row, for the hot path: no allocation but the answer.
 * The function throws ModelError FEATURE_MISSING or FEATURE_TYPE for a row that does not fit.
 */
export function predictor(model: Model): (row: FeatureRow) => Prediction {
  const score = scorer(model)
  const calibrate = calibrator(model.calibration)
  return (row) => {
    const probability = calibrate(score(row))
    return { probability, prediction: probability >= model.threshold ? 1 : 0 }
  }
}

/** Predicts each row, in order. */
export function predict(model: Model, rows: readonly FeatureRow[]): Prediction[] {
  return rows.map(predictor(model))
}

/** The probability of each row of some columns, in order. Throws as predictor's function. */
export function probabilities(model: Model, columns: FeatureColumns): number[] {
  const encode = columnEncoder(model.encoder, columns)
  const input = new Float64Array(encodedWidth(model.encoder.blocks))
  const [logit, calibrate] = [meanLogit(model), calibrator(model.calibration)]
  return Array.from({ length: rowCount(columns) }, (_, row) => {
    encode(row, input)
    return calibrate(logit(input))
  })
}

/** The part of a model that gives a score before calibration. */
export type Scorable = Pick<Model, 'encoder' | 'members'>

/** Compiles the function from a row to the weighted mean of the members' logits. */
export function scorer(model: Scorable): (row: FeatureRow) => number {
  const encode = rowEncoder(model.encoder)
  const input = new Float64Array(encodedWidth(model.encoder.blocks))
  const logit = meanLogit(model)
  return (row) => {
    encode(row, input)
    return logit(input)
  }
}

function meanLogit(model: Scorable): (input: Float64Array) => number {
  const total = model.members.reduce((sum, member) => sum + member.weight, 0)
  const members = model.members.map((member) => ({
    share: member.weight / total,
    logit: logitOf(member),
  }))
  return (input) => {
    let sum = 0
    for (const member of members) sum += member.share * member.logit(input)
    return sum
  }
}
