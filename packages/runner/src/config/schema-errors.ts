// Turns Ajv's errors into messages: selects the errors that explain the failure, and words them alike for all schemas.
import { misfit, unknownKey } from '@weir/base/forms'
import type { ErrorObject } from 'ajv'

/** One thing that a schema refuses. */
export interface SchemaProblem {
  /** The keys on the way to the value, and to the key itself where that is at fault. */
  readonly path: readonly string[]
  readonly kind: 'unknown' | 'missing' | 'value'
  readonly message: string
  readonly hint?: string
  readonly error: ErrorObject
}

/** All that a check of Ajv found (with `allErrors` and `verbose`), each thing once. */
export function schemaProblems(errors: readonly ErrorObject[]): SchemaProblem[] {
  const problems = tellingErrors(errors).map(problemOf)
  // Of one value its type and its values may be refused, which is one thing.
  const named = problems.map((problem) => [
    JSON.stringify([problem.path, problem.message]),
    problem,
  ])
  return [...new Map(named as [string, SchemaProblem][]).values()]
}

function problemOf(error: ErrorObject): SchemaProblem {
  const at = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const { additionalProperty, missingProperty } = error.params as Record<string, string | undefined>
  const schema = error.parentSchema ?? {}
  if (additionalProperty !== undefined) {
    const known = Object.keys((schema.properties as object | undefined) ?? {})
    const path = [...at, additionalProperty]
    return { path, kind: 'unknown', ...unknownKey(additionalProperty, known), error }
  }
  if (error.keyword === 'required' && missingProperty !== undefined) {
    const message = `the key ${missingProperty} is missing`
    return { path: [...at, missingProperty], kind: 'missing', message, error }
  }
  const words = TOLD.has(error.keyword) ? misfit(schema, error.data) : ownWords(error)
  return { path: at, kind: 'value', ...words, error }
}

/** Keywords whose message a schema's own description replaces. */
const TOLD = new Set([
  ...['type', 'enum', 'const', 'anyOf', 'oneOf', 'pattern', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
])

/** The message for other keywords: Ajv's own, with the value. */
function ownWords({ message = 'does not fit', data }: ErrorObject): { message: string } {
  const found = JSON.stringify(data)
  return { message: `${message}, found ${found.length > 60 ? `${found.slice(0, 57)}...` : found}` }
}

/**
 * The errors that say what is wrong. A union reports every branch that failed as well as itself. Where a branch
 * takes the kind of value that is given, its errors say what is wrong inside; else the union's own error does.
 * Something is left of every list of errors: each union leaves itself, or a branch with at least one error.
 */
function tellingErrors(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => UNIONS.includes(error.keyword))
  const outermost = unions.filter((union) => !unions.some((other) => isBranch(union, other)))
  const plain = errors.filter(
    (error) => !unions.includes(error) && !unions.some((union) => isBranch(error, union)),
  )
  return [...plain, ...outermost.flatMap((union) => unionErrors(union, errors))]
}

function unionErrors(union: ErrorObject, errors: readonly ErrorObject[]): ErrorObject[] {
  const branches = new Map<string, ErrorObject[]>()
  for (const error of errors.filter((error) => isBranch(error, union))) {
    const [index = ''] = error.schemaPath.slice(union.schemaPath.length + 1).split('/')
    branches.set(index, [...(branches.get(index) ?? []), error])
  }
  const right = [...branches]
    .filter(([index, inside]) => !refusesKind(inside, index, union))
    .map(([, inside]) => tellingErrors(inside))
  const [first, ...others] = right
  if (first === undefined) return [union]
  return others.reduce((best, some) => (distance(some) < distance(best) ? some : best), first)
}

/** How far a value is from a branch: above all by fixed values, which say which branch is meant; then by places. */
function distance(errors: readonly ErrorObject[]): number {
  const fixed = errors.filter(({ keyword }) => keyword === 'const').length
  return fixed * 1000 + new Set(errors.map(({ instancePath }) => instancePath)).size
}

/** True for an error that a branch of a union gave for the very value that the union refuses. */
function isBranch(error: ErrorObject, union: ErrorObject): boolean {
  const { schemaPath, instancePath } = union
  return (
    error.schemaPath.startsWith(`${schemaPath}/`) &&
    (error.instancePath === instancePath || error.instancePath.startsWith(`${instancePath}/`))
  )
}

/** Keywords whose failure means that a branch of a union is for another value. */
const KINDS = ['type', 'const', 'enum']
const UNIONS = ['anyOf', 'oneOf']

/**
 * True for a branch that is for another kind of value: a text where a map is given, or another of some fixed values.
 */
function refusesKind(inside: readonly ErrorObject[], index: string, union: ErrorObject): boolean {
  const isFlat = inside.every(({ instancePath }) => instancePath === union.instancePath)
  const kinds = isFlat ? [...KINDS, ...UNIONS] : KINDS
  return inside.some(
    ({ instancePath, schemaPath, keyword }) =>
      instancePath === union.instancePath &&
      kinds.includes(keyword) &&
      schemaPath === `${union.schemaPath}/${index}/${keyword}`,
  )
}
