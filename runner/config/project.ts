// Loads a project: pipeline.yaml and its params files, checked. What was read before is taken from the memo.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildGraph, type Graph } from '../graph/graph.ts'
import type { Problem, Report } from '../problem.ts'
import { sha256 } from '../store/digest.ts'
import { type Memo, openMemo } from '../store/memo.ts'
import { isReference, PARAMS_FILE, PIPELINE_FILE, type Pipeline, type Stage } from './model.ts'
import { missingParams, paramsFiles } from './params.ts'

/** A checked project, or everything that is wrong with it. */
export type Loaded =
  | { readonly ok: true; readonly root: string; readonly pipeline: Pipeline; readonly graph: Graph }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** The nearest folder at or above a place that has a pipeline.yaml. */
export function findRoot(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, PIPELINE_FILE))) return folder
    if (dirname(folder) === folder) return undefined
  }
}

/** Loads the project around a folder. `build` names the version of this program, which the memo depends on. */
export async function loadProject(root: string, build: string): Promise<Loaded> {
  const problems: Problem[] = []
  const report: Report = (problem) => problems.push(problem)
  const memo = openMemo(root)
  const pipeline = (recall(root, memo, build) ?? (await read(root, memo, build, report))) as
    | Pipeline
    | undefined
  if (!pipeline) return { ok: false, problems }
  const graph = buildGraph(pipeline, report)
  if (!graph) return { ok: false, problems }
  checkDependencies(root, pipeline.stages, graph, report)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, root, pipeline, graph }
}

interface Recalled {
  readonly build: string
  /** Each file that was read, with the hash of its text; null where it was absent. */
  readonly files: Readonly<Record<string, string | null>>
  readonly pipeline: Pipeline
}

/** The pipeline as it was checked before, if no file that it was read from has another content now. */
function recall(root: string, memo: Memo, build: string): Pipeline | undefined {
  const known = memo.read<Recalled>('pipeline')
  if (known?.build !== build) return undefined
  const same = Object.entries(known.files).every(([file, hash]) => hashOf(root, file) === hash)
  return same ? known.pipeline : undefined
}

function hashOf(root: string, file: string): string | null {
  const text = textOf(root, file)
  return text === undefined ? null : sha256(text)
}

function textOf(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return undefined
  }
}

async function read(
  root: string,
  memo: Memo,
  build: string,
  report: Report,
): Promise<Pipeline | undefined> {
  const { parseYaml } = await import('./yaml.ts')
  const { readPipeline } = await import('./pipeline.ts')
  const texts = new Map<string, string | undefined>()
  const fileValue = (file: string): unknown => {
    const text = textOf(root, file)
    texts.set(file, text)
    return text === undefined ? undefined : (parseYaml(file, text, note)?.value ?? {})
  }
  let sound = true
  const note: Report = (problem) => {
    sound = false
    report(problem)
  }
  const text = textOf(root, PIPELINE_FILE)
  texts.set(PIPELINE_FILE, text)
  if (text === undefined) {
    note({
      code: 'FILE_UNREADABLE',
      message: `${PIPELINE_FILE} cannot be read`,
      place: { file: PIPELINE_FILE },
    })
    return undefined
  }
  const params: Record<string, unknown> = { [PARAMS_FILE]: fileValue(PARAMS_FILE) ?? {} }
  const stages = sound ? readPipeline(text, params[PARAMS_FILE], note) : undefined
  if (!stages) return undefined
  for (const file of paramsFiles(stages)) if (file !== PARAMS_FILE) params[file] = fileValue(file)
  for (const problem of missingParams(stages, params)) note(problem)
  if (!sound) return undefined
  const pipeline = { stages, params }
  const files = Object.fromEntries(
    [...texts].map(([file, content]) => [file, content === undefined ? null : sha256(content)]),
  )
  memo.write('pipeline', { build, files, pipeline } satisfies Recalled)
  return pipeline
}

/** A dependency that nobody makes must be there. */
function checkDependencies(
  root: string,
  stages: readonly Stage[],
  graph: Graph,
  report: Report,
): void {
  const outs = [...graph.stages.values()].flatMap((stage) => stage.outs.map((out) => out.path))
  const made = new Set(outs)
  const isMade = (path: string): boolean =>
    made.has(path) || outs.some((out) => path.startsWith(`${out}/`) || out.startsWith(`${path}/`))
  for (const stage of stages) {
    const source = stage.command.kind === 'run' ? [stage.command.file] : []
    for (const path of [...stage.deps, ...source])
      if (!isReference(path) && !existsSync(join(root, path)) && !isMade(path))
        report({
          code: 'DEP_MISSING',
          message: `stage '${stage.name}' needs '${path}', which does not exist and which no stage makes`,
          place: stage.place,
          hint: 'check the path (it is relative to pipeline.yaml), or add the stage that makes it',
        })
  }
}
