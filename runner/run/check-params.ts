// Checks the params of selected cells against the schemas that they export, before any stage starts.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { PARAMS_FILE, type Stage } from '../config/model.ts'
import { nestedValues, paramAt } from '../config/params.ts'
import { parseYaml } from '../config/yaml.ts'
import type { CellCode } from '../key/code.ts'
import type { Place, Problem } from '../problem.ts'
import type { Workspace } from './workspace.ts'

/** By stage, every problem of code or params that the selected cells have. */
export async function checkCells(
  workspace: Workspace,
  selected: readonly string[],
): Promise<Map<string, Problem[]>> {
  const stages = selected.flatMap((name) => workspace.graph.stages.get(name) ?? [])
  const problems = new Map<string, Problem[]>()
  for (const stage of stages) {
    if (stage.command.kind !== 'run') continue
    const outcome = await workspace.code.read(stage.command.file)
    const found = outcome.ok ? checkParams(workspace, stage, outcome.cell) : [outcome.problem]
    if (found.length > 0) problems.set(stage.name, found)
  }
  return problems
}

function checkParams(workspace: Workspace, stage: Stage, cell: CellCode): Problem[] {
  if (!cell.paramsSchema) return []
  const values = nestedValues(stage.params, workspace.pipeline.params)
  const check = compiled(cell.paramsSchema)
  if (typeof check === 'string') return [badSchema(stage, check)]
  if (check(values)) return []
  return (check.errors ?? []).map((error) => paramProblem(workspace, stage, error))
}

/** The check, or why the schema is none. */
function compiled(schema: Readonly<Record<string, unknown>>): ValidateFunction | string {
  try {
    return new Ajv({ allErrors: true, strict: false }).compile(schema)
  } catch (error) {
    return (error as Error).message
  }
}

function badSchema(stage: Stage, message: string): Problem {
  return {
    code: 'CODE_BROKEN',
    message: `stage '${stage.name}': the \`params\` that its cell exports are no JSON Schema: ${message}`,
    place: { file: fileOf(stage) },
    hint: 'export them as TypeBox makes them: export const params = Type.Object({…})',
  }
}

function fileOf({ command }: Stage): string {
  return command.kind === 'run' ? command.file : ''
}

function paramProblem(workspace: Workspace, stage: Stage, error: ErrorObject): Problem {
  const inside = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const { additionalProperty, missingProperty } = error.params as Record<string, string | undefined>
  const path = [...inside, additionalProperty ?? missingProperty ?? []].flat()
  const key = path.join('.')
  const place = placeOf(workspace, stage, path)
  return {
    code: missingProperty === undefined ? 'PARAM_TYPE' : 'PARAM_MISSING',
    message: `stage '${stage.name}': param ${key || '(all)'} ${said(error)}`,
    ...(place && { place }),
    hint: hintOf(workspace, stage, missingProperty === undefined ? undefined : key),
  }
}

function said(error: ErrorObject): string {
  if (error.keyword === 'required') return 'is not given'
  if (error.keyword === 'additionalProperties') return 'is not one that the stage knows'
  const allowed = error.keyword === 'enum' ? `: ${JSON.stringify(error.params.allowedValues)}` : ''
  return `${error.message}${allowed}`
}

/** Where a param stands: in the first of the stage's files that has it, else in params.yaml. */
function placeOf(
  { root, pipeline }: Workspace,
  stage: Stage,
  path: readonly string[],
): Place | undefined {
  const named = stage.params.map((ref) => ref.file)
  const file = named.find((one) => paramAt(pipeline.params[one], path.join('.')) !== undefined)
  const text = textOf(join(root, file ?? PARAMS_FILE))
  return text === undefined
    ? undefined
    : parseYaml(file ?? PARAMS_FILE, text, () => undefined, 'marked')?.place(path)
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** A missing param may stand in the file and only not be declared. */
function hintOf({ pipeline }: Workspace, stage: Stage, missing: string | undefined): string {
  if (missing !== undefined && paramAt(pipeline.params[PARAMS_FILE], missing) !== undefined)
    return `${PARAMS_FILE} has it: add '${missing}' to the stage's params in pipeline.yaml`
  return `see the params that ${fileOf(stage)} declares`
}
