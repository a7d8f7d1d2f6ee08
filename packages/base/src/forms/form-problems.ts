// What is wrong with the form of a value, by a schema: one problem a place, in words for people.
import type { TSchema } from '@sinclair/typebox'
import { Errors, type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import { misfit, unknownKey } from './form-words.ts'

/** One thing that is wrong, at a path of keys and indices from the document's root. */
export interface FormProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint?: string
  /** True where the key itself is at fault, not its value. */
  readonly atKey?: boolean
}

/** Every problem of form that a value has; empty where the schema describes it. */
export function formProblems(schema: TSchema, value: unknown): FormProblem[] {
  const problems: FormProblem[] = []
  const seen = new Set<string>()
  for (const error of [...Errors(schema, value)].flatMap(nearestErrors)) {
    // A missing key is reported twice, the second time as a wrong type: keeps the first.
    if (seen.has(error.path)) continue
    seen.add(error.path)
    problems.push(problemOf(error))
  }
  return problems
}

/**
 * The errors of a map that is none of several (null beside them does not count), by the one that it misses least:
 * which key is wrong says more than that the whole is.
 */
function nearestErrors(error: ValueError): readonly ValueError[] {
  const types = (error.schema.anyOf ?? []).map(({ type }: TSchema): unknown => type)
  const isMap = typeof error.value === 'object' && error.value !== null
  if (error.type !== ValueErrorType.Union || !isMap || Array.isArray(error.value)) return [error]
  if (!types.every((type: unknown) => type === 'object' || type === 'null')) return [error]
  const [first, ...others] = error.errors
    .filter((_, choice) => types[choice] === 'object')
    .map((errors) => [...errors].flatMap(nearestErrors))
  if (first === undefined) return [error]
  return others.reduce((best, some) => (placesOf(some) < placesOf(best) ? some : best), first)
}

function placesOf(errors: readonly ValueError[]): number {
  return new Set(errors.map(({ path }) => path)).size
}

function problemOf(error: ValueError): FormProblem {
  const path = pathOf(error.path)
  const key = String(path.at(-1))
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    return { path, atKey: true, ...unknownKey(key, Object.keys(error.schema.properties ?? {})) }
  }
  if (error.type === ValueErrorType.ObjectRequiredProperty) {
    return { path: path.slice(0, -1), message: `the key ${key} is missing` }
  }
  return { path, ...misfit(error.schema, error.value) }
}

/** The keys and indices of a JSON pointer. */
function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

/** A problem with its place as a JSON pointer: `/columns/3/score: expected a number or null, found "much"`. */
function formSentence({ path, message, hint }: FormProblem): string {
  const pointer = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  const more = hint === undefined ? '' : ` (${hint})`
  return `${pointer.length === 0 ? '/' : pointer.join('')}: ${message}${more}`
}

/** How many problems a text names. */
const TOLD = 3

/** The first problems of form that a value has, in one line; undefined where the schema describes it. */
export function formFault(schema: TSchema, value: unknown): string | undefined {
  const problems = formProblems(schema, value)
  if (problems.length === 0) return undefined
  const told = problems.slice(0, TOLD).map(formSentence)
  if (problems.length > TOLD) told.push(`and ${problems.length - TOLD} more`)
  return told.join('; ')
}
