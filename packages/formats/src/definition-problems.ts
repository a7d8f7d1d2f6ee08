// What is wrong with the value of a definition file: its form, then the names that it refers to.
import type { TSchema } from '@sinclair/typebox'
import { Errors, type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import { Check } from '@sinclair/typebox/value'
import { nearest } from '@weir/base/nearest'
import { referenceProblems } from './definition-references.ts'
import { DefinitionFile } from './definition-schema.ts'

/** One thing that is wrong, at a path of keys and indices from the file's root. */
export interface DefinitionProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint?: string
  /** True where the key itself is at fault, not its value. */
  readonly atKey?: boolean
}

type Checked = { readonly file: DefinitionFile } | { readonly problems: DefinitionProblem[] }

/** The value as a definition file, or every problem that it has. */
export function problemsOf(value: unknown): Checked {
  if (!Check(DefinitionFile, value)) return { problems: shapeProblems(value) }
  const problems = referenceProblems(value)
  return problems.length > 0 ? { problems } : { file: value }
}

function shapeProblems(value: unknown): DefinitionProblem[] {
  const problems: DefinitionProblem[] = []
  const seen = new Set<string>()
  for (const error of Errors(DefinitionFile, value)) {
    // A missing key is reported again as a value of the wrong type; the first says it best.
    if (seen.has(error.path)) continue
    seen.add(error.path)
    problems.push(problemOf(error))
  }
  return problems
}

function problemOf(error: ValueError): DefinitionProblem {
  const path = pathOf(error.path)
  const key = String(path.at(-1) ?? '')
  if (error.type === ValueErrorType.ObjectAdditionalProperties) {
    return { path, atKey: true, ...unknownKey(key, Object.keys(error.schema.properties ?? {})) }
  }
  if (error.type === ValueErrorType.ObjectRequiredProperty) {
    return { path: path.slice(0, -1), message: `the key ${key} is missing` }
  }
  return { path, message: `${expected(error.schema)}, found ${found(error.value)}` }
}

function unknownKey(key: string, known: readonly string[]): { message: string; hint: string } {
  const near = nearest(key, known)
  return {
    message: `unknown key ${key}`,
    hint: near === undefined ? `known keys: ${known.join(', ')}` : `did you mean ${near}?`,
  }
}

function expected(schema: TSchema): string {
  const choices: readonly TSchema[] = schema.anyOf ?? [schema]
  return `expected ${choices.map(nounOf).join(' or ')}`
}

function nounOf(schema: TSchema): string {
  if (schema.const !== undefined) return String(schema.const)
  const limit = schema.exclusiveMinimum !== undefined ? ` above ${schema.exclusiveMinimum}` : ''
  if (schema.pattern !== undefined) return 'a quoted date YYYY-MM-DD'
  if (schema.type === 'array') return `a list of ${schema.minItems ?? 0} or more different values`
  if (schema.type === 'object') return 'a map of keys'
  return `a ${schema.type}${limit}`
}

function found(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** The keys and indices of a JSON pointer. */
function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}
