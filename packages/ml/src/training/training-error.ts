// The failure of a training that data or params make impossible.
import { CodedError } from '@weir/base'

export type TrainingErrorCode =
  | 'NO_LABELS'
  | 'ONE_CLASS'
  | 'TOO_FEW_ROWS'
  | 'FEATURES_CONSTANT'
  | 'FEATURE_OVERFLOW'
  | 'DIVERGED'
  | 'NOTHING_LEARNED'

/** `hint` says what to do. */
export class TrainingError extends CodedError<TrainingErrorCode> {
  override readonly name = 'TrainingError'

  constructor(code: TrainingErrorCode, message: string, hint: string) {
    super(code, message, { hint })
  }
}
