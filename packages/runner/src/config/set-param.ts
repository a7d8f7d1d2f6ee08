// `-S key=value`: writes values into the text of params.yaml, its comments and layout kept.

import { canonicalJson, nearest, type Problem, type Report } from '@weir/base'
import { isScalar, Scalar, stringify } from 'yaml'
import { Inexact } from './inexact.ts'
import { PARAMS_FILE } from './layout.ts'
import { allKeys, paramAt } from './params.ts'
import { keysOf, lookUp } from './template.ts'
import { parseYaml, type YamlFile } from './yaml.ts'

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
  const yaml = parseYaml(PARAMS_FILE, text, report, 'marked')
  if (!yaml) return undefined
  const old = paramAt(yaml.value, key)
  const value = parseValue(written, old)
  const problem =
    old === undefined ? unknownKey(key, yaml.value) : wrongValue(key, old, value, written)
  if (problem) {
    const place = old === undefined ? {} : { place: yaml.place(keysOf(key)) }
    report({ ...problem, ...place })
    return undefined
  }
  const next = rewrite(yaml, keysOf(key), value)
  if (next === undefined) report({ ...notByItself(key), place: yaml.place(keysOf(key)) })
  return next
}

/** What no setting may be: a number that YAML can write and the runner cannot keep. */
const INEXACT = Symbol('inexact')

/** YAML's reading of the value, except that what was a text stays one (`1.10`, `2024-01-31`, `yes`). */
function parseValue(written: string, old: unknown): unknown {
  if (typeof old === 'string') return written.replace(/^(['"])(.*)\1$/s, '$2')
  let refused = false
  const yaml = parseYaml('-S', written, (problem) => {
    refused ||= problem.code === 'BAD_VALUE'
  })
  return refused ? INEXACT : yaml ? yaml.value : written
}

function unknownKey(key: string, values: unknown): Problem {
  const near = nearest(key, allKeys(values))
  return {
    code: 'PARAM_MISSING',
    message: `-S ${key}: ${PARAMS_FILE} has no such key; nothing was written`,
    hint: near ? `did you mean '${near}'?` : `add '${key}' to ${PARAMS_FILE} first`,
  }
}

function wrongValue(
  key: string,
  old: unknown,
  value: unknown,
  written: string,
): Problem | undefined {
  if (value === INEXACT)
    return {
      code: 'PARAM_TYPE',
      message: `-S ${key}: ${written} has a part that cannot be kept exactly; nothing was written`,
      hint: 'give a number that JSON has, at most 2^53 if it is a whole one',
    }
  if (old === null || kind(old) === kind(value)) return undefined
  return {
    code: 'PARAM_TYPE',
    message: `-S ${key}: is ${kind(old)} (${old instanceof Inexact ? old.source : JSON.stringify(old)}), and ${JSON.stringify(value)} is ${kind(value)}; nothing was written`,
    hint: `give ${kind(old)}${Array.isArray(old) ? `, as in -S '${key}=[…]',` : ','} or edit ${PARAMS_FILE} if the type is to change`,
  }
}

function kind(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Inexact) return 'a number'
  if (typeof value === 'object') return 'a map'
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`
}

function notByItself(key: string): Problem {
  return {
    code: 'PARAM_MISSING',
    message: `-S ${key}: its value is not written at that key alone (an alias or a merge); nothing was written`,
    hint: `edit ${PARAMS_FILE} by hand`,
  }
}

/** The text with just the value at a path replaced; undefined where no such change gives exactly that value. */
function rewrite(yaml: YamlFile, path: readonly string[], value: unknown): string | undefined {
  const node = yaml.node(path)
  const [start, end] = node?.range ?? []
  if (start === undefined || end === undefined) return undefined
  const wanted = canonicalJson(withValue(yaml.value, path, value))
  return writings(node, value)
    .map((written) => splice(yaml.text, start, end, written))
    .find((text) => {
      const again = parseYaml(yaml.file, text, () => undefined, 'marked')
      return again !== undefined && canonicalJson(again.value) === wanted
    })
}

/** A copy of nested maps and lists with another value at a path. */
function withValue(old: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const inner = withValue(lookUp(old, key), rest, value)
  if (Array.isArray(old)) return old.with(Number(key), inner)
  return { ...(old as object), [key]: inner }
}

/** Ways to write a value, the plainest first; the last one is right wherever a value may stand. */
function writings(node: unknown, value: unknown): string[] {
  const json = JSON.stringify(value)
  if (typeof value === 'object' && value !== null) return [json]
  const scalar = new Scalar(value)
  if (typeof value === 'string' && isScalar(node) && node.type?.startsWith('QUOTE'))
    scalar.type = node.type as 'QUOTE_DOUBLE' | 'QUOTE_SINGLE'
  const plain = stringify(scalar, { lineWidth: 0 }).trimEnd()
  return plain.includes('\n') ? [json] : [plain, json]
}

/** Replaces characters; line ends that belong to the old value stay, and an empty one gets its space. */
function splice(text: string, start: number, end: number, written: string): string {
  const old = text.slice(start, end)
  const after = old.slice(old.trimEnd().length) + text.slice(end)
  const before = start > 0 && !/[\s[{,]/.test(text.charAt(start - 1)) ? ' ' : ''
  const behind = /^[^\s\]},]/.test(after) ? ' ' : ''
  return `${text.slice(0, start)}${before}${written}${behind}${after}`
}
