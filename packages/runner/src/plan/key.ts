// The key of a stage as everything stands now: its document, from code, params and the content of dependencies. What
// follows from it is decided in decide.ts.
import type { Digest, Problem } from '@weir/base'
import { systemProblem } from '@weir/base/files'
import type { Stage } from '../config/model.ts'
import { declaredValues } from '../config/params.ts'
import {
  type CommandKey,
  type KeyDocument,
  keyDocument,
  keyOf,
  type PortsKey,
} from '../store/key-document.ts'
import type { RecordedOut } from '../store/lock-file.ts'
import type { Modules } from '../store/reason.ts'
import type { CellCode } from './code-memo.ts'
import { dependencyDigest, keyDigest } from './contents.ts'
import { templatedPaths } from './port-paths.ts'
import type { Workspace } from './workspace.ts'

/** A stage as it would run now: its key and what the key was made from. */
export interface Prepared {
  readonly key: Digest
  readonly document: KeyDocument
  readonly modules?: Modules
  readonly cell?: CellCode
}

/**
 * Outputs that earlier stages would leave, by path, where a command only looks ahead (status, --dry-run).
 * null: they cannot be known before the stage has run.
 */
export type Foreseen = ReadonlyMap<string, RecordedOut | null>

/** The key of a stage as everything stands now, or the problem that keeps it from having one. */
export async function prepare(
  workspace: Workspace,
  stage: Stage,
  foreseen: Foreseen = new Map(),
): Promise<Prepared | Problem> {
  const cell =
    stage.command.kind === 'run' ? await workspace.code.read(stage.command.file) : undefined
  if (cell && !cell.ok)
    return { ...cell.problem, message: `stage '${stage.name}': ${cell.problem.message}` }
  const deps: Record<string, Digest> = {}
  for (const path of stage.deps) {
    const known = foreseen.get(path)
    const found = known ? keyDigest(known) : dependencyDigest(workspace, path)
    const digest = await Promise.resolve(found).catch((error) => systemProblem(error, stage))
    if (digest === undefined) return missingDependency(workspace, stage, path)
    if (typeof digest === 'object') return digest
    deps[path] = digest
  }
  const params = declaredValues(stage.params, workspace.pipeline.params)
  const command = commandKey(stage, cell?.cell)
  const ports = templatedPortsOf(workspace, stage)
  const document = keyDocument(stage, command, params, deps, workspace.surroundings.env, ports)
  return {
    key: keyOf(document),
    document,
    ...(cell && { modules: cell.cell.modules, cell: cell.cell }),
  }
}

function templatedPortsOf({ code, pipeline }: Workspace, { command }: Stage): PortsKey | undefined {
  return command.kind === 'run'
    ? templatedPaths(code.description(command.file), pipeline)
    : undefined
}

function commandKey(stage: Stage, cell: CellCode | undefined): CommandKey {
  if (stage.command.kind === 'cmd' || !cell)
    return { cmd: stage.command.kind === 'cmd' ? stage.command.lines : [] }
  const { code, esbuild, packages } = cell
  return { run: { code, esbuild, packages } }
}

function missingDependency(workspace: Workspace, stage: Stage, path: string): Problem {
  const maker = [...workspace.graph.stages.values()].find((other) =>
    other.outs.some((out) => out.path === path),
  )
  return {
    code: 'DEP_MISSING',
    message: `stage '${stage.name}' needs '${path}', which is not there`,
    place: stage.place,
    hint: maker ? `run the stage that makes it: weir run --until ${maker.name}` : 'check the path',
  }
}
