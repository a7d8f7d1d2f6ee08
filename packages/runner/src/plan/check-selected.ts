// Checks the selected stages before any of them starts: configuration, files that are missing, code and params of cells.

import { canonicalJson, type Digest, distinct, type Problem, sha256 } from '@weir/base'
import type { Stage } from '../config/model.ts'
import { declaredValues } from '../config/params.ts'
import type { CheckOptions } from './check-params.ts'
import { portPaths } from './port-paths.ts'
import { isOff } from './stage-problems.ts'
import type { Workspace } from './workspace.ts'

type Problems = ReadonlyMap<string, readonly Problem[]>

/** What keeps selected stages from running, by stage. */
export interface Refused {
  /** Found in the configuration and the files; checked again when the stage's turn comes. */
  readonly known: Problems
  /** Found by the check of cells, which is made once. */
  readonly cells: Problems
}

/** Checks the stages that a run would have to bring up to date. */
export async function checkSelected(
  workspace: Workspace,
  selected: readonly string[],
  options: CheckOptions,
): Promise<Refused> {
  const stages = neededStages(workspace, selected)
  const found = stages.map((stage) => [stage.name, workspace.problemsOf(stage)] as const)
  const known = new Map(found.filter(([, problems]) => problems.length > 0))
  const sound = stages.map((stage) => stage.name).filter((name) => !known.has(name))
  return { known, cells: await checkCells(workspace, sound, options) }
}

/** All of them in the order of pipeline.yaml, each once. */
export function allProblems({ pipeline }: Workspace, { known, cells }: Refused): Problem[] {
  return distinct(
    pipeline.stages.flatMap(({ name }) => [...(known.get(name) ?? []), ...(cells.get(name) ?? [])]),
  )
}

/** The selected stages without those that are off, and what is skipped with them. */
function neededStages({ graph }: Workspace, selected: readonly string[]): Stage[] {
  const off = new Set<string>()
  return selected.flatMap((name) => {
    const stage = graph.stages.get(name) as Stage
    const before = [...(graph.upstream.get(name) ?? [])]
    if (!isOff(stage) && !before.some((other) => off.has(other))) return [stage]
    off.add(name)
    return []
  })
}

/**
 * Checks cells, unless the last check passed with the same code and input. Loads the libraries of the check only
 * then.
 */
async function checkCells(
  workspace: Workspace,
  names: readonly string[],
  options: CheckOptions,
): Promise<Problems> {
  try {
    const token = await cellsToken(workspace, names)
    if (token !== undefined && workspace.memo.read<Digest>('checked') === token) return new Map()
    const { checkCells } = await import('./check-params.ts')
    const problems = await checkCells(workspace, names, options)
    const now = await cellsToken(workspace, names)
    if (problems.size === 0 && now !== undefined) workspace.memo.write('checked', now)
    return problems
  } finally {
    // Also what was learnt before an interrupt, and of the sound cells beside a broken one.
    workspace.code.save()
  }
}

/**
 * Names all that the check of cells depends on: their code and what they are given. Undefined if one cannot be read.
 */
async function cellsToken(
  workspace: Workspace,
  names: readonly string[],
): Promise<Digest | undefined> {
  const { graph, pipeline, code, surroundings } = workspace
  const checked: unknown[] = []
  for (const { command, params, deps, outs } of names.flatMap(
    (name) => graph.stages.get(name) ?? [],
  )) {
    if (command.kind !== 'run') continue
    const outcome = await code.read(command.file)
    if (!outcome.ok) return undefined
    const ports = portPaths(code.description(command.file), pipeline)
    const values = declaredValues(params, pipeline.params)
    checked.push([outcome.cell.code, values, deps, outs.map(({ path }) => path), ports])
  }
  return sha256(canonicalJson([surroundings.build, checked]))
}
