// One instance of a stage: the stage of pipeline.yaml, and the key of the item or period that it is expanded for. A stage
// that is not expanded has one instance, whose key is null; pipeline.yaml makes no other ones yet. The graph,
// the lock file, tasks, logs and scratch folders all use this one id. It has two forms: a text, for people,
// maps and the lock file; and the name of a file.
import { sha256 } from '@weir/base'

/** Names an instance. A stage's name has no `@`; a key is any text. */
export interface StageInstance {
  readonly stage: string
  readonly key: string | null
}

/** The one instance of a stage that is not expanded. */
export function soleInstance(stage: string): StageInstance {
  return { stage, key: null }
}

/** The text for people, and the key in maps and in the lock, as DVC has it: `train`, `train@2024-01-31`. */
export function instanceText({ stage, key }: StageInstance): string {
  return key === null ? stage : `${stage}${PARTS}${key}`
}

/** The instance that a text names. The first `@` ends the stage's name; others are the key's own. */
export function instanceOf(text: string): StageInstance {
  const at = text.indexOf(PARTS)
  return at < 0 ? soleInstance(text) : { stage: text.slice(0, at), key: text.slice(at + 1) }
}

/**
 * Most file systems allow 255 bytes a name; an extension and the suffix of temporary files (about 60 bytes) come on
 * top.
 */
const MOST = 160
const KEPT = 100
/** The separators between the parts and before a digest; both are escaped inside a part. */
const [PARTS, FOLD] = ['@', '~']
/** Stands for an empty part, since a file name may not be empty. */
const EMPTY = '%'

/**
 * The name of an instance in a folder, without an end: ASCII, no separator, no leading dot. Two instances have two names.
 * A long one is folded to its beginning and a digest, which cannot be read back.
 */
export function instanceFile({ stage, key }: StageInstance): string {
  const name = key === null ? encode(stage) : `${encode(stage)}${PARTS}${encode(key)}`
  return name.length <= MOST ? name : `${name.slice(0, KEPT)}${FOLD}${sha256(name).slice(0, 32)}`
}

/** The instance that a file is named by; undefined for a folded name, or one that is none. */
export function instanceOfFile(name: string): StageInstance | undefined {
  const [stage, key, more] = name.split(PARTS).map(decode)
  const id = stage === undefined ? undefined : { stage, key: key ?? null }
  return id && more === undefined && instanceFile(id) === name ? id : undefined
}

const PLAIN = /[A-Za-z0-9_.-]/
const LONE = /[\ud800-\udfff]/u

function encode(text: string): string {
  if (text === '') return EMPTY
  return Array.from(text, (char, at) =>
    PLAIN.test(char) && !(at === 0 && char === '.') ? char : escaped(char),
  ).join('')
}

/** The bytes of UTF-8, as in a URL; a lone surrogate, which has none, by its number. */
function escaped(char: string): string {
  if (LONE.test(char)) return `%u${char.charCodeAt(0).toString(16).toUpperCase()}`
  return Array.from(Buffer.from(char), hex).join('')
}

function hex(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

function decode(part: string): string | undefined {
  if (part === EMPTY) return ''
  try {
    return part
      .split(/(%u[0-9A-F]{4})/)
      .map((piece) =>
        piece.startsWith('%u')
          ? String.fromCharCode(Number.parseInt(piece.slice(2), 16))
          : decodeURIComponent(piece),
      )
      .join('')
  } catch {
    return undefined
  }
}
