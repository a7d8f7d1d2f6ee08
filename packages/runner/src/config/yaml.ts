// Reads YAML with places: every syntax error at once, and for each value where it stands.

import { type Place, placeAt, type Report } from '@weir/base'
import type { Document, Node } from 'yaml'
import { isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml'
import { checkDepth, checkNodes, type InexactNumbers } from './yaml-limits.ts'

/** How many times aliases may multiply what is written; more is taken for an alias bomb. */
const MAX_ALIASES = 100

/** A parsed file: its value, and where each part of it stands. */
export interface YamlFile {
  readonly file: string
  readonly text: string
  readonly value: unknown
  /** The place of the value at a path of keys, or of its key; the nearest parent where it is absent. */
  place(path: readonly (string | number)[], at?: 'key' | 'value'): Place
  /** The node at a path of keys as it is written there; undefined where it comes through an alias or a merge. */
  node(path: readonly (string | number)[]): Node | undefined
}

/**
 * Parses a text; undefined where it has errors, which are reported, all of them. In a params file numbers that
 * cannot be kept exactly are marked: they concern who uses them.
 */
export function parseYaml(
  file: string,
  text: string,
  report: Report,
  inexact: InexactNumbers = 'refused',
): YamlFile | undefined {
  if (!checkDepth(file, text, report)) return undefined
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: false, merge: true })
  for (const error of document.errors)
    report({
      code: 'YAML_SYNTAX',
      message: firstLine(error.message),
      place: placeAt(file, text, error.pos[0]),
      hint: 'mend the YAML at the caret; indent with spaces, quote texts that hold `: ` or start with a sign',
    })
  if (document.errors.length > 0 || !checkNodes(document, file, text, inexact, report))
    return undefined
  const value = toValue(document, file, report)
  if (value === FAILED) return undefined
  return {
    file,
    text,
    value,
    place: (path, at) => findPlace(document, file, text, path, at),
    node: (path) =>
      path.reduce((node: unknown, step) => child(node, step)[1], document.contents) as
        | Node
        | undefined,
  }
}

const FAILED = Symbol('failed')

function toValue(document: Document, file: string, report: Report): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    report({
      code: 'YAML_ALIASES',
      message: `${file} repeats itself through aliases too often: ${firstLine(String(error))}`,
      place: { file },
      hint: 'write the values out, or use fewer aliases of aliases',
    })
    return FAILED
  }
}

function findPlace(
  document: Document,
  file: string,
  text: string,
  path: readonly (string | number)[],
  at: 'key' | 'value' = 'value',
): Place {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [index, step] of path.entries()) {
    const [key, value] = child(node, step)
    if (value === undefined && key === undefined) break
    const wanted = at === 'key' && index === path.length - 1 ? key : (value ?? key)
    offset = startOf(wanted) ?? startOf(key) ?? offset
    node = value
  }
  return placeAt(file, text, offset)
}

function child(node: unknown, step: string | number): [unknown, unknown] {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isScalar(item.key) && String(item.key.value) === String(step),
    )
    return pair ? [pair.key, pair.value] : [undefined, undefined]
  }
  if (isSeq(node)) {
    const item = node.items[Number(step)]
    return isPair(item) ? [item.key, item.value] : [item, item]
  }
  return [undefined, undefined]
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message
}
