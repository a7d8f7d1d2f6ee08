// Checks a pipeline against its JSON Schema, and says what is wrong in the words and at the place of pipeline.yaml.
import { Ajv, type ErrorObject } from 'ajv'
import { nearest, type Problem, type Report } from '../problem.ts'
import { PIPELINE_FILE } from './model.ts'
import { PipelineSchema, type PipelineSource } from './schema.ts'
import type { YamlFile } from './yaml.ts'

const checkPipeline = new Ajv({
  allErrors: true,
  strict: false,
  verbose: true,
}).compile<PipelineSource>(PipelineSchema)

const A_PIPELINE = 'a pipeline begins with `stages:`, and below it each stage under its name'
const SEE_SCHEMA = 'docs/pipeline.schema.json says what each field may be'

/** True for a pipeline of the right form; every problem of another one is reported. */
export function checkGrammar(
  yaml: YamlFile,
  value: unknown,
  report: Report,
): value is PipelineSource {
  if (checkPipeline(value)) return true
  const errors = checkPipeline.errors ?? []
  for (const error of errors.filter((error) => tellsMost(error, errors)))
    report(grammarProblem(yaml, error))
  return false
}

/**
 * A union reports every branch that failed as well as itself. The branches only repeat it, unless one of them
 * is of the right kind and fails further in: then that one says what is wrong, and the union does not.
 */
function tellsMost(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  const unions = errors.filter((other) => other.keyword === 'anyOf')
  if (error.keyword === 'anyOf') return !errors.some((other) => isDeeper(other, error))
  return unions.every((union) => !isBranch(error, union) || isDeeper(error, union))
}

function isBranch(error: ErrorObject, union: ErrorObject): boolean {
  return error.schemaPath.startsWith(`${union.schemaPath}/`)
}

/** True for an error of a union's branch that stands inside the value, or is about its form and not its type. */
function isDeeper(error: ErrorObject, union: ErrorObject): boolean {
  if (!isBranch(error, union)) return false
  const inside = error.instancePath.startsWith(`${union.instancePath}/`)
  return inside || (error.keyword !== 'type' && error.instancePath === union.instancePath)
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
