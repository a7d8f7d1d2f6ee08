// The failure that a cell expects, as a type of its own so that ports and the report can raise it too.
import { CodedError } from './coded-error.ts'

/**
 * A failure that a cell expects: bad data, a missing label. It is shown without a stack. Where `param` names a param
 * whose value a run has just written by `-S`, params.yaml is put back.
 */
export class StageError extends CodedError {
  override readonly name = 'StageError'
}
