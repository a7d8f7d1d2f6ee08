// From the text of pipeline.yaml to checked stages: grammar, expressions, then the meaning of each field.

import { normalPath, type Place, type Problem, type Report } from '@weir/base'
import { checkGrammar } from './grammar.ts'
import { soleInstance } from './instance.ts'
import { PARAMS_FILE, PIPELINE_FILE } from './layout.ts'
import {
  type Command,
  isReference,
  KEPT_RUNS,
  type Out,
  type ParamRef,
  type Pipeline,
  type PlotProps,
  type Stage,
  type When,
} from './model.ts'
import type { PipelineSource, StageSource } from './schema.ts'
import { templateProblem, templateStages } from './template-stages.ts'
import { readWhen } from './when.ts'
import { parseYaml, type YamlFile } from './yaml.ts'

/**
 * Reads the stages and the settings of a pipeline; undefined where something is wrong with it as a whole. What is wrong with one
 * stage alone (an expression that cannot be replaced) is among that stage's problems, and reported besides only
 * where there is no pipeline.
 */
export function readPipeline(
  text: string,
  params: unknown,
  report: Report,
): Omit<Pipeline, 'params'> | undefined {
  let sound = true
  const note: Report = (problem) => {
    sound = false
    report(problem)
  }
  const yaml = parseYaml(PIPELINE_FILE, text, note)
  if (!yaml) return undefined
  const templated = templateStages(yaml, params, note)
  if (!checkGrammar(yaml, templated.value, note, templated.isUnknown)) {
    for (const problem of [...templated.problems.values()].flat()) report(problem)
    return undefined
  }
  const reading = { yaml, params, report: note, problems: templated.problems }
  const known = templated.known as PipelineSource
  const stages = Object.entries(known.stages).map(([name, source]) =>
    readStage(name, source, reading),
  )
  if (sound) {
    const [cache, runs] = [known.cache?.link ?? 'copy', known.runs?.keep ?? KEPT_RUNS]
    return { stages, cache: { link: cache }, runs: { keep: runs } }
  }
  for (const problem of stages.flatMap((stage) => stage.problems ?? [])) report(problem)
  return undefined
}

/** What a stage is read from. */
interface Reading {
  readonly yaml: YamlFile
  readonly params: unknown
  /** By stage, the problems that it has already. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>
  readonly report: Report
}

function readStage(name: string, source: StageSource, reading: Reading): Stage {
  const place = reading.yaml.place(['stages', name], 'key')
  const problems = [...(reading.problems.get(name) ?? [])]
  const when = readCondition(name, source.when, reading, (problem) => problems.push(problem))
  const timeoutMs = source.timeout === undefined ? undefined : milliseconds(source.timeout)
  return {
    id: soleInstance(name),
    name,
    ...(source.desc !== undefined && { desc: source.desc }),
    command:
      problems.length > 0 ? commandOf(source) : checkedCommand(name, source, place, reading.report),
    deps: [...new Set((source.deps ?? []).map(readPath))],
    params: readParams(source.params ?? []),
    outs: readOuts(source),
    env: Object.fromEntries(
      Object.entries(source.env ?? {}).map(([key, value]) => [
        key,
        value === null || typeof value === 'object' ? null : String(value),
      ]),
    ),
    secrets: Object.entries(source.env ?? {}).flatMap(([key, value]) =>
      typeof value === 'object' && value?.secret ? [key] : [],
    ),
    ...(when && { when }),
    frozen: source.frozen ?? false,
    alwaysChanged: source.always_changed ?? false,
    retries: source.retries ?? 0,
    ...(timeoutMs !== undefined && { timeoutMs }),
    place,
    ...(problems.length > 0 && { problems }),
  }
}

/** The condition, its expressions not yet replaced; undefined where it is true, or wrong. */
function readCondition(
  name: string,
  source: StageSource['when'],
  { yaml, params, report }: Reading,
  fail: Report,
): When | undefined {
  const read = readWhen(source ?? true, params)
  if (read.ok) return read.when
  const place = yaml.place(['stages', name, 'when'])
  if (read.kind === 'template') fail(templateProblem(['stages', name, 'when'], read.failure, place))
  else
    report({
      code: 'BAD_VALUE',
      message: `stage '${name}': cannot read the condition \`${String(source)}\`${read.came === source ? '' : ` (${read.came})`}`,
      place,
      hint: 'write `file.json:key`, `a == b`, `a != b`, or `not …`; a param that stands alone must be true or false',
    })
  return undefined
}

function checkedCommand(name: string, source: StageSource, place: Place, report: Report): Command {
  const wrong = (message: string, hint: string): void =>
    report({ code: 'BAD_VALUE', message: `stage '${name}' has ${message}`, place, hint })
  const command = commandOf(source)
  if ((source.run === undefined) === (source.cmd === undefined))
    wrong(
      source.run === undefined ? 'neither `run` nor `cmd`' : 'both `run` and `cmd`',
      'give it one of them: `run: stages/x.ts` for a TypeScript cell, `cmd: …` for a shell command',
    )
  else if (command.kind === 'cmd' && command.lines.length === 0)
    wrong(
      'a `cmd` of blank lines',
      'write a shell command, for example `cmd: sort in.txt > out.txt`',
    )
  return command
}

function commandOf({ run, cmd }: StageSource): Command {
  if (run !== undefined) return { kind: 'run', file: normalPath(run) }
  return { kind: 'cmd', lines: readLines(cmd ?? []) }
}

/** In a text each line is a command; in a list each item is one, also where it has several lines. */
function readLines(cmd: string | readonly string[]): string[] {
  const commands = typeof cmd === 'string' ? cmd.split(/\r?\n/) : cmd.map(scriptOf)
  return commands.filter((command) => command.trim() !== '')
}

/** A script without blank lines around it and with the line ends that a shell takes. */
function scriptOf(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/^(?:[^\S\n]*\n)+|(?:\n[^\S\n]*)+$/g, '')
}

function readPath(path: string): string {
  return isReference(path) ? path : normalPath(path)
}

/** Groups by file, params.yaml first, others in order; a file named whole takes its keys in. */
function readParams(source: NonNullable<StageSource['params']>): ParamRef[] {
  const files = new Map<string, Set<string> | null>()
  const add = (file: string, keys: readonly string[] | null): void => {
    const known = files.get(file)
    if (keys === null || keys.length === 0 || known === null) files.set(file, null)
    else files.set(file, new Set([...(known ?? []), ...keys]))
  }
  for (const entry of source) {
    if (typeof entry === 'string') add(PARAMS_FILE, [entry])
    else for (const [file, keys] of Object.entries(entry)) add(normalPath(file), keys)
  }
  const order = [...files.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return order.map((file) => {
    const keys = files.get(file)
    return { file, keys: keys ? [...keys].sort() : null }
  })
}

function rank(file: string): number {
  return file === PARAMS_FILE ? 0 : 1
}

function readOuts(source: StageSource): Out[] {
  const read = (
    kind: Out['kind'],
    entries: readonly (string | Record<string, object>)[] = [],
  ): Out[] =>
    entries.flatMap((entry) => {
      const [path, flags]: [string, OutFlags] =
        typeof entry === 'string' ? [entry, {}] : (Object.entries(entry)[0] as [string, OutFlags])
      const { cache = true, persist = false, desc: _, ...plot } = flags
      const drawn = kind === 'plot' && Object.keys(plot).length > 0
      return [{ path: readPath(path), kind, cache, persist, ...(drawn && { plot }) }]
    })
  return [
    ...read('out', source.outs),
    ...read('metric', source.metrics),
    ...read('plot', source.plots),
  ]
}

type OutFlags = PlotProps & { cache?: boolean; persist?: boolean; desc?: string }

/** `90`, `90s`, `500ms`, `10m` or `2h` in milliseconds. */
function milliseconds(timeout: number | string): number {
  const [, amount = '0', unit = 's'] = /^([0-9.]+)(ms|s|m|h)?$/.exec(String(timeout)) ?? []
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 1000
  return Math.min(Number(amount) * factor, MOST_MS)
}

/** The longest delay of a Node timer, 24.8 days; a longer one fires at once. */
const MOST_MS = 2 ** 31 - 1
