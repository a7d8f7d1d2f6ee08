// `-S key=value`: writes values into the text of params.yaml, its comments and layout kept.
import { isMap, isScalar, parse, Scalar, stringify } from 'yaml'
import { nearest, type Problem, type Report } from '../problem.ts'
import { PARAMS_FILE } from './model.ts'
import { allKeys, paramAt } from './params.ts'
import { keysOf } from './template.ts'
import { parseYaml } from './yaml.ts'

/** The text with every setting written into it; undefined where one cannot be, each of which is reported. */
export function setParams(
  text: string,
  settings: readonly string[],
  report: Report,
): string | undefined {
  let result: string | undefined = text
  for (const setting of settings) {
    const next: string | undefined = setParam(result ?? text, setting, report)
    result = result === undefined ? undefined : next
  }
  return result
}

function setParam(text: string, setting: string, report: Report): string | undefined {
  const [, key, written] = /^([^=]+)=([\s\S]*)$/.exec(setting) ?? []
  if (key === undefined || written === undefined) {
    report({
      code: 'USAGE',
      message: `-S ${setting}: expected key=value`,
      hint: 'for example -S train.epochs=20',
    })
    return undefined
  }
  const yaml = parseYaml(PARAMS_FILE, text, report)
  if (!yaml) return undefined
  const old = paramAt(yaml.value, key)
  const value = parseValue(written, old)
  const problem = old === undefined ? unknownKey(key, yaml.value) : wrongType(key, old, value)
  if (problem) {
    const place = old === undefined ? {} : { place: yaml.place(keysOf(key)) }
    report({ ...problem, ...place })
    return undefined
  }
  return splice(text, yaml.document.getIn(path(yaml.value, key), true), value)
}

/** The keys as the document needs them: numbers where a list is entered. */
function path(values: unknown, key: string): (string | number)[] {
  let inner = values
  return keysOf(key).map((part) => {
    const step = Array.isArray(inner) ? Number(part) : part
    inner = paramAt(inner, part)
    return step
  })
}

/** YAML's reading of the value, except that what was a text stays one (`1.10`, `2024-01-31`, `yes`). */
function parseValue(written: string, old: unknown): unknown {
  if (typeof old === 'string') return written.replace(/^(['"])(.*)\1$/s, '$2')
  try {
    return parse(written)
  } catch {
    return written
  }
}

function unknownKey(key: string, values: unknown): Problem {
  const near = nearest(key, allKeys(values))
  return {
    code: 'PARAM_MISSING',
    message: `-S ${key}: ${PARAMS_FILE} has no such key; nothing was written`,
    hint: near ? `did you mean '${near}'?` : `add '${key}' to ${PARAMS_FILE} first`,
  }
}

function wrongType(key: string, old: unknown, value: unknown): Problem | undefined {
  if (old === null || kind(old) === kind(value)) return undefined
  return {
    code: 'PARAM_TYPE',
    message: `-S ${key}: is ${kind(old)} (${JSON.stringify(old)}), and ${JSON.stringify(value)} is ${kind(value)}; nothing was written`,
    hint: `give ${kind(old)}, or edit ${PARAMS_FILE} if the type is to change`,
  }
}

function kind(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`
}

/** Replaces just the characters of the old value. */
function splice(text: string, node: unknown, value: unknown): string {
  const range = isScalar(node) || isMap(node) || hasRange(node) ? node.range : undefined
  if (!range) return text
  return text.slice(0, range[0]) + written(node, value) + text.slice(range[1])
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return (
    typeof node === 'object' && node !== null && Array.isArray((node as { range?: unknown }).range)
  )
}

function written(node: unknown, value: unknown): string {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  const scalar = new Scalar(value)
  if (typeof value === 'string' && isScalar(node) && node.type?.startsWith('QUOTE'))
    scalar.type = node.type as 'QUOTE_DOUBLE' | 'QUOTE_SINGLE'
  return stringify(scalar, { lineWidth: 0 }).trimEnd()
}
