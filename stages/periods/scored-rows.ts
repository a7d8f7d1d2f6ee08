// A model's probabilities for the held-out users of a period.
import { type CodedError, isCodedError } from '@weir/base'
import type { Split } from '@weir/formats/bundle'
import { ModelError } from '@weir/ml/model'
import type { LoadedModel } from '@weir/models/load'
import { StageError } from '@weir/runner'
import { readFrame } from './frame.ts'
import { type HeldOut, heldOutRows } from './held-out-rows.ts'

export interface ScoredRows extends HeldOut {
  /** The model's probability of the event, by row. */
  readonly probabilities: readonly number[]
}

/**
 * Scores the labelled users of a period that every one of the splits holds out.
 * @param what how messages call the model: `the candidate`, `version 3`
 * @throws StageError FEATURES_UNFIT where the period does not have what the model asks for; also
 *   PERIOD_MISSING and what heldOutRows throws
 */
export async function scoreHeldOut(
  model: LoadedModel,
  what: string,
  featuresDir: string,
  asOf: string,
  splits: readonly Split[],
): Promise<ScoredRows> {
  return fitting(what, asOf, async () => {
    const frame = await readFrame(featuresDir, asOf, model.features)
    const heldOut = heldOutRows(frame, splits)
    return { ...heldOut, probabilities: model.probabilities(heldOut.columns) }
  })
}

/** Runs what reads a period as a model wants it. Throws StageError FEATURES_UNFIT where the period has it not. */
export async function fitting<T>(what: string, asOf: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw explained(error, what, asOf)
  }
}

function explained(error: unknown, what: string, asOf: string): unknown {
  if (!(error instanceof ModelError) && !isUnfit(error)) return error
  return new StageError('FEATURES_UNFIT', `${what} cannot score ${asOf}: ${error.message}`, {
    where: `features ${asOf}`,
    hint: 'the data set’s definition has changed since it was trained; bring the feature back, or begin anew under another promote.name',
  })
}

/** A period without a feature of the model, or with another type of it. */
function isUnfit(error: unknown): error is CodedError {
  return isCodedError(error) && ['FEATURE_MISSING', 'FEATURE_TYPE'].includes(error.code)
}
