// Loads a project: pipeline.yaml and its params files, checked. What was read before is taken from the memo.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { buildGraph, type Graph } from '../graph/graph.ts'
import type { Problem, Report } from '../problem.ts'
import { sha256 } from '../store/digest.ts'
import { type Memo, openMemo } from '../store/memo.ts'
import { isReference, PARAMS_FILE, PIPELINE_FILE, type Pipeline, type Stage } from './model.ts'
import { isMap, noMap, paramsFiles, paramsProblems } from './params.ts'

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

/** The text of a file of the project; undefined where there is none, or where it cannot be read. */
function textOf(root: string, file: string, report?: Report): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      report?.({
        code: 'FILE_UNREADABLE',
        message: `${file} cannot be read: ${message}`,
        place: { file },
        hint: 'it must be a file that you may read',
      })
    return undefined
  }
}

async function read(
  root: string,
  memo: Memo,
  build: string,
  report: Report,
): Promise<Pipeline | undefined> {
  let sound = true
  const note: Report = (problem) => {
    sound = false
    report(problem)
  }
  const files = createReader(root, await import('./yaml.ts'), note)
  const text = files.text(PIPELINE_FILE)
  const values = files.value(PARAMS_FILE) ?? {}
  if (sound && !isMap(values)) note(noMap(PARAMS_FILE))
  if (!sound && text !== undefined) files.value(PIPELINE_FILE)
  if (!sound || text === undefined) return undefined
  const { readPipeline } = await import('./pipeline.ts')
  const stages = readPipeline(text, values, note)
  if (!stages) return undefined
  const params: Record<string, unknown> = { [PARAMS_FILE]: values }
  for (const file of paramsFiles(stages)) if (file !== PARAMS_FILE) params[file] = files.value(file)
  if (sound) for (const problem of paramsProblems(stages, params)) note(problem)
  if (!sound) return undefined
  const pipeline = { stages, params }
  memo.write('pipeline', { build, files: files.hashes(), pipeline } satisfies Recalled)
  return pipeline
}

interface Reader {
  text(file: string): string | undefined
  /** The value of a YAML file; undefined for an absent file, one that is wrong, which is reported, or an empty one. */
  value(file: string): unknown
  /** Every file that was read, with the hash of its text; null where it was absent. */
  hashes(): Record<string, string | null>
}

function createReader(
  root: string,
  { parseYaml }: typeof import('./yaml.ts'),
  report: Report,
): Reader {
  const texts = new Map<string, string | undefined>()
  const text = (file: string): string | undefined => {
    if (!texts.has(file)) texts.set(file, textOf(root, file, report))
    return texts.get(file)
  }
  return {
    text,
    value(file) {
      const content = text(file)
      if (content === undefined) return undefined
      const yaml = parseYaml(file, content, report)
      return yaml && (yaml.value ?? {})
    },
    hashes: () =>
      Object.fromEntries(
        [...texts].map(([file, content]) => [file, content === undefined ? null : sha256(content)]),
      ),
  }
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
  const isThere = (path: string): boolean =>
    made.has(path) ||
    existsSync(resolve(root, path)) ||
    outs.some((out) => path.startsWith(`${out}/`) || out.startsWith(`${path}/`))
  // Many stages read the same few files: each is looked for once.
  const there = new Map<string, boolean>()
  const isMissing = (path: string): boolean => {
    const known = there.get(path) ?? isThere(path)
    there.set(path, known)
    return !known
  }
  for (const stage of stages) {
    const source = stage.command.kind === 'run' ? [stage.command.file] : []
    const fact = stage.when?.test.kind === 'fact' ? [stage.when.test.file] : []
    for (const path of [...stage.deps, ...source, ...fact])
      if (!isReference(path) && isMissing(path))
        report({
          code: 'DEP_MISSING',
          message: `stage '${stage.name}' needs '${path}', which does not exist and which no stage makes`,
          place: stage.place,
          hint: 'check the path (it is relative to pipeline.yaml), or add the stage that makes it',
        })
  }
}
