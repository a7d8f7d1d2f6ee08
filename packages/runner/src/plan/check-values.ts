// Checks values against the JSON Schemas that cells give.
import { Ajv, type ValidateFunction } from 'ajv'
import { schemaProblems } from '../config/schema-errors.ts'

/** Made once: it compiles the schema of schemas first, which costs more than a check. */
const ajv = new Ajv({ allErrors: true, strict: false, verbose: true })

/** The check, or why the schema is none. */
export function compiled(schema: Readonly<Record<string, unknown>>): ValidateFunction | string {
  try {
    return ajv.compile(schema)
  } catch (error) {
    return (error as Error).message
  } finally {
    // Schemas of several cells may have one `$id`.
    ajv.removeSchema(schema)
  }
}

/** What keeps a value from a schema, in one line; undefined where it fits. */
export function misfits(
  schema: Readonly<Record<string, unknown>>,
  value: unknown,
): string | undefined {
  const check = compiled(schema)
  if (typeof check === 'string') return check
  if (check(value)) return undefined
  return schemaProblems(check.errors ?? [])
    .map(
      ({ path, kind, message }) =>
        `${placeOf(kind === 'value' ? path : path.slice(0, -1))}: ${message}`,
    )
    .join('; ')
}

function placeOf(path: readonly string[]): string {
  return ['params', ...path].join('.')
}
