// pipeline.lock: for each stage the key document of its last run and the hashes of its outputs.
// It is YAML in a fixed order, one block a stage, so that git merges it; each block is JSON, so that it reads fast.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LOCK_FILE } from '../config/model.ts'
import { isMap } from '../config/params.ts'
import { byCodeUnit } from '../config/paths.ts'
import type { KeyDocument } from '../key/document.ts'
import type { Modules } from '../key/reason.ts'
import type { Problem } from '../problem.ts'
import { type Digest, isDigest } from '../store/digest.ts'
import type { Stored } from '../store/objects.ts'
import { writeState, writeWhole } from '../store/write.ts'

/** One empty file for each stage whose entry is not in force. */
const MARKS = '.weir/running'
const SCHEMA = 'weir/lock/1'
const HEAD = `# What was run, with hashes. Written by weir; commit it, never edit it.\nschema: ${SCHEMA}\nstages:\n`

/** An output as it was when its stage ended. */
export type RecordedOut =
  | (Stored & { readonly size: number; readonly nfiles?: number })
  | { readonly kind: 'reference'; readonly sha256: Digest }

/** What is recorded of a stage's last run: given this document, these were the outputs. */
export interface LockEntry {
  readonly key: Digest
  readonly document: KeyDocument
  readonly modules?: Modules
  readonly outs: Readonly<Record<string, RecordedOut>>
}

/** The lock of a project, in memory and on disk. */
export interface LockFile {
  /** The entry of a stage; undefined also while the stage runs, and after a run that was killed in it. */
  get(stage: string): LockEntry | undefined
  /** Takes an entry out of force, before its stage starts: by a mark beside the lock, which costs no room. */
  suspend(stage: string): void
  /** Puts it back into force, its outputs being back in place. */
  resume(stage: string): void
  /** Sets an entry, in force; on disk when it returns. */
  set(stage: string, entry: LockEntry): void
  names(): string[]
}

export type LockOutcome =
  | { readonly ok: true; readonly lock: LockFile }
  | { readonly ok: false; readonly problem: Problem }

/** Opens the lock of a project; an absent file is an empty one. */
export function openLock(root: string): LockOutcome {
  const text = readText(join(root, LOCK_FILE))
  const entries = text === undefined ? new Map<string, LockEntry>() : parse(text)
  if (!(entries instanceof Map)) return { ok: false, problem: entries }
  return { ok: true, lock: lockOf(join(root, LOCK_FILE), join(root, MARKS), entries) }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function lockOf(path: string, marks: string, entries: Map<string, LockEntry>): LockFile {
  // Made at the first change: a run that has nothing to do writes nothing.
  let blocks: Map<string, string> | undefined
  const blocksNow = (): Map<string, string> =>
    (blocks ??= new Map([...entries].map(([name, entry]) => [name, block(name, entry)])))
  const suspended = new Set(list(marks))
  const resume = (stage: string): void => {
    rmSync(join(marks, stage), { recursive: true, force: true })
    suspended.delete(stage)
  }
  return {
    get: (stage) => (suspended.has(stage) ? undefined : entries.get(stage)),
    names: () => [...entries.keys()].filter((name) => !suspended.has(name)),
    suspend(stage) {
      writeState(join(marks, stage), '')
      suspended.add(stage)
    },
    resume,
    set(stage, entry) {
      const next = new Map(blocksNow()).set(stage, block(stage, entry))
      const names = [...next.keys()].sort(byCodeUnit)
      writeWhole(path, HEAD + names.map((name) => next.get(name)).join(''))
      // Only what is on disk is remembered: a full disk must not part the two.
      blocks = next
      entries.set(stage, entry)
      resume(stage)
    },
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** One stage's block: a key of YAML and a flow map that is JSON, indented below it. */
function block(name: string, entry: LockEntry): string {
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

function parse(written: string): Map<string, LockEntry> | Problem {
  // Git may have given it Windows' line ends; JSON has no raw carriage return of its own.
  const text = written.replaceAll('\r\n', '\n')
  const schema = /^schema: *(\S+)/m.exec(text)?.[1]
  if (schema !== SCHEMA) return wrongSchema(schema, text)
  const entries = new Map<string, LockEntry>()
  let read = text.slice(0, text.indexOf('stages:\n') + 'stages:\n'.length).length
  for (const match of text.matchAll(BLOCK)) {
    const entry = parseBlock(match[2] ?? '')
    if (match.index !== read || !entry) break
    entries.set(JSON.parse(match[1] ?? '""') as string, entry)
    read = match.index + match[0].length
  }
  return text.slice(read).trim() === '' ? entries : damaged(text, read)
}

function parseBlock(json: string): LockEntry | undefined {
  try {
    const entry = JSON.parse(json) as unknown
    return isEntry(entry) ? entry : undefined
  } catch {
    return undefined
  }
}

/** True for an entry that everyone can work with, whoever wrote it. */
function isEntry(value: unknown): value is LockEntry {
  if (!isMap(value) || !isMap(value.document) || !isMap(value.outs)) return false
  const { command, params, env, deps, outs } = value.document
  const parts = [
    command,
    params,
    env,
    deps,
    ...(value.modules === undefined ? [] : [value.modules]),
  ]
  const digests = [value.key, ...Object.values(value.outs).map((out) => isMap(out) && out.sha256)]
  return parts.every(isMap) && Array.isArray(outs) && digests.every(isDigest)
}

function wrongSchema(schema: string | undefined, text: string): Problem {
  const version = Number(/^weir\/lock\/(\d+)$/.exec(schema ?? '')?.[1])
  if (version > 1)
    return {
      code: 'LOCK_FUTURE',
      message: `${LOCK_FILE} has the schema ${schema}; this version of weir reads ${SCHEMA}`,
      place: {
        file: LOCK_FILE,
        line: 1 + text.slice(0, text.indexOf('schema:')).split('\n').length - 1,
        col: 1,
      },
      hint: 'install the newer weir that wrote it, or take the lock file back to an earlier commit',
    }
  return damaged(text, 0)
}

function damaged(text: string, offset: number): Problem {
  const line = text.slice(0, offset).split('\n').length
  const conflict = text.split('\n').findIndex((row) => /^(<{7}|={7}|>{7})/.test(row))
  return {
    code: 'LOCK_DAMAGED',
    message:
      conflict < 0 ? `${LOCK_FILE} is not what weir wrote` : `${LOCK_FILE} holds a git conflict`,
    place: { file: LOCK_FILE, line: conflict < 0 ? line : conflict + 1, col: 1 },
    hint:
      conflict < 0
        ? `take it back from git (git checkout ${LOCK_FILE}), or delete it: what ran is in the run cache and is restored`
        : 'keep either side of each block, whole; a rerun puts right what is stale',
  }
}
