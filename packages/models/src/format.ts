// The formats of a model in a bundle, each by the file that holds it. Another format is another entry.
import type { FeatureColumns, FeatureRow, FeatureSpec } from '@weir/formats/dataset'
import { ModelError, type Prediction, parseModel, predictor, probabilities } from '@weir/ml/model'

/** A model as everyone uses it, whatever its format. */
export interface Predictor {
  readonly name: string
  /** The entity key's column. */
  readonly entity: string
  readonly features: readonly FeatureSpec[]
  /** A probability from here on is predicted 1. */
  readonly threshold: number
  /** The answer for one row. Throws ModelError FEATURE_MISSING or FEATURE_TYPE for a row that does not fit. */
  readonly predict: (row: FeatureRow) => Prediction
  /** The probability of each row of some columns, in order. Throws as `predict`. */
  readonly probabilities: (columns: FeatureColumns) => number[]
}

export interface ModelFormat {
  /** The file of a bundle that holds a model of this format. */
  readonly file: string
  /** Throws ModelError MODEL_INVALID or MODEL_INCONSISTENT. */
  load(text: string): Predictor
}

const weir: ModelFormat = {
  file: 'model.json',
  load(text) {
    const model = parseModel(jsonOf(text))
    const { name, entity, features, threshold } = model
    return {
      name,
      entity,
      features,
      threshold,
      predict: predictor(model),
      probabilities: (columns) => probabilities(model, columns),
    }
  },
}

/** All formats, the preferred one first. */
export const FORMATS: readonly ModelFormat[] = [weir]

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ModelError('MODEL_INVALID', 'model.json is not JSON', '/')
  }
}
