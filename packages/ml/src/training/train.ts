// From the training users of a period to a model: encode, train members by folds, calibrate, choose the threshold.

import { MODEL_SCHEMA } from '@weir/formats/bundle'
import type { FeatureColumns, FeatureSpec } from '@weir/formats/dataset'
import { type Calibration, calibrator } from '../calibration/calibration.ts'
import { fitIsotonic } from '../calibration/isotonic-fit.ts'
import { fitPlatt } from '../calibration/platt.ts'
import { chooseThreshold } from '../calibration/threshold.ts'
import { blockColumns, type Encoder, encodedWidth } from '../encoding/encoder.ts'
import { fitEncoder } from '../encoding/fit.ts'
import { encodeColumns } from '../encoding/transform.ts'
import type { Model } from '../model.ts'
import type { Member } from '../network.ts'
import { type EncodedSet, rowWeights } from './examples.ts'
import { stratifiedFolds } from './folds.ts'
import { checkLearned } from './learned.ts'
import { type MemberReport, type TrainControl, trainMembers } from './members.ts'
import type { TrainParams } from './params.ts'
import { TrainingError } from './training-error.ts'

/** The labelled training users of a period; never a held-out one. */
export interface TrainingSet {
  readonly asOf: string
  readonly features: readonly FeatureSpec[]
  readonly columns: FeatureColumns
  /** 1 or 0, by row. */
  readonly labels: readonly number[]
}

/** What the model is called, and the column of its users' ids. */
export interface Naming {
  readonly name: string
  readonly entity: string
}

export interface Trained {
  readonly model: Model
  readonly members: readonly MemberReport[]
  /**
   * The calibrated probability of each training row, from members that were not trained on it:
   * a nearly honest view of the model, for only the epoch to stop at was chosen by them.
   */
  readonly outOfFold: readonly number[]
}

/**
 * Trains a model. Needs a ready TensorFlow.js backend; deterministic in its arguments on one backend.
 * Each member is trained once a fold: on the other folds, stopped by this one. The model averages the
 * logits of all; calibration and threshold are fitted to the out-of-fold scores.
 * @throws TrainingError NO_LABELS, ONE_CLASS, TOO_FEW_ROWS, FEATURES_CONSTANT,
 *   FEATURE_OVERFLOW, DIVERGED, NOTHING_LEARNED
 */
export async function train(
  set: TrainingSet,
  naming: Naming,
  params: TrainParams,
  seed: number,
  control: TrainControl = {},
): Promise<Trained> {
  checkLabels(set, params.folds)
  const encoder = fitEncoder(set.features, set.columns, params)
  checkEncoder(encoder, set)
  const encoded = encode(encoder, set, params)
  const folds = stratifiedFolds(set.labels, params.folds, seed)
  const { members, reports, scores } = await trainMembers(encoded, folds, params, seed, control)
  checkLearned(members, reports, encoder, set.labels.length)
  const calibration = fitCalibration(params.calibration, scores, set.labels)
  const outOfFold = scores.map(calibrator(calibration))
  const threshold = chooseThreshold(params.threshold, outOfFold, set.labels)
  const model = assemble(set, naming, { encoder, members, calibration, threshold })
  return { model, members: reports, outOfFold }
}

function encode(encoder: Encoder, set: TrainingSet, params: TrainParams): EncodedSet {
  return {
    width: encodedWidth(encoder.blocks),
    rows: encodeColumns(encoder, set.columns),
    labels: Float32Array.from(set.labels),
    weights: rowWeights(set.labels, params.class_weight),
  }
}

function fitCalibration(
  method: TrainParams['calibration'],
  scores: readonly number[],
  labels: readonly number[],
): Calibration {
  if (method === 'platt') return fitPlatt(scores, labels)
  return method === 'isotonic' ? fitIsotonic(scores, labels) : { method: 'none' }
}

function assemble(
  { asOf, features }: TrainingSet,
  { name, entity }: Naming,
  fitted: {
    encoder: Encoder
    members: readonly Member[]
    calibration: Calibration
    threshold: number
  },
): Model {
  return { schema: MODEL_SCHEMA, name, as_of: asOf, entity, features, ...fitted }
}

/** Each fold needs rows of both classes, to train on and to be stopped by. */
function checkLabels({ asOf, labels }: TrainingSet, folds: number): void {
  if (labels.length === 0) {
    throw new TrainingError(
      'NO_LABELS',
      `no training user of ${asOf} has a label`,
      'add the labels of the period, or set as_of to one that has them',
    )
  }
  const ones = labels.filter((label) => label === 1).length
  if (ones === 0 || ones === labels.length) {
    throw new TrainingError(
      'ONE_CLASS',
      `all ${labels.length} labelled training users of ${asOf} ${ones === 0 ? 'stayed' : 'churned'}`,
      'a model needs users of both classes: check the label column',
    )
  }
  const rarer = Math.min(ones, labels.length - ones)
  if (rarer < 2 * folds) {
    throw new TrainingError(
      'TOO_FEW_ROWS',
      `${rarer} training users of the rarer class of ${asOf} do not fill ${folds} folds, 2 each`,
      'add rows, or lower train.folds',
    )
  }
}

function checkEncoder({ blocks, scale }: Encoder, { asOf, features }: TrainingSet): void {
  if (blocks.length === 0) {
    throw new TrainingError(
      'FEATURES_CONSTANT',
      `each of the ${features.length} features of ${asOf} has one value only`,
      'check the feature tables of the period',
    )
  }
  const overflow = blocks.flatMap(blockColumns).find((_, i) => !Number.isFinite(scale[i]))
  if (overflow === undefined) return
  throw new TrainingError(
    'FEATURE_OVERFLOW',
    `the values of ${overflow} of ${asOf} are too large to standardise`,
    'give the column a range in the definition file',
  )
}
