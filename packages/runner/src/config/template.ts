// Replaces ${key} by values of params.yaml, everywhere in a stage; `\${` stays as it is written.
import { nearest } from '@weir/base'
import { INEXACT_HINT, type Inexact, inexactIn } from './inexact.ts'

/** What may be put into a text. */
type Scalar = string | number | boolean

/** The outcome of one replacement: a value, or what is wrong. */
export type Templated<Value = unknown> =
  | { readonly ok: true; readonly value: Value }
  | TemplateFailure

/** Why an expression cannot be replaced. */
export interface TemplateFailure {
  readonly ok: false
  readonly message: string
  readonly hint: string
  /** The number that the value holds and that cannot be kept. */
  readonly inexact?: Inexact
}

/** An expression, or the escape of one; it ends at the first brace. */
export const EXPRESSION_SOURCE = String.raw`\$\{[^}\n]*\}`
const EXPRESSION = /\\\$\{|\$\{([^}\n]*)\}/g
const WHOLE = /^\$\{([^}\n]*)\}$/

/**
 * Replaces the expressions of a text. A text that is exactly one expression keeps the value's own type;
 * otherwise the value is written into the text, true and false as such.
 */
export function template(text: string, values: unknown): Templated {
  const [, whole] = WHOLE.exec(text) ?? []
  return whole === undefined ? templateText(text, values) : resolve(whole, values)
}

/** The same, where only a text can stand: each value is written into it. */
export function templateText(text: string, values: unknown): Templated<string> {
  let problem: TemplateFailure | undefined
  const value = text.replace(EXPRESSION, (match, expression: string | undefined) => {
    if (expression === undefined) return '${'
    const found = resolve(expression, values)
    if (found.ok && isScalar(found.value)) return String(found.value)
    problem ??= found.ok ? notText(expression, found.value) : found
    return match
  })
  return problem ?? { ok: true, value }
}

/** A key, then `.key` or `[key]` as often as needed, blanks around it ignored. */
const PATH = /^\s*[^.[\]]+(\.[^.[\]]+|\[[^.[\]]+\])*\s*$/

/** Looks up `a.b`, `a[b]` or `a.0`. */
function resolve(expression: string, values: unknown): Templated {
  if (expression.trim() === '' || !PATH.test(expression)) return malformed(expression)
  const keys = keysOf(expression)
  let value = values
  for (const key of keys) {
    const next = lookUp(value, key)
    if (next === undefined) return missing(expression.trim(), value, key)
    value = next
  }
  const [inexact] = inexactIn(value)
  return inexact ? notExact(expression.trim(), inexact) : { ok: true, value }
}

/** The keys of a dotted or bracketed path: `a.b[c]` is a, b, c. */
export function keysOf(path: string): string[] {
  return path
    .trim()
    .split(/[.[\]]+/)
    .filter((key) => key !== '')
}

/** The own member of a map or list under a key; undefined where there is none. */
export function lookUp(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  if (Array.isArray(value) && key === 'length') return undefined
  return (value as Record<string, unknown>)[key]
}

function missing(expression: string, value: unknown, key: string): TemplateFailure {
  const known = typeof value === 'object' && value !== null ? Object.keys(value) : []
  const near = nearest(key, known)
  return {
    ok: false,
    message: `could not find '${expression}' in params.yaml`,
    hint: near
      ? `did you mean '${near}'?`
      : 'add it there; or write \\${…} where the shell is to replace it',
  }
}

function notExact(expression: string, inexact: Inexact): TemplateFailure {
  const message = `'${expression}' holds the number ${inexact.source}, which cannot be kept exactly`
  return { ok: false, message, hint: INEXACT_HINT, inexact }
}

function malformed(expression: string): TemplateFailure {
  return {
    ok: false,
    message: `cannot read '\${${expression}}'`,
    hint: 'write ${key}, ${key.inner} or ${list[0]}; or \\${…} where the shell is to replace it',
  }
}

function notText(expression: string, value: unknown): TemplateFailure {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : 'a map'
  return {
    ok: false,
    message: `'${expression.trim()}' is ${kind}, which cannot stand inside a text`,
    hint: `name one of its members, or give '${expression.trim()}' a text, a number, true or false`,
  }
}

function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
