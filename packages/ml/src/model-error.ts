// The failure of a model that cannot be read or a row that it cannot score.

export type ModelErrorCode =
  | 'MODEL_INVALID'
  | 'MODEL_INCONSISTENT'
  | 'FEATURE_MISSING'
  | 'FEATURE_TYPE'

/** `where` is a JSON pointer into the model (`/members/0/layers/1/kernel`), or the feature's name. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: ModelErrorCode
  readonly where: string

  constructor(code: ModelErrorCode, message: string, where: string) {
    super(message)
    this.code = code
    this.where = where
  }
}
