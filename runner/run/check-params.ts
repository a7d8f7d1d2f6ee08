// Checks the params of selected cells against the schemas that they export, before any stage starts.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ErrorObject } from 'ajv'
import { PARAMS_FILE, type Stage } from '../config/model.ts'
import { nestedValues } from '../config/params.ts'
import { parseYaml } from '../config/yaml.ts'
import type { CellCode } from '../key/code.ts'
import type { Problem } from '../problem.ts'
import type { Workspace } from './workspace.ts'

/** Every problem of code or params that the selected cells have. */
export async function checkCells(
  workspace: Workspace,
  selected: readonly string[],
): Promise<Problem[]> {
  const stages = selected.flatMap((name) => workspace.graph.stages.get(name) ?? [])
  const problems: Problem[] = []
  for (const stage of stages) {
    if (stage.command.kind !== 'run') continue
    const outcome = await workspace.code.read(stage.command.file)
    if (!outcome.ok) problems.push(outcome.problem)
    else problems.push(...checkParams(workspace, stage, outcome.cell))
  }
  return problems
}

function checkParams(workspace: Workspace, stage: Stage, cell: CellCode): Problem[] {
  if (!cell.paramsSchema) return []
  const values = nestedValues(stage.params, workspace.pipeline.params)
  const check = new Ajv({ allErrors: true, strict: false }).compile(cell.paramsSchema)
  if (check(values)) return []
  return (check.errors ?? []).map((error) => paramProblem(workspace, stage, error))
}

function paramProblem(workspace: Workspace, stage: Stage, error: ErrorObject): Problem {
  const path = error.instancePath.split('/').slice(1)
  const extra =
    error.keyword === 'additionalProperties' ? String(error.params.additionalProperty) : undefined
  const key = [...path, ...(extra === undefined ? [] : [extra])].join('.')
  const text = readFileSync(join(workspace.root, PARAMS_FILE), 'utf8')
  const place = parseYaml(PARAMS_FILE, text, () => undefined)?.place(
    extra === undefined ? path : [...path, extra],
  )
  const allowed = error.keyword === 'enum' ? `: ${JSON.stringify(error.params.allowedValues)}` : ''
  return {
    code: error.keyword === 'required' ? 'PARAM_MISSING' : 'PARAM_TYPE',
    message: `stage '${stage.name}': param ${key || '(all)'} ${extra === undefined ? `${error.message}${allowed}` : 'is not one that the stage knows'}`,
    ...(place && { place }),
    hint: `see the params that ${stage.command.kind === 'run' ? stage.command.file : stage.name} declares`,
  }
}
