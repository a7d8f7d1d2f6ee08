// Params files: reading them, looking up what a stage declares, and what is missing there.
import { isRecord, isWithin, nearest, type Problem } from '@weir/base'
import { Inexact, inexactIn, inexactProblem } from './inexact.ts'
import { PARAMS_FILE } from './layout.ts'
import type { ParamRef, Stage } from './model.ts'
import { keysOf, lookUp } from './template.ts'

/** The value at a dotted key; undefined where there is none. */
export function paramAt(values: unknown, key: string): unknown {
  let value = values
  for (const part of keysOf(key)) value = lookUp(value, part)
  return value
}

/** Declared params with their values, flat: `{file: {dotted.key: value}}`. Keys that are missing are left out. */
export function declaredValues(
  refs: readonly ParamRef[],
  files: Readonly<Record<string, unknown>>,
): Record<string, Record<string, unknown>> {
  const perFile = refs.map(({ file, keys }) => {
    const values = files[file]
    const found = keys
      ? keys.map((key) => [key, paramAt(values, key)] as const)
      : ownEntries(values)
    return [file, Object.fromEntries(found.filter(([, value]) => value !== undefined))] as const
  })
  return Object.fromEntries(perFile)
}

/** A whole file's entries; a name with a dot in it is one name here. */
function ownEntries(values: unknown): (readonly [string, unknown])[] {
  return isMap(values) ? Object.entries(values) : []
}

/** Declared params nested as in their files, all files merged: what a cell is given. */
export function nestedValues(
  refs: readonly ParamRef[],
  files: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const nested: Record<string, unknown> = {}
  for (const flat of Object.values(declaredValues(refs, files)))
    for (const [key, value] of Object.entries(flat)) put(nested, keysOf(key), value)
  return nested
}

function put(target: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  const [first, ...rest] = keys
  if (first === undefined) return
  if (rest.length === 0) {
    target[first] = merged(lookUp(target, first), value)
    return
  }
  const next = lookUp(target, first)
  const inner = isMap(next) ? { ...next } : {}
  target[first] = inner
  put(inner, rest, value)
}

/** Merges maps to any depth; for other values the later one wins. Values that come from a file are copied. */
function merged(known: unknown, value: unknown): unknown {
  if (!isMap(known) || !isMap(value)) return structuredClone(value)
  const entries = Object.entries(value).map(([name, item]) => [
    name,
    merged(lookUp(known, name), item),
  ])
  return { ...known, ...Object.fromEntries(entries) }
}

/** What was read of a params file: its value, undefined for an absent file; or what is wrong with it. */
export interface ParamsFile {
  readonly value?: unknown
  readonly problems?: readonly Problem[]
}

/**
 * By stage, the problems of the params that it declares: files that are missing, broken or made by a stage, and keys.
 */
export function paramsProblems(
  stages: readonly Stage[],
  files: Readonly<Record<string, ParamsFile>>,
): Map<string, Problem[]> {
  const makers = stages.flatMap((maker) => maker.outs.map(({ path }) => ({ maker, path })))
  const problems = stages.map((stage): [string, Problem[]] => [
    stage.name,
    stage.params.flatMap((ref) => {
      const made = makers.find(({ path }) => isWithin(ref.file, path))
      return made ? [isOut(stage, ref.file, made.maker)] : refProblems(stage, ref, files[ref.file])
    }),
  ])
  return new Map(problems.filter(([, found]) => found.length > 0))
}

function refProblems(
  stage: Stage,
  { file, keys }: ParamRef,
  { value: values, problems }: ParamsFile = {},
): readonly Problem[] {
  if (problems) return problems
  if (values === undefined) return [noFile(stage, file)]
  if (!isMap(values)) return [noMap(file)]
  const used = keys ? keys.map((key) => paramAt(values, key)) : [values]
  return [
    ...(keys ?? [])
      .filter((key) => paramAt(values, key) === undefined)
      .map((key) => missing(stage, file, key, values)),
    ...used.flatMap(inexactIn).map((number) => inexactProblem(stage.name, number)),
  ]
}

/**
 * A params file must not be an output: params are read once, before any stage starts, so a run would use the values
 * of the run before.
 */
function isOut(stage: Stage, file: string, maker: Stage): Problem {
  return {
    code: 'PARAM_IS_OUT',
    message: `stage '${stage.name}' takes params from '${file}', which '${maker.name}' writes`,
    place: stage.place,
    hint: `name '${file}' among its deps instead: params are read before any stage starts`,
  }
}

function noFile(stage: Stage, file: string): Problem {
  return {
    code: 'PARAM_MISSING',
    message: `stage '${stage.name}' takes params from '${file}', which does not exist`,
    place: stage.place,
    hint: 'check the path (it is relative to pipeline.yaml), or write the file',
  }
}

/** The problem of a params file that holds something else than names with values. */
export function noMap(file: string): Problem {
  return {
    code: 'BAD_VALUE',
    message: `${file} must be a map of names and values`,
    place: { file, line: 1, col: 1 },
    hint: 'write `name: value` lines',
  }
}

function missing(stage: Stage, file: string, key: string, values: unknown): Problem {
  const near = nearest(key, allKeys(values))
  return {
    code: 'PARAM_MISSING',
    message: `stage '${stage.name}' reads the param '${key}', which ${file} does not have`,
    place: stage.place,
    hint: near
      ? `did you mean '${near}'?`
      : `add '${key}' to ${file}, or take it from the stage's params`,
  }
}

/** Every dotted key of a params file, inner maps and leaves. */
export function allKeys(values: unknown, prefix = ''): string[] {
  if (!isMap(values)) return []
  return Object.entries(values).flatMap(([key, value]) => [
    `${prefix}${key}`,
    ...allKeys(value, `${prefix}${key}.`),
  ])
}

/** True for a map as YAML and JSON know it. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !(value instanceof Inexact)
}

/** The params files that stages name, params.yaml always among them. */
export function paramsFiles(stages: readonly Stage[]): string[] {
  return [
    ...new Set([PARAMS_FILE, ...stages.flatMap((stage) => stage.params.map((ref) => ref.file))]),
  ]
}
