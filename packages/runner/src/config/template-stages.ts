// Replaces the expressions of every stage. One that cannot be replaced is the problem of its stage, and left out of it.

import type { Place, Problem, Report } from '@weir/base'
import { inexactProblem } from './inexact.ts'
import { type TemplateFailure, template } from './template.ts'
import type { YamlFile } from './yaml.ts'

type Path = readonly (string | number)[]

/** A pipeline with its expressions replaced. */
export interface Templated {
  /** Expressions that could not be replaced stay as they are written. */
  readonly value: unknown
  /** The same, without the parts whose expressions could not be replaced. */
  readonly known: unknown
  /** By stage, the problems of its expressions. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>
  /** True for a place, with its expressions replaced, that is or lies in what could not be replaced. */
  isUnknown(path: Path): boolean
}

/** Replaces the expressions below `stages`, keys included. What is wrong outside of a stage is reported. */
export function templateStages(yaml: YamlFile, params: unknown, report: Report): Templated {
  const unknown = new Set<string>()
  const problems = new Map<string, Problem[]>()
  const fail = (path: Path, written: Path, problem: Problem): void => {
    const stage = stageAt(written)
    if (stage === undefined) report(problem)
    else {
      unknown.add(keyOf(path))
      problems.set(stage, [...(problems.get(stage) ?? []), problem])
    }
  }
  const value = walk(yaml.value, { yaml, params, fail }, [], [])
  const isUnknown = (path: Path): boolean =>
    unknown.size > 0 && path.some((_, index) => unknown.has(keyOf(path.slice(0, index + 1))))
  const known = unknown.size > 0 ? without(value, isUnknown, []) : value
  return { value, known, problems, isUnknown }
}

/** The problem of an expression at a place of a file. */
export function templateProblem(
  path: Path,
  { message, hint, inexact }: TemplateFailure,
  place: Place,
): Problem {
  const stage = stageAt(path)
  if (inexact && stage !== undefined) return inexactProblem(stage, inexact)
  return {
    code: 'TEMPLATE',
    message: `failed to parse '${path.join('.')}': ${message}`,
    place,
    hint,
  }
}

/** The stage that a place lies in. */
function stageAt([top, stage, ...field]: Path): string | undefined {
  return top === 'stages' && field.length > 0 ? String(stage) : undefined
}

function keyOf(path: Path): string {
  return JSON.stringify(path.map(String))
}

interface Walk {
  readonly yaml: YamlFile
  readonly params: unknown
  fail(path: Path, written: Path, problem: Problem): void
}

/** `written` is the way to a value as the file has it, `path` the same with expressions in keys replaced. */
function walk(value: unknown, how: Walk, written: Path, path: Path): unknown {
  if (typeof value === 'string')
    return isCondition(written) ? value : replaced(value, how, written, path)
  if (Array.isArray(value))
    return value.map((item, index) => walk(item, how, [...written, index], [...path, index]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const name = written.length > 1 ? replacedKey(key, how, [...written, key], path) : key
      return [name, walk(item, how, [...written, key], [...path, name])]
    }),
  )
}

/** True for `stages.NAME.when`, whose form is read before its expressions are replaced. */
function isCondition(path: Path): boolean {
  return path.length === 3 && path[2] === 'when'
}

function replaced(text: string, { yaml, params, fail }: Walk, written: Path, path: Path): unknown {
  const outcome = template(text, params)
  if (outcome.ok) return outcome.value
  fail(path, written, templateProblem(written, outcome, yaml.place(written)))
  return text
}

function replacedKey(key: string, how: Walk, written: Path, parent: Path): string {
  const { yaml, fail } = how
  const value = replaced(key, how, written, [...parent, key])
  if (typeof value !== 'object' || value === null) return String(value)
  fail([...parent, key], written, {
    code: 'TEMPLATE',
    message: `failed to parse '${written.join('.')}': '${key}' is no text, so it cannot be a key`,
    place: yaml.place(written, 'key'),
    hint: 'name a text, a number, true or false',
  })
  return key
}

/** A copy without the unknown places, and without list entries that become empty by that. */
function without(value: unknown, isUnknown: Templated['isUnknown'], path: Path): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item, index): [unknown, unknown, Path] => {
      const at = [...path, index]
      return [item, without(item, isUnknown, at), at]
    })
    return items
      .filter(([item, rest, at]) => !isUnknown(at) && (isEmpty(item) || !isEmpty(rest)))
      .map(([, rest]) => rest)
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => !isUnknown([...path, key]))
  return Object.fromEntries(
    entries.map(([key, item]) => [key, without(item, isUnknown, [...path, key])]),
  )
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
