// Params files: reading them, looking up what a stage declares, and what is missing there.
import { nearest, type Problem } from '../problem.ts'
import { PARAMS_FILE, type ParamRef, type Stage } from './model.ts'
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
  const result: Record<string, Record<string, unknown>> = {}
  for (const { file, keys } of refs) {
    const values = files[file]
    const names = keys ?? (isMap(values) ? Object.keys(values) : [])
    const found = names.map((key) => [key, paramAt(values, key)] as const)
    result[file] = Object.fromEntries(found.filter(([, value]) => value !== undefined))
  }
  return result
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
    const known = target[first]
    target[first] = isMap(known) && isMap(value) ? { ...known, ...value } : structuredClone(value)
    return
  }
  const next = target[first]
  const inner = isMap(next) ? { ...next } : {}
  target[first] = inner
  put(inner, rest, value)
}

/** The problems of params that stages name and files lack. */
export function missingParams(
  stages: readonly Stage[],
  files: Readonly<Record<string, unknown>>,
): Problem[] {
  return stages.flatMap((stage) =>
    stage.params.flatMap(({ file, keys }) =>
      (keys ?? [])
        .filter((key) => paramAt(files[file], key) === undefined)
        .map((key) => missing(stage, file, key, files[file])),
    ),
  )
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

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The params files that stages name, params.yaml always among them. */
export function paramsFiles(stages: readonly Stage[]): string[] {
  return [
    ...new Set([PARAMS_FILE, ...stages.flatMap((stage) => stage.params.map((ref) => ref.file))]),
  ]
}
