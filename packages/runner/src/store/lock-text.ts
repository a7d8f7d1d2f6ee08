// The text of pipeline.lock: YAML in a fixed order, one block a stage, so that git merges it; each block is JSON, so
// that it reads fast.

import { byCodeUnit, isDigest, isRecord } from '@weir/base'
import type { LockEntry } from './lock-entry.ts'

export const LOCK_SCHEMA = 'weir/lock/2'
const HEAD = `# What was run, with hashes. Written by weir; commit it, never edit it.\nschema: ${LOCK_SCHEMA}\nstages:\n`

/** The whole file, of the block of each stage. */
export function lockText(blocks: ReadonlyMap<string, string>): string {
  const names = [...blocks.keys()].sort(byCodeUnit)
  return HEAD + names.map((name) => blocks.get(name)).join('')
}

/** One stage's block: a key of YAML and a flow map that is JSON, indented below it. */
export function blockText(name: string, entry: LockEntry): string {
  const { key, document, modules, outs } = entry
  const ordered = {
    key,
    document: sorted(document),
    ...(modules && { modules: sorted(modules) }),
    outs: sorted(outs),
  }
  const json = JSON.stringify(ordered, null, 2).replaceAll('\n', '\n    ')
  return `  ${JSON.stringify(name)}:\n    ${json}\n`
}

/** The same value with all keys in order of code unit. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => byCodeUnit(a, b))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}

/** Lines end with \n alone: JSON leaves U+2028 as it is, which `.` takes for the end of one. */
const BLOCK = /^ {2}("(?:[^"\\\n]|\\.)*"):\n((?: {4}[^\n]*\n)+)/gm
const BLOCK_START = '\n  "'

/** Reads every entry; where a block is not what weir wrote, gives the offset at which it begins instead. */
export function checkedEntries(text: string): Map<string, LockEntry> | number {
  const entries = new Map<string, LockEntry>()
  let at = text.indexOf('stages:\n') + 'stages:\n'.length
  for (const match of text.matchAll(BLOCK)) {
    const [whole, name = '', json = ''] = match
    const entry = match.index === at ? parsed(json) : undefined
    if (!entry) break
    entries.set(JSON.parse(name) as string, entry)
    at += whole.length
  }
  return text.slice(at).trim() === '' ? entries : at
}

function parsed(json: string): LockEntry | undefined {
  try {
    const value = JSON.parse(json) as unknown
    return isEntry(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * The blocks of a text that is known to be ours, byte for byte. JSON has no raw line ends, so no block can hold the
 * start of another.
 */
export function knownBlocks(text: string): Map<string, string> {
  const [, ...pieces] = text.split(BLOCK_START)
  return new Map(
    pieces.map((piece) => {
      const name = JSON.parse(`"${piece.slice(0, piece.indexOf('":\n'))}"`) as string
      return [name, `  "${piece.trimEnd()}\n`]
    }),
  )
}

/** True for an entry that everyone can work with, whoever wrote it. */
export function isEntry(value: unknown): value is LockEntry {
  if (!isRecord(value) || !isRecord(value.document) || !isRecord(value.outs)) return false
  const { command, params, env, deps, outs } = value.document
  const modules = value.modules === undefined ? {} : value.modules
  const digests = [
    value.key,
    ...Object.values(value.outs).map((out) => isRecord(out) && out.sha256),
  ]
  return (
    [command, params, env, deps, modules].every(isRecord) &&
    Array.isArray(outs) &&
    digests.every(isDigest)
  )
}

/** The entry of a block of ours. What most runs compare is read at once, the document when it is asked for. */
export function entryOf(block: string): LockEntry {
  const json = block.slice(block.indexOf('\n'))
  let whole: LockEntry | undefined
  let outs: LockEntry['outs'] | undefined
  const all = (): LockEntry => {
    whole ??= JSON.parse(json) as LockEntry
    return whole
  }
  const entry = {
    key: keyIn(json),
    get document() {
      return all().document
    },
    get outs() {
      outs ??= JSON.parse(outsIn(json)) as LockEntry['outs']
      return outs
    },
  }
  if (!json.includes('\n      "modules": ')) return entry
  return Object.defineProperty(entry, 'modules', { enumerable: true, get: () => all().modules })
}

function keyIn(json: string): LockEntry['key'] {
  const at = json.indexOf('"key": "') + '"key": "'.length
  return json.slice(at, at + 64) as LockEntry['key']
}

/** The outputs stand last, and nothing else at their depth has that name. */
function outsIn(json: string): string {
  const start = '\n      "outs": '
  return json.slice(json.lastIndexOf(start) + start.length, json.lastIndexOf('}'))
}
