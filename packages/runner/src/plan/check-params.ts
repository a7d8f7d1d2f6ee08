// Checks selected cells, their params against the cells' own schemas and their ports, before any stage starts.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Place, Problem } from '@weir/base'
import { PARAMS_FILE } from '../config/layout.ts'
import type { Stage } from '../config/model.ts'
import { nestedValues, paramAt } from '../config/params.ts'
import { type SchemaProblem, schemaProblems } from '../config/schema-errors.ts'
import { parseYaml } from '../config/yaml.ts'
import { checkPorts } from './check-ports.ts'
import { compiled } from './check-values.ts'
import type { CellCode } from './code-memo.ts'
import { openHungCells } from './hung-cells.ts'
import type { Workspace } from './workspace.ts'

/** What the check of cells needs of a workspace. */
type Checking = Pick<
  Workspace,
  'layout' | 'root' | 'code' | 'pipeline' | 'surroundings' | 'graph' | 'memo' | 'overlay'
>

/** How cells are checked. */
export interface CheckOptions {
  readonly signal: AbortSignal
  /** For commands that only look: do not load again a cell that hung a while ago. */
  readonly looking: boolean
  /** How long one cell may take to be loaded. */
  readonly limitMs?: number
}

/** By stage, every problem of code or params that the selected cells have. */
export async function checkCells(
  workspace: Checking,
  selected: readonly string[],
  options: CheckOptions,
): Promise<Map<string, Problem[]>> {
  const problems = new Map<string, Problem[]>()
  const read: [Stage, file: string][] = []
  const codes = new Map<string, CellCode>()
  for (const stage of selected.flatMap((name) => workspace.graph.stages.get(name) ?? [])) {
    if (stage.command.kind !== 'run') continue
    const { file } = stage.command
    const outcome = await workspace.code.read(file)
    if (!outcome.ok) problems.set(stage.name, [outcome.problem])
    else {
      read.push([stage, file])
      codes.set(file, outcome.cell)
    }
  }
  const broken = await describeUnknown(workspace, codes, options)
  for (const [stage, file] of read) {
    const problem = broken.get(file)
    const found = problem ? [problem] : checkCell(workspace, stage, file)
    if (found.length > 0) problems.set(stage.name, found)
  }
  return problems
}

/** Describes the cells that were not described before; by file, why one cannot be. */
async function describeUnknown(
  workspace: Checking,
  codes: ReadonlyMap<string, CellCode>,
  { signal, looking, limitMs }: CheckOptions,
): Promise<Map<string, Problem>> {
  const unknown = [...codes].filter(([file]) => !workspace.code.description(file))
  if (unknown.length === 0) return new Map()
  const hungCells = openHungCells(workspace.memo)
  const problems = new Map<string, Problem>()
  for (const [file, { code, missing }] of unknown) {
    const problem = missing ?? (looking ? hungCells.find(file, code) : undefined)
    if (problem) problems.set(file, problem)
  }
  const files = unknown.map(([file]) => file).filter((file) => !problems.has(file))
  if (files.length === 0) return problems
  const { describeCells } = await import('./describe-cells.ts')
  const found = await describeCells(workspace, files, signal, limitMs)
  for (const file of found.hung) {
    const [code, problem] = [codes.get(file)?.code, found.problems.get(file)]
    if (code && problem) hungCells.note(file, code, problem)
  }
  return new Map([...problems, ...found.problems])
}

function checkCell(workspace: Checking, stage: Stage, file: string): Problem[] {
  const description = workspace.code.description(file)
  if (!description) return []
  const { params } = description
  return [
    ...(params ? checkParams(workspace, stage, file, params) : []),
    ...checkPorts(workspace, stage, file, description),
  ]
}

function checkParams(
  workspace: Checking,
  stage: Stage,
  file: string,
  schema: Readonly<Record<string, unknown>>,
): Problem[] {
  const values = nestedValues(stage.params, workspace.pipeline.params)
  const check = compiled(schema)
  if (typeof check === 'string') return [badSchema(file, check)]
  if (check(values)) return []
  return schemaProblems(check.errors ?? []).map((found) => paramProblem(workspace, stage, found))
}

function badSchema(file: string, message: string): Problem {
  return {
    code: 'CODE_BROKEN',
    message: `${file}: the params of its default export are no JSON Schema: ${message}`,
    place: { file },
    hint: 'give them as TypeBox makes them: defineStage({ params: Type.Object({…}), … })',
  }
}

function fileOf({ command }: Stage): string {
  return command.kind === 'run' ? command.file : ''
}

function paramProblem(
  workspace: Checking,
  stage: Stage,
  { path, kind, message, hint }: SchemaProblem,
): Problem {
  const key = path.join('.')
  const place = placeOf(workspace, stage, path)
  return {
    code: kind === 'missing' ? 'PARAM_MISSING' : 'PARAM_TYPE',
    message: `stage '${stage.name}': param ${key || '(all)'}${SAID[kind] ?? `: ${message}`}`,
    ...(place && { place }),
    hint: hint ?? (kind === 'missing' ? hintOfMissing(workspace, stage, key) : seeParams(stage)),
  }
}

/** The problem of the param's key itself. */
const SAID: Partial<Record<SchemaProblem['kind'], string>> = {
  missing: ' is not given',
  unknown: ' is not one that the stage knows',
}

/** Where a param stands: in the first of the stage's files that has it, else in params.yaml. */
function placeOf(
  { root, overlay, pipeline }: Checking,
  stage: Stage,
  path: readonly string[],
): Place | undefined {
  const named = stage.params.map((ref) => ref.file)
  const file = named.find((one) => paramAt(pipeline.params[one], path.join('.')) !== undefined)
  const text = overlay[file ?? PARAMS_FILE] ?? textOf(join(root, file ?? PARAMS_FILE))
  return text === undefined
    ? undefined
    : parseYaml(file ?? PARAMS_FILE, text, () => undefined, 'marked')?.place(path)
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** A missing param may stand in the file and only not be declared. */
function hintOfMissing({ pipeline }: Checking, stage: Stage, key: string): string {
  return paramAt(pipeline.params[PARAMS_FILE], key) === undefined
    ? seeParams(stage)
    : `${PARAMS_FILE} has it: add '${key}' to the stage's params in pipeline.yaml`
}

function seeParams(stage: Stage): string {
  return `see the params that ${fileOf(stage)} declares`
}
