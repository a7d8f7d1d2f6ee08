// Reads the condition of a stage: a truth about params, or a fact that another stage will write.

import { normalPath } from '@weir/base'
import type { When } from './model.ts'
import {
  EXPRESSION_SOURCE,
  type Templated,
  type TemplateFailure,
  templateText,
} from './template.ts'

/** A condition (undefined means true: nothing to wait for), or why there is none. */
export type ReadWhen =
  | { readonly ok: true; readonly when: When | undefined }
  /** `came`: what is written, its expressions replaced. */
  | { readonly ok: false; readonly kind: 'malformed'; readonly came: string }
  | { readonly ok: false; readonly kind: 'template'; readonly failure: TemplateFailure }

/** Part of a condition in which an expression is one piece, whatever stands inside its braces. */
const PIECE = String.raw`${EXPRESSION_SOURCE}|\$(?!\{[^}\n]*\})`
const SIDE = `'[^']*'|"[^"]*"|(?:${PIECE}|[^$])*?`
const COMPARISON = new RegExp(String.raw`^(${SIDE})\s*(==|!=)\s*([\s\S]*)$`)
const FACT = new RegExp(`^((?:${PIECE}|[^$:])+):((?:${PIECE}|[^$:])+)$`)
const NOT = /^(not\s+|!)\s*/

/**
 * Reads a condition as it is written, and puts the values of its expressions in afterwards: what a param holds
 * is compared, and never read as part of the condition.
 * Forms: a boolean; `a == b`, `a != b`; `file.json:key.of.it`; `${param}` that is true or false; `not …` or `!…`
 * before any of them but the first.
 */
export function readWhen(source: unknown, values: unknown): ReadWhen {
  if (typeof source === 'boolean') return truth(source, String(source))
  if (typeof source !== 'string') return malformed(String(source))
  const written = source.trim()
  const came = templateText(written, values)
  if (!came.ok) return { ok: false, kind: 'template', failure: came }
  const text = came.value === written ? written : `${written} (${came.value})`
  const bare = written.replace(NOT, '')
  // Each part of a text whose expressions can be replaced is such a text too.
  const filled = (part: string): string => textOf(templateText(part, values))
  const read = comparison(bare, filled) ?? factOf(bare, filled) ?? constant(bare, filled)
  if (read === undefined || read === 'malformed') return malformed(came.value)
  const negate = NOT.test(written)
  if (typeof read === 'boolean') return truth(read !== negate, text)
  return { ok: true, when: { text, test: { kind: 'fact', ...read, negate } } }
}

type Filled = (part: string) => string

function comparison(bare: string, filled: Filled): boolean | 'malformed' | undefined {
  const [, left = '', operator, right = ''] = COMPARISON.exec(bare) ?? []
  if (operator === undefined) return undefined
  if (FACT_SIDE.test(left) || FACT_SIDE.test(right)) return 'malformed'
  const same = filled(unquoted(left)) === filled(unquoted(right))
  return same === (operator === '==')
}

function factOf(bare: string, filled: Filled): { file: string; key: string } | undefined {
  const [, file, key] = (FACT.exec(bare) ?? []).map((part) => part.trim())
  return file && key ? { file: normalPath(filled(file)), key: filled(key) } : undefined
}

function constant(bare: string, filled: Filled): boolean | undefined {
  const value = filled(bare)
  return value === 'true' || value === 'false' ? value === 'true' : undefined
}

/** Refuses `file.json:key` inside a comparison: its text would be compared instead of the value that it names. */
const FACT_SIDE = /\.json:\S/

function truth(holds: boolean, text: string): ReadWhen {
  return { ok: true, when: holds ? undefined : { text, test: { kind: 'never' } } }
}

function malformed(came: string): ReadWhen {
  return { ok: false, kind: 'malformed', came }
}

function textOf(templated: Templated<string>): string {
  if (!templated.ok) throw new Error(templated.message)
  return templated.value
}

function unquoted(text: string): string {
  return text.trim().replace(/^(['"])([\s\S]*)\1$/, '$2')
}
