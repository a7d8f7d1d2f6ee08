// JSON documents by their schemas: a text becomes a checked value, a value becomes the one text that it has.
import type { Static, TSchema } from '@sinclair/typebox'
import { Check } from '@sinclair/typebox/value'
import { StageError } from '@weir/base'
import { formFault } from '@weir/base/forms'

/** A checked value, or what keeps a text from being one: `/columns/3/score: expected a number or null, found "much"`. */
export type ReadDocument<T> = { readonly value: T } | { readonly problem: string }

/** Reads a JSON text by a schema. */
export function readDocument<Schema extends TSchema>(
  schema: Schema,
  text: string,
): ReadDocument<Static<Schema>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { problem: `no JSON: ${String(error)}` }
  }
  if (Check(schema, value)) return { value }
  return { problem: String(formFault(schema, value)) }
}

/**
 * The value of a JSON text.
 * @param name what messages call the document: `artifacts/drift.json`
 * @throws StageError ARTIFACT_INVALID
 */
export function parseDocument<Schema extends TSchema>(
  schema: Schema,
  text: string,
  name: string,
): Static<Schema> {
  const read = readDocument(schema, text)
  if ('value' in read) return read.value
  throw new StageError('ARTIFACT_INVALID', `${name}: ${read.problem}`, {
    where: name,
    hint: 'run the stage that writes it again, with --force',
  })
}

/**
 * The text of a value: indented by two, a newline at the end. What is checked is what a reader gets: JSON has
 * no NaN or Infinity, so they are null.
 * @throws StageError ARTIFACT_INVALID
 */
export function documentText<Schema extends TSchema>(
  schema: Schema,
  value: Static<Schema>,
  name: string,
): string {
  const text = `${JSON.stringify(value, null, 2)}\n`
  parseDocument(schema, text, name)
  return text
}
