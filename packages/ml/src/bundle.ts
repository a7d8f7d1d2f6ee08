// What a bundle carries beside the model, so that who loads it can check it: example rows with their answers.
import type { Examples } from '@weir/formats/bundle'
import type { FeatureRow } from '@weir/formats/dataset'
import { type Model, type Prediction, predict } from './model.ts'

/** A row and what the model answered when the bundle was written. */
export type Example = Examples[number]

/** An example that the loaded model answers differently. */
export interface Mismatch {
  /** Position in the examples, from 0. */
  readonly index: number
  readonly expected: Prediction
  readonly actual: Prediction
}

/** Largest difference of two probabilities that counts as the same. */
export const PROBABILITY_TOLERANCE = 1e-6

/** The examples of a model for some rows. */
export function makeExamples(model: Model, rows: readonly FeatureRow[]): Example[] {
  return predict(model, rows).map((prediction, i) => ({ row: rows[i] ?? {}, ...prediction }))
}

/** The examples that the model does not answer as expected; empty when it is sound. Throws ModelError for a row that does not fit. */
export function checkExamples(model: Model, examples: readonly Example[]): Mismatch[] {
  const actual = predict(
    model,
    examples.map((example) => example.row),
  )
  return examples.flatMap(({ probability, prediction }, index) => {
    const found = actual[index]
    if (!found || same(found, { probability, prediction })) return []
    return [{ index, expected: { probability, prediction }, actual: found }]
  })
}

/** Same class, and probabilities within the tolerance. NaN is never the same. */
function same(actual: Prediction, expected: Prediction): boolean {
  return (
    Math.abs(actual.probability - expected.probability) <= PROBABILITY_TOLERANCE &&
    actual.prediction === expected.prediction
  )
}
