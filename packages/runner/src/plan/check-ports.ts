// Checks a cell's ports and what pipeline.yaml declares for its stage against each other, before any stage starts.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord, nearest, type Place, type Problem, placeAt, placeText } from '@weir/base'
import { PIPELINE_FILE } from '../config/layout.ts'
import type { Stage } from '../config/model.ts'
import { parseYaml } from '../config/yaml.ts'
import type { CellDescription, PortDescription } from '../execute/cell-message.ts'
import { expandPath } from './port-paths.ts'
import type { Workspace } from './workspace.ts'

/** What the check needs of a workspace. */
type Checking = Pick<Workspace, 'root' | 'pipeline'>

/** Inputs or outputs: what each is called in the cell and in pipeline.yaml. */
interface Side {
  readonly list: 'inputs' | 'outputs'
  readonly ports: Readonly<Record<string, PortDescription>>
  readonly declared: readonly string[]
  /** The lists of a stage that declare it. */
  readonly fields: readonly string[]
}

/** Where things stand, read only when something is wrong. */
interface Places {
  port(port: PortDescription): Place
  /** The head of the cell's list of ports. */
  list(name: Side['list']): Place
  declared(path: string, fields: readonly string[]): Place
}

/** What is not the same in the cell and in pipeline.yaml. */
export function checkPorts(
  workspace: Checking,
  stage: Stage,
  file: string,
  { inputs, outputs }: CellDescription,
): Problem[] {
  const places = placesOf(workspace, stage, file)
  const sides: Side[] = [
    { list: 'inputs', ports: inputs, declared: stage.deps, fields: ['deps'] },
    {
      list: 'outputs',
      ports: outputs,
      declared: stage.outs.map(({ path }) => path),
      fields: ['outs', 'metrics', 'plots'],
    },
  ]
  return [
    ...sides.flatMap((side) => checkSide(workspace, stage, side, places)),
    ...checkShared(workspace, stage, sides, places),
  ]
}

/** Outputs whose path another port has too: one would overwrite the other. Two inputs may read one file. */
function checkShared(
  { pipeline }: Checking,
  stage: Stage,
  sides: readonly Side[],
  places: Places,
): Problem[] {
  const named = sides.flatMap(({ list, ports }) =>
    Object.entries(ports).flatMap(([name, port]) => {
      const path = expandPath(port.path, pipeline)
      return path.ok ? [{ list, name: `${list}.${name}`, port, path: path.value }] : []
    }),
  )
  return named.flatMap(({ list, name, port, path }, index) => {
    const other = named.slice(0, index).find((before) => before.path === path)
    if (list === 'inputs' || !other) return []
    return [
      {
        code: 'PORT_SHARED',
        message: `stage '${stage.name}': ${other.name} and ${name} of its cell are both '${path}'`,
        place: places.port(port),
        hint: 'give each output a path of its own',
      },
    ]
  })
}

function checkSide(workspace: Checking, stage: Stage, side: Side, places: Places): Problem[] {
  const problems: Problem[] = []
  const known = new Set<string>()
  for (const [name, port] of Object.entries(side.ports)) {
    const path = expandPath(port.path, workspace.pipeline)
    if (!path.ok) {
      const message = `stage '${stage.name}': port ${side.list}.${name}: ${path.message}`
      problems.push({ code: 'TEMPLATE', message, place: places.port(port), hint: path.hint })
    } else {
      known.add(path.value)
      if (!side.declared.includes(path.value))
        problems.push(undeclared(stage, side, name, path.value, port, places))
    }
  }
  // A port whose path is unknown may be any of them.
  if (problems.some(({ code }) => code === 'TEMPLATE')) return problems
  const unused = side.declared.filter((path) => !known.has(path))
  return [...problems, ...unused.map((path) => unusedProblem(stage, side, path, places))]
}

function undeclared(
  stage: Stage,
  { list, declared, fields }: Side,
  name: string,
  path: string,
  port: PortDescription,
  places: Places,
): Problem {
  const near = nearest(path, declared)
  return {
    code: 'PORT_UNDECLARED',
    message: `stage '${stage.name}': ${list}.${name} of its cell is '${path}', which is not among its ${fields.join(', ')}`,
    place: places.port(port),
    hint: `${near === undefined ? '' : `did you mean '${near}'? `}to have it, add '${path}' to stages.${stage.name}.${fields[0]} at ${placeText(stage.place)}`,
  }
}

function unusedProblem(
  stage: Stage,
  { list, fields }: Side,
  path: string,
  places: Places,
): Problem {
  return {
    code: 'PORT_UNUSED',
    message: `stage '${stage.name}': '${path}' is declared, and is none of the ${list} of its cell`,
    place: places.declared(path, fields),
    hint: `take it away, or make it a port at ${placeText(places.list(list))}: NAME: file('${path}'); one that is only declared is never opened`,
  }
}

function placesOf({ root, pipeline }: Checking, stage: Stage, file: string): Places {
  const inCell = (...texts: readonly string[]): Place => {
    const source = textOf(join(root, file))
    const at = texts.map((text) => source.indexOf(text)).find((offset) => offset >= 0)
    return at === undefined ? { file } : placeAt(file, source, at)
  }
  return {
    port: ({ path }) => inCell(`'${path}'`, `"${path}"`, `\`${path}\``),
    list: (name) => inCell(`${name}: {`, 'defineStage('),
    declared(path, fields) {
      const yaml = parseYaml(PIPELINE_FILE, textOf(join(root, PIPELINE_FILE)), () => undefined)
      for (const field of fields) {
        const entries = entriesOf(yaml?.value, stage.name, field)
        const index = entries.findIndex((entry) => {
          const expanded = expandPath(entry, pipeline)
          return expanded.ok && expanded.value === path
        })
        if (yaml && index >= 0) return yaml.place(['stages', stage.name, field, index])
      }
      return stage.place
    },
  }
}

/** The paths of a list of a stage, as they are written: a text, or a map of one path to its settings. */
function entriesOf(value: unknown, stage: string, field: string): string[] {
  const stages = isRecord(value) ? value.stages : undefined
  const source = isRecord(stages) ? stages[stage] : undefined
  const list = isRecord(source) ? source[field] : undefined
  if (!Array.isArray(list)) return []
  return list.map((entry: unknown) => (isRecord(entry) ? Object.keys(entry).join() : String(entry)))
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
