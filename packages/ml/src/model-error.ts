// The failure of a model that cannot be read or a row that it cannot score.
import { CodedError } from '@weir/base'

export type ModelErrorCode =
  | 'MODEL_INVALID'
  | 'MODEL_INCONSISTENT'
  | 'FEATURE_MISSING'
  | 'FEATURE_TYPE'

/** `where` is a JSON pointer into the model (`/members/0/layers/1/kernel`), or the feature's name. */
export class ModelError extends CodedError<ModelErrorCode> {
  override readonly name = 'ModelError'

  constructor(code: ModelErrorCode, message: string, where: string) {
    super(code, message, { where })
  }
}
