// Checks a pipeline against its JSON Schema, and says what is wrong in the words and at the place of pipeline.yaml.

import { nearest } from '@weir/base/nearest'
import type { Problem, Report } from '@weir/base/problem'
import { Ajv, type ErrorObject } from 'ajv'
import { PIPELINE_FILE } from './layout.ts'
import { PipelineSchema, type PipelineSource } from './schema.ts'
import type { YamlFile } from './yaml.ts'

const checkPipeline = new Ajv({
  allErrors: true,
  strict: false,
  verbose: true,
}).compile<PipelineSource>(PipelineSchema)

const A_PIPELINE = 'a pipeline begins with `stages:`, and below it each stage under its name'
const SEE_SCHEMA = 'docs/pipeline.schema.json says what each field may be'

/**
 * True for a pipeline of the right form; every problem of another one is reported. A place that is to be
 * ignored may have any form.
 */
export function checkGrammar(
  yaml: YamlFile,
  value: unknown,
  report: Report,
  isIgnored: (path: readonly string[]) => boolean = () => false,
): value is PipelineSource {
  if (checkPipeline(value)) return true
  const errors = tellingErrors(checkPipeline.errors ?? [])
  const counted = errors.filter((error) => !isIgnored(pathOf(error)))
  for (const error of counted) report(grammarProblem(yaml, error))
  return counted.length === 0
}

/** The keys on the way to what is wrong. */
function pathOf({ keyword, instancePath, params }: ErrorObject): string[] {
  const path = instancePath.split('/').slice(1).map(unescapePointer)
  return keyword === 'additionalProperties' ? [...path, String(params.additionalProperty)] : path
}

/**
 * The errors that say what is wrong. A union reports every branch that failed as well as itself. Where a branch
 * takes the kind of value that is given, its errors say what is wrong inside; else the union's own error does.
 * Something is left of every list of errors: each union leaves itself, or a branch with at least one error.
 */
function tellingErrors(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf')
  const outermost = unions.filter((union) => !unions.some((other) => isBranch(union, other)))
  const plain = errors.filter(
    (error) => error.keyword !== 'anyOf' && !unions.some((union) => isBranch(error, union)),
  )
  return [...plain, ...outermost.flatMap((union) => unionErrors(union, errors))]
}

function unionErrors(union: ErrorObject, errors: readonly ErrorObject[]): ErrorObject[] {
  const branches = new Map<string, ErrorObject[]>()
  for (const error of errors.filter((error) => isBranch(error, union))) {
    const [index = ''] = error.schemaPath.slice(union.schemaPath.length + 1).split('/')
    branches.set(index, [...(branches.get(index) ?? []), error])
  }
  const right = [...branches].find(([index, inside]) => !refusesKind(inside, index, union))
  return right ? tellingErrors(right[1]) : [union]
}

/** True for an error that a branch of a union gave for the very value that the union refuses. */
function isBranch(error: ErrorObject, union: ErrorObject): boolean {
  const { schemaPath, instancePath } = union
  return (
    error.schemaPath.startsWith(`${schemaPath}/`) &&
    (error.instancePath === instancePath || error.instancePath.startsWith(`${instancePath}/`))
  )
}

/** True for a branch that is for another kind of value: a text where a map is given. */
function refusesKind(inside: readonly ErrorObject[], index: string, union: ErrorObject): boolean {
  return inside.some(
    (error) =>
      error.instancePath === union.instancePath &&
      error.schemaPath === `${union.schemaPath}/${index}/type`,
  )
}

function grammarProblem(yaml: YamlFile, error: ErrorObject): Problem {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer)
  const where = path.join('.')
  if (error.keyword === 'additionalProperties')
    return where === 'stages' ? badName(yaml, error) : unknownKey(yaml, error, path, where)
  const said = ['anyOf', 'pattern'].includes(error.keyword)
    ? 'has a form that is not allowed here'
    : error.message
  const hint = describe(error)
  return {
    code: 'BAD_VALUE',
    message: `${where || PIPELINE_FILE} ${said}`,
    place: yaml.place(path),
    hint: hint ?? (where === '' || where === 'stages' ? A_PIPELINE : SEE_SCHEMA),
  }
}

function badName(yaml: YamlFile, error: ErrorObject): Problem {
  const name = String(error.params.additionalProperty)
  return {
    code: 'BAD_VALUE',
    message: `'${name}' cannot be the name of a stage`,
    place: yaml.place(['stages', name], 'key'),
    hint: 'a name has letters, digits, `_`, `-`, `.` and `@`, and begins with a letter, a digit or `_`',
  }
}

function unknownKey(
  yaml: YamlFile,
  error: ErrorObject,
  path: readonly string[],
  where: string,
): Problem {
  const key = String(error.params.additionalProperty)
  const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {})
  const near = nearest(key, known)
  return {
    code: 'UNKNOWN_KEY',
    message: `unknown key '${key}'${where === '' ? '' : ` in ${where}`}`,
    place: yaml.place([...path, key], 'key'),
    hint: near ? `did you mean '${near}'?` : `known keys: ${known.join(', ')}`,
  }
}

function describe(error: ErrorObject): string | undefined {
  const description = (error.parentSchema as { description?: unknown } | undefined)?.description
  return typeof description === 'string' ? `expected: ${description}` : undefined
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
