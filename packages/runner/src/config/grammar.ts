// Checks a pipeline against its JSON Schema, and says what is wrong in the words and at the place of pipeline.yaml.

import type { Problem, Report } from '@weir/base'
import { Ajv, type ErrorObject } from 'ajv'
import { PIPELINE_FILE } from './layout.ts'
import { PipelineSchema, type PipelineSource } from './schema.ts'
import { type SchemaProblem, schemaProblems } from './schema-errors.ts'
import type { YamlFile } from './yaml.ts'

const checkPipeline = new Ajv({
  allErrors: true,
  strict: false,
  verbose: true,
}).compile<PipelineSource>(PipelineSchema)

const A_PIPELINE = 'a pipeline begins with `stages:`, and below it each stage under its name'
const SEE_SCHEMA = 'give what is expected; a text that looks like a number needs quotes'

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
  const problems = schemaProblems(checkPipeline.errors ?? [])
  const counted = problems.filter(({ path }) => !isIgnored(path))
  for (const problem of counted) report(grammarProblem(yaml, problem))
  return counted.length === 0
}

function grammarProblem(yaml: YamlFile, problem: SchemaProblem): Problem {
  const { path, kind, message, hint, error } = problem
  if (kind === 'unknown')
    return path.length === 2 && path[0] === 'stages'
      ? badName(yaml, path)
      : unknownKey(yaml, problem)
  const where = (kind === 'missing' ? path.slice(0, -1) : path).join('.')
  return {
    code: 'BAD_VALUE',
    message: `${where || PIPELINE_FILE}: ${message}`,
    place: yaml.place(kind === 'missing' ? path.slice(0, -1) : path),
    hint: hint ?? describe(error) ?? (where === '' || where === 'stages' ? A_PIPELINE : SEE_SCHEMA),
  }
}

function badName(yaml: YamlFile, path: readonly string[]): Problem {
  return {
    code: 'BAD_VALUE',
    message: `'${path.at(-1)}' cannot be the name of a stage`,
    place: yaml.place(path, 'key'),
    hint: 'a name has letters, digits, `_`, `-` and `.`, and begins with a letter, a digit or `_`',
  }
}

function unknownKey(yaml: YamlFile, { path, message, hint }: SchemaProblem): Problem {
  const where = path.slice(0, -1).join('.')
  return {
    code: 'UNKNOWN_KEY',
    message: where === '' ? message : `${where}: ${message}`,
    place: yaml.place(path, 'key'),
    ...(hint !== undefined && { hint }),
  }
}

function describe(error: ErrorObject): string | undefined {
  const description = (error.parentSchema as { description?: unknown } | undefined)?.description
  return typeof description === 'string' ? `expected: ${description}` : undefined
}
