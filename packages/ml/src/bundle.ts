// What a bundle carries beside the model, so that who loads it can check it: example rows with their answers.
import type { Examples } from '@weir/formats/bundle'
import type { FeatureRow } from '@weir/formats/dataset'
import { type Model, type Prediction, predictor } from './model.ts'

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
  const predict = predictor(model)
  return rows.map((row) => ({ row, ...predict(row) }))
}

/**
 * The examples that a model does not answer as expected; empty when it is sound.
 * @param predict the model's answer for a row; what it throws for one that does not fit is thrown
 */
export function checkExamples(
  predict: (row: FeatureRow) => Prediction,
  examples: readonly Example[],
): Mismatch[] {
  return examples.flatMap(({ row, probability, prediction }, index) => {
    const [expected, actual] = [{ probability, prediction }, predict(row)]
    return same(actual, expected) ? [] : [{ index, expected, actual }]
  })
}

/** Same class, and probabilities within the tolerance. NaN is never the same. */
function same(actual: Prediction, expected: Prediction): boolean {
  return (
    Math.abs(actual.probability - expected.probability) <= PROBABILITY_TOLERANCE &&
    actual.prediction === expected.prediction
  )
}
