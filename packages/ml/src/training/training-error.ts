// The failure of a training that data or params make impossible.

export type TrainingErrorCode =
  | 'NO_LABELS'
  | 'ONE_CLASS'
  | 'TOO_FEW_ROWS'
  | 'FEATURES_CONSTANT'
  | 'FEATURE_OVERFLOW'
  | 'DIVERGED'

/** `hint` says what to do. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError'
  readonly code: TrainingErrorCode
  readonly hint: string

  constructor(code: TrainingErrorCode, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}
