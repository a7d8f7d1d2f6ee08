// The one class of expected errors: a code, a message, and what to do. Other packages recognise it by its shape, since
// the class may be loaded twice (by a cell and by the program).
import type { Place, Problem } from './problem.ts'

/** What a coded error says besides its code and message. */
export interface ErrorDetails {
  /** A place: a file, or a text such as `table users, column age, row 12`. */
  readonly where?: string | undefined
  /** What to do. */
  readonly hint?: string | undefined
  /** The dotted key of the param whose value is the cause. */
  readonly param?: string | undefined
}

/** An expected failure, which is reported without a stack. `code` is stable and upper case. */
export class CodedError<Code extends string = string> extends Error implements ErrorDetails {
  override readonly name: string = 'CodedError'
  readonly code: Code
  readonly where: string | undefined
  readonly hint: string | undefined
  readonly param: string | undefined

  constructor(code: Code, message: string, { where, hint, param }: ErrorDetails = {}) {
    super(message)
    this.code = code
    this.where = where
    this.hint = hint
    this.param = param
  }
}

const CODE = /^[A-Z][A-Z0-9_]*$/

/** True for a coded error of any copy of the class. Errors of Node and of parsers have codes too, but no hint. */
export function isCodedError(error: unknown): error is CodedError {
  if (!(error instanceof Error) || !('code' in error) || !('hint' in error)) return false
  return typeof error.code === 'string' && CODE.test(error.code)
}

/** A coded error as a problem. The place of the stage is used where the error has none. */
export function problemOf(
  { code, message, where, hint, param }: CodedError,
  stage?: { readonly name: string; readonly place: Place },
): Problem {
  const place = where === undefined ? stage?.place : { file: where }
  return {
    code,
    message: stage ? `stage '${stage.name}': ${message}` : message,
    ...(place && { place }),
    ...(hint !== undefined && { hint }),
    ...(param !== undefined && { param }),
  }
}
