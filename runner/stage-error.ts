// The failure that a cell expects, as a type of its own so that the report can raise it too.

/**
 * A failure that a cell expects: bad data, a missing label. It is shown without a stack.
 * `code` is stable and upper case (`COLUMN_MISSING`), `where` a place (`table users, column age, row 12`),
 * `hint` what to do.
 */
export class StageError extends Error {
  override readonly name = 'StageError'
  readonly code: string
  readonly where: string | undefined
  readonly hint: string | undefined

  constructor(code: string, message: string, about: { where?: string; hint?: string } = {}) {
    super(message)
    this.code = code
    this.where = about.where
    this.hint = about.hint
  }
}
