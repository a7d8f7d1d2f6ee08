// Refuses YAML that parses but is unsafe here: unresolved aliases, numbers that would be rounded, very deep nesting.

import { type Place, placeAt, type Report } from '@weir/base'
import type { Document, Node } from 'yaml'
import { isAlias, isNode, isPair, isScalar, Scalar, visit } from 'yaml'
import { INEXACT_HINT, Inexact } from './inexact.ts'

/** The deepest nesting allowed. Some thousands of levels more would overflow the parser's stack and end the process. */
const MAX_DEPTH = 200

/** Reports brackets or list dashes that are nested too deeply to be parsed. To be asked before parsing. */
export function checkDepth(file: string, text: string, report: Report): boolean {
  const offset = tooDeepAt(text)
  if (offset === undefined) return true
  report({
    code: 'YAML_SYNTAX',
    message: `more than ${MAX_DEPTH} brackets or dashes are nested here`,
    place: placeAt(file, text, offset),
    hint: 'no setting needs that; look for brackets that are not closed',
  })
  return false
}

function tooDeepAt(text: string): number | undefined {
  const dashes = new RegExp(`(?:- +){${MAX_DEPTH}}`).exec(text)
  if (dashes) return dashes.index
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const sign = text[index]
    if (sign === '[' || sign === '{') depth++
    else if ((sign === ']' || sign === '}') && depth > 0) depth--
    if (depth > MAX_DEPTH) return index
  }
  return undefined
}

/** What becomes of a number that cannot be kept exactly: the file is refused, or the value is an Inexact. */
export type InexactNumbers = 'refused' | 'marked'

/** Reports what a parsed document holds that has no faithful value here. True if there is nothing of it. */
export function checkNodes(
  document: Document,
  file: string,
  text: string,
  inexact: InexactNumbers,
  report: Report,
): boolean {
  let sound = true
  const anchors = new Set<string>()
  const placeOf = (node: Node): Place => placeAt(file, text, node.range?.[0] ?? 0)
  visit(document, (_, node) => {
    if (isNode(node) && 'anchor' in node && node.anchor) anchors.add(node.anchor)
    if (inexact === 'marked') markInexact(node, placeOf)
    const refusal = refusalOf(node, anchors)
    if (!refusal) return
    sound = false
    const { code, message, hint } = refusal
    report({ code, message, place: placeOf(refusal.node), hint })
  })
  return sound
}

/** Puts a mark in the place of a number; a map entry whose key is one has the mark for its value. */
function markInexact(node: unknown, placeOf: (node: Node) => Place): void {
  if (isScalar(node) && isInexact(node))
    node.value = new Inexact(String(node.source), placeOf(node))
  if (!isPair(node) || !isScalar(node.key) || !isInexact(node.key)) return
  node.value = new Scalar(new Inexact(String(node.key.source), placeOf(node.key)))
  node.key.value = node.key.source
}

interface Refusal {
  readonly node: Node
  readonly code: 'YAML_SYNTAX' | 'BAD_VALUE'
  readonly message: string
  readonly hint: string
}

function refusalOf(node: unknown, anchors: ReadonlySet<string>): Refusal | undefined {
  if (isAlias(node) && !anchors.has(node.source))
    return {
      node,
      code: 'YAML_SYNTAX',
      message: `the alias *${node.source} names nothing that comes before it`,
      hint: `put the anchor &${node.source} first, or quote a text that begins with *`,
    }
  if (isPair(node) && isScalar(node.key) && node.key.value === '__proto__')
    return {
      node: node.key,
      code: 'BAD_VALUE',
      message: 'the key `__proto__` cannot be used',
      hint: 'give it another name',
    }
  if (isScalar(node) && isInexact(node))
    return {
      node,
      code: 'BAD_VALUE',
      message: `the number ${node.source} cannot be kept exactly`,
      hint: INEXACT_HINT,
    }
  return undefined
}

/** Infinite, not a number, or a whole number that a double would round. */
function isInexact({ value, source = '' }: Scalar): boolean {
  if (typeof value !== 'number') return false
  if (!Number.isFinite(value)) return true
  const whole = !Number.isSafeInteger(value) && /^[-+]?(\d+|0o[0-7]+|0x[\da-f]+)$/i.test(source)
  return whole && String(value) !== source && BigInt(source.replace('+', '')) !== BigInt(value)
}
