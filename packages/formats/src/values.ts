// The values that several artefacts have in common: dates, digests, figures, lists.
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import type { Digest } from '@weir/base'

/** A SHA-256. */
export const Sha256 = Type.Unsafe<Digest>(
  Type.String({ pattern: '^[0-9a-f]{64}$', description: 'a SHA-256, 64 hexadecimal digits' }),
)

/** A number, or null where it is not known. */
export function orNull<T extends TSchema>(schema: T, description: string) {
  return Type.Union([schema, Type.Null()], { description })
}

/** How many. */
export function count(description: string) {
  return Type.Integer({ minimum: 0, description })
}

/** A number of any size. */
export function figure(description: string) {
  return Type.Number({ description })
}

/** A share, 0 to 1. */
export function share(description: string) {
  return Type.Number({ minimum: 0, maximum: 1, description })
}

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[], description: string) {
  return Type.Unsafe<Word>(
    Type.Union(
      words.map((word) => Type.Literal(word)),
      { description },
    ),
  )
}

/** A list that nobody changes. */
export function list<T extends TSchema>(
  item: T,
  about: { description?: string; minItems?: number } = {},
) {
  return Type.Unsafe<readonly Static<T>[]>(Type.Array(item, about))
}

/** An object with exactly these keys. */
export const CLOSED = { additionalProperties: false } as const
