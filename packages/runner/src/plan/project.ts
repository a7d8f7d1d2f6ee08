// Loads a project: pipeline.yaml and its params files, checked. What was read before is taken from the memo.
// A problem of the whole refuses the project; a problem of one stage is listed with that stage.
import { join } from 'node:path'
import { distinct, type Problem, type Report, sha256 } from '@weir/base'
import { readText } from '@weir/base/files'
import { type Layout, PARAMS_FILE, PIPELINE_FILE } from '../config/layout.ts'
import type { Pipeline, Stage } from '../config/model.ts'
import { isMap, noMap, type ParamsFile, paramsFiles, paramsProblems } from '../config/params.ts'
import { type Memo, openMemo } from '../store/memo.ts'
import { buildGraph, type Graph } from './graph.ts'

/** A checked project, or everything that is wrong with it. */
export type Loaded =
  | { readonly ok: true; readonly pipeline: Pipeline; readonly graph: Graph }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Texts that replace files of the project, by path: the content that a file will have once it is written. */
export type Overlay = Readonly<Record<string, string>>

/** Loads the project of a layout. `build` names the version of this program, which the memo depends on. */
export async function loadProject(
  { root, memo: folder }: Pick<Layout, 'root' | 'memo'>,
  build: string,
  overlay: Overlay = {},
  memo: Memo = openMemo(folder),
): Promise<Loaded> {
  const problems: Problem[] = []
  const report: Report = (problem) => problems.push(problem)
  const texts = textReader(root, overlay)
  const pipeline = recall(texts, memo, build) ?? (await read(texts, memo, build, report))
  if (!pipeline) return { ok: false, problems }
  const graph = buildGraph(pipeline, report)
  if (graph) return { ok: true, pipeline, graph }
  return { ok: false, problems: [...problems, ...problemsOf(pipeline.stages)] }
}

interface Recalled {
  readonly build: string
  /** Each file that was read, with the hash of its text; null where it was absent. */
  readonly files: Readonly<Record<string, string | null>>
  readonly pipeline: Pipeline
}

/** The pipeline as it was checked before, if no file that it was read from has another content now. */
function recall(texts: TextReader, memo: Memo, build: string): Pipeline | undefined {
  const known = memo.read<Recalled>('pipeline')
  if (known?.build !== build) return undefined
  const same = Object.entries(known.files).every(([file, hash]) => hashOf(texts, file) === hash)
  return same ? known.pipeline : undefined
}

/** The files that the pipeline was read from, if that is remembered. */
export function configFiles(memo: Memo, build: string): string[] | undefined {
  const known = memo.read<Recalled>('pipeline')
  return known?.build === build ? Object.keys(known.files) : undefined
}

function hashOf(texts: TextReader, file: string): string | null {
  const text = texts(file)
  return text === undefined ? null : sha256(text)
}

/** The text of a file of the project; undefined where there is none, or where it cannot be read. */
type TextReader = (file: string, report?: Report) => string | undefined

function textReader(root: string, overlay: Overlay): TextReader {
  return (file, report) =>
    Object.hasOwn(overlay, file) ? overlay[file] : textOf(root, file, report)
}

function textOf(root: string, file: string, report?: Report): string | undefined {
  try {
    return readText(join(root, file))
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
  texts: TextReader,
  memo: Memo,
  build: string,
  report: Report,
): Promise<Pipeline | undefined> {
  let sound = true
  const note: Report = (problem) => {
    sound = false
    report(problem)
  }
  const files = createReader(texts, await import('../config/yaml.ts'))
  const text = files.text(PIPELINE_FILE, note)
  const own = files.params(PARAMS_FILE)
  const values = own.value ?? {}
  for (const problem of own.problems ?? (isMap(values) ? [] : [noMap(PARAMS_FILE)])) note(problem)
  if (!sound && text !== undefined) files.check(PIPELINE_FILE, text, note)
  if (!sound || text === undefined) return undefined
  const { readPipeline } = await import('../config/pipeline.ts')
  const written = readPipeline(text, values, note)
  if (!written) return undefined
  const { stages, cache, runs } = written
  const params = Object.fromEntries(paramsFiles(stages).map((file) => [file, files.params(file)]))
  const pipeline = {
    stages: withProblems(
      stages,
      paramsProblems(stages, { ...params, [PARAMS_FILE]: { value: values } }),
    ),
    cache,
    runs,
    params: Object.fromEntries(Object.entries(params).map(([file, { value }]) => [file, value])),
  }
  const hashes = files.hashes()
  if (hashes) memo.write('pipeline', { build, files: hashes, pipeline } satisfies Recalled)
  return pipeline
}

function withProblems(
  stages: readonly Stage[],
  problems: ReadonlyMap<string, readonly Problem[]>,
): Stage[] {
  return stages.map((stage) => {
    const found = problems.get(stage.name)
    return found ? { ...stage, problems: [...(stage.problems ?? []), ...found] } : stage
  })
}

/** The problems of stages, each once: two stages may have the same one. */
export function problemsOf(stages: readonly Stage[]): Problem[] {
  return distinct(stages.flatMap((stage) => stage.problems ?? []))
}

interface Reader {
  /** The text of a file; undefined for an absent one, or one that cannot be read, which is reported. */
  text(file: string, report: Report): string | undefined
  /** Reports what is wrong with the YAML of a text. */
  check(file: string, text: string, report: Report): void
  params(file: string): ParamsFile
  /** Every file that was read, with the hash of its text; null where it was absent. Undefined if one is unreadable. */
  hashes(): Record<string, string | null> | undefined
}

function createReader(
  textOf: TextReader,
  { parseYaml }: typeof import('../config/yaml.ts'),
): Reader {
  const texts = new Map<string, string | undefined>()
  let unreadable = false
  const read = (file: string, report: Report): string | undefined => {
    const text = textOf(file, (problem) => {
      unreadable = true
      report(problem)
    })
    texts.set(file, text)
    return text
  }
  const readParams = (file: string): ParamsFile => {
    const problems: Problem[] = []
    const report: Report = (problem) => problems.push(problem)
    const text = read(file, report)
    const yaml = text === undefined ? undefined : parseYaml(file, text, report, 'marked')
    return problems.length > 0 ? { problems } : yaml ? { value: yaml.value ?? {} } : {}
  }
  const params = new Map<string, ParamsFile>()
  return {
    text: read,
    check: parseYaml,
    params(file) {
      const known = params.get(file) ?? readParams(file)
      params.set(file, known)
      return known
    },
    hashes: () =>
      unreadable
        ? undefined
        : Object.fromEntries(
            [...texts].map(([file, text]) => [file, text === undefined ? null : sha256(text)]),
          ),
  }
}
