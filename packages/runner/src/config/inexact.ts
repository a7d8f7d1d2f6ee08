// A number of a params file that JavaScript cannot hold exactly. Only the stages that use it fail.
import type { Place, Problem } from '@weir/base'

/** Replaces the value where a params file has `.inf`, `.nan` or a whole number that would be rounded. */
export class Inexact {
  /** The number as it is written. */
  readonly source: string
  /** Not compared: two equal numbers at different places are equal values. */
  readonly #place: Place

  constructor(source: string, place: Place) {
    this.source = source
    this.#place = place
  }

  get place(): Place {
    return this.#place
  }
}

/** Every such number in a value. */
export function inexactIn(value: unknown): Inexact[] {
  if (value instanceof Inexact) return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(inexactIn)
}

/** The problem of a stage that uses such a number. */
export function inexactProblem(stage: string, { source, place }: Inexact): Problem {
  return {
    code: 'BAD_VALUE',
    message: `stage '${stage}' uses the number ${source}, which cannot be kept exactly`,
    place,
    hint: INEXACT_HINT,
  }
}

export const INEXACT_HINT =
  'put it in quotes if its digits matter, else write a number that JSON has'
