// The failure that a cell expects, as a type of its own so that the report can raise it too.

/** What a StageError may say besides its code and message. */
export interface StageErrorDetails {
  readonly where?: string
  readonly hint?: string
  readonly param?: string
}

/**
 * A failure that a cell expects: bad data, a missing label. It is shown without a stack.
 * `code` is stable and upper case (`COLUMN_MISSING`), `where` a place (`table users, column age, row 12`),
 * `hint` what to do, `param` the dotted key of the param whose value is the cause: where a run has just written that
 * value by `-S`, params.yaml is put back.
 */
export class StageError extends Error {
  override readonly name = 'StageError'
  readonly code: string
  readonly where: string | undefined
  readonly hint: string | undefined
  readonly param: string | undefined

  constructor(code: string, message: string, about: StageErrorDetails = {}) {
    super(message)
    this.code = code
    this.where = about.where
    this.hint = about.hint
    this.param = about.param
  }
}
