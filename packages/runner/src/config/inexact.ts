// A number of a params file that has no exact value here: it matters to the stage that uses it, and to no other.
import type { Place, Problem } from '@weir/base'

/** Stands where a params file has `.inf`, `.nan` or a whole number that would be rounded. */
export class Inexact {
  /** The number as it is written. */
  readonly source: string
  /** No part of the value: the same number at another place is the same. */
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
