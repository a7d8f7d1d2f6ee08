// `weir add`: writes the entry of a cell into pipeline.yaml, from the ports and params that the cell has.
import { existsSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { isRecord, normalPath, type Problem } from '@weir/base'
import { readText, replaceFile } from '@weir/base/files'
import { addStage, type StageEntry } from '../config/add-stage.ts'
import { type Layout, layoutOf, PARAMS_FILE, PIPELINE_FILE } from '../config/layout.ts'
import { paramAt } from '../config/params.ts'
import { findLayout } from '../config/root.ts'
import type { CellDescription } from '../execute/cell-message.ts'
import { describeCells } from '../plan/describe-cells.ts'
import { expandPath } from '../plan/port-paths.ts'
import { openWorkspace, type Workspace } from '../plan/workspace.ts'
import { defineCommand } from './command.ts'
import type { Effects } from './effects.ts'
import { EXIT } from './exit.ts'
import type { Given } from './options.ts'
import { refuse, sayJson } from './say.ts'
import { JSON_OPTION } from './stage-options.ts'

const OPTIONS = {
  name: {
    type: 'string',
    value: 'NAME',
    description: 'name of the stage, by default that of the file',
  },
  ...JSON_OPTION,
} as const

export const addCommand = defineCommand({
  about: `Writes the entry of a cell into pipeline.yaml: deps and outs from its ports, params from its schema.
The rest of the file stays as it is written; where there is none, the pipeline begins with it.`,
  operands: { form: 'FILE', least: 1, most: 1 },
  options: OPTIONS,
  examples: ['weir add stages/regions.ts', 'weir add stages/regions.ts --name by_region'],
  run: add,
})

async function add(
  { options, operands }: Given<typeof OPTIONS>,
  effects: Effects,
): Promise<number> {
  const { json } = options
  const layout = findLayout(effects.cwd, effects.layout) ?? newLayout(effects)
  const path = join(layout.root, PIPELINE_FILE)
  const text = existsSync(path) ? readText(path) : ''
  const overlay = text.trim() === '' ? { [PIPELINE_FILE]: NO_STAGES } : {}
  const opened = await openWorkspace(layout, effects, effects.signal, overlay)
  if (!opened.ok) return refuse(effects, opened.problems, json)
  const { workspace } = opened
  const file = normalPath(relative(layout.root, resolve(effects.cwd, String(operands[0]))))
  const described = await describe(workspace, file, effects.signal)
  if ('code' in described) return refuse(effects, [described], json)
  const name = options.name ?? basename(file, extname(file))
  const entry = entryOf(file, described, workspace.pipeline)
  const added = addStage(text, name, entry)
  if (!added.ok) return refuse(effects, [added.problem], json)
  const then = await openWorkspace(layout, effects, effects.signal, { [PIPELINE_FILE]: added.text })
  if (!then.ok) return refuse(effects, then.problems, json)
  replaceFile(path, added.text)
  if (json) sayJson(effects, { ok: true, stage: name, entry })
  else effects.stdout.write(`added stage '${name}' to ${PIPELINE_FILE}\n`)
  return EXIT.fine
}

/** A pipeline that has none yet. */
const NO_STAGES = 'stages: {}\n'

/** Where a pipeline begins: in the folder of the nearest package.json, else where the command is given. */
function newLayout({ cwd, layout }: Effects): Layout {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return layoutOf(folder, layout)
    if (dirname(folder) === folder) return layoutOf(cwd, layout)
  }
}

/** What the cell says of itself, or why that is not known. */
async function describe(
  workspace: Workspace,
  file: string,
  signal: AbortSignal,
): Promise<CellDescription | Problem> {
  if (!existsSync(join(workspace.root, file)))
    return {
      code: 'DEP_MISSING',
      message: `there is no ${file}`,
      place: { file },
      hint: 'name the file of a cell: weir add stages/x.ts',
    }
  const { code } = workspace
  const read = await code.read(file)
  if (!read.ok) return read.problem
  const { problems } = await describeCells(workspace, [file], signal)
  return problems.get(file) ?? code.description(file) ?? broken(file)
}

function broken(file: string): Problem {
  return {
    code: 'CODE_BROKEN',
    message: `${file} was not described`,
    place: { file },
    hint: 'its default export is made by defineStage({ title, params, inputs, outputs, run })',
  }
}

function entryOf(run: string, cell: CellDescription, pipeline: Workspace['pipeline']): StageEntry {
  const params = pipeline.params[PARAMS_FILE]
  return {
    run,
    deps: depsOf(cell.inputs, pipeline),
    params: paramsOf(cell.params, '', params),
    outs: Object.values(cell.outputs).map(({ path }) => path),
  }
}

/** As they are written in the cell; of inputs that are one path, the first. */
function depsOf(inputs: CellDescription['inputs'], pipeline: Workspace['pipeline']): string[] {
  const written = new Map<string, string>()
  for (const { path } of Object.values(inputs)) {
    const expanded = expandPath(path, pipeline)
    const place = expanded.ok ? expanded.value : path
    if (!written.has(place)) written.set(place, path)
  }
  return [...written.values()]
}

/** The params that a schema names, down to the single value. One that may be missing is named where it is there. */
function paramsOf(schema: unknown, above: string, values: unknown): string[] {
  const { properties, required = [] } = Object(schema) as Record<string, unknown>
  if (!isRecord(properties) || !Array.isArray(required)) return []
  return Object.entries(properties).flatMap(([name, inner]) => {
    const key = `${above}${name}`
    if (!required.includes(name) && paramAt(values, key) === undefined) return []
    const inside = paramsOf(inner, `${key}.`, values)
    return inside.length > 0 ? inside : [key]
  })
}
