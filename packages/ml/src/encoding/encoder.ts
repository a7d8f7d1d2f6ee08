// What an encoder is: the fitted, JSON-serialisable description of how a row becomes a vector.
import { type Static, Type } from '@sinclair/typebox'

const finite = Type.Number()

/** A number: its value, an indicator of blanks, and one column for each span between two knots. */
export const NumberBlock = Type.Object(
  {
    kind: Type.Literal('number'),
    feature: Type.String({ minLength: 1 }),
    /** Stands in for a blank: the mean of the training rows. */
    fill: finite,
    blank: Type.Boolean(),
    /** Ascending; the span k₀…k₁ gives clamp((x − k₀) / (k₁ − k₀), 0, 1). */
    knots: Type.Array(finite),
  },
  { additionalProperties: false },
)

/** A category: one column a level; an unknown level is none of them. */
export const CategoryBlock = Type.Object(
  {
    kind: Type.Literal('category'),
    feature: Type.String({ minLength: 1 }),
    levels: Type.Array(Type.String()),
    blank: Type.Boolean(),
  },
  { additionalProperties: false },
)

/** A boolean: one column for true, and one for blank, which is a value of its own. */
export const BooleanBlock = Type.Object(
  {
    kind: Type.Literal('boolean'),
    feature: Type.String({ minLength: 1 }),
    blank: Type.Boolean(),
  },
  { additionalProperties: false },
)

export const EncoderBlock = Type.Union([NumberBlock, CategoryBlock, BooleanBlock])

/**
 * Blocks give raw columns in their order; each column is standardised: (raw − center) / scale.
 * `center` and `scale` have one figure a column.
 */
export const EncoderSchema = Type.Object(
  {
    blocks: Type.Array(EncoderBlock),
    center: Type.Array(finite),
    scale: Type.Array(Type.Number({ exclusiveMinimum: 0 })),
  },
  { additionalProperties: false },
)

export type NumberBlock = Static<typeof NumberBlock>
export type CategoryBlock = Static<typeof CategoryBlock>
export type BooleanBlock = Static<typeof BooleanBlock>
export type EncoderBlock = Static<typeof EncoderBlock>
export type Encoder = Static<typeof EncoderSchema>

/** How many raw columns a block gives. */
export function blockWidth(block: EncoderBlock): number {
  const blank = block.blank ? 1 : 0
  if (block.kind === 'category') return block.levels.length + blank
  if (block.kind === 'boolean') return 1 + blank
  return 1 + Math.max(0, block.knots.length - 1) + blank
}

/** How many columns the blocks give: the length of an encoded row. */
export function encodedWidth(blocks: readonly EncoderBlock[]): number {
  return blocks.reduce((sum, block) => sum + blockWidth(block), 0)
}

/** The names of a block's columns, in their order, for people. */
export function blockColumns(block: EncoderBlock): string[] {
  const blank = block.blank ? [`${block.feature} blank`] : []
  if (block.kind === 'category') {
    return [...block.levels.map((level) => `${block.feature}=${level}`), ...blank]
  }
  if (block.kind === 'boolean') return [block.feature, ...blank]
  const spans = block.knots.slice(1).map((knot, i) => `${block.feature} ${block.knots[i]}…${knot}`)
  return [block.feature, ...spans, ...blank]
}
