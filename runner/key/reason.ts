// Why a stage is not fresh: recorded where it is decided, printed by every command that tells of it.

import type { Digest } from '../../base/digest.ts'
import { canonicalJson } from '../../base/digest.ts'
import { isReference } from '../config/model.ts'
import { isMap } from '../config/params.ts'
import type { KeyDocument } from './document.ts'

/** One reason; the union is closed, and reasonText says each for people. */
export type Reason =
  | { readonly kind: 'never_run' }
  | { readonly kind: 'forced' }
  | { readonly kind: 'always_changed' }
  | { readonly kind: 'frozen' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'when'; readonly text: string }
  | { readonly kind: 'upstream_skipped'; readonly stage: string }
  | { readonly kind: 'upstream_failed'; readonly stage: string }
  | { readonly kind: 'upstream_stale'; readonly stage: string }
  | { readonly kind: 'upstream_broken'; readonly stage: string }
  | { readonly kind: 'not_started' }
  | { readonly kind: 'command'; readonly old: string; readonly new: string }
  | { readonly kind: 'code'; readonly module: string; readonly change: Change }
  | {
      readonly kind: 'package'
      readonly name: string
      readonly old?: string
      readonly new?: string
    }
  | { readonly kind: 'key_schema'; readonly old: string; readonly new: string }
  | { readonly kind: 'esbuild'; readonly old: string; readonly new: string }
  | {
      readonly kind: 'param'
      readonly file: string
      readonly key: string
      readonly old?: unknown
      readonly new?: unknown
    }
  | { readonly kind: 'env'; readonly name: string; readonly change: Change }
  | { readonly kind: 'dep'; readonly path: string; readonly change: Change }
  | { readonly kind: 'reference'; readonly old: string; readonly new: string }
  | {
      readonly kind: 'outs'
      readonly added: readonly string[]
      readonly removed: readonly string[]
    }
  | { readonly kind: 'out'; readonly path: string; readonly change: 'missing' | 'modified' }
  | { readonly kind: 'cache_corrupt'; readonly digest: Digest }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string }

export type Change = 'changed' | 'added' | 'removed'

/** Hash of each module's part of the bundle, kept beside a key only to say which module changed. */
export type Modules = Readonly<Record<string, string>>

/** What two documents differ in, as reasons; empty where they have the same key. */
export function diffDocuments(
  old: { document: KeyDocument; modules?: Modules },
  now: { document: KeyDocument; modules?: Modules },
): Reason[] {
  return [
    ...diffSchema(old.document.schema, now.document.schema),
    ...diffCommand(old, now),
    ...diffParams(old.document.params, now.document.params),
    ...pairs(old.document.env, now.document.env).map(
      ([name, was, is]): Reason => ({ kind: 'env', name, change: changeOf(was, is) }),
    ),
    ...diffDeps(old.document.deps, now.document.deps),
    ...diffOuts(old.document.outs, now.document.outs),
  ]
}

function diffDeps(old: KeyDocument['deps'], now: KeyDocument['deps']): Reason[] {
  const reasons = pairs(old, now).map(([path, was, is]) => ({ path, change: changeOf(was, is) }))
  const renamed = reasons.flatMap(({ path, change }): [string, string][] => {
    const successor = change === 'removed' && reasons.find((other) => succeeds(other, path))
    return successor ? [[path, successor.path]] : []
  })
  const told = new Set(renamed.flat())
  return [
    ...renamed.map(([was, is]): Reason => ({ kind: 'reference', old: was, new: is })),
    ...reasons
      .filter(({ path }) => !told.has(path))
      .map((one): Reason => ({ kind: 'dep', ...one })),
  ]
}

/** True for the same reference with other options: what a changed param in a `${}` makes of one. */
function succeeds({ path, change }: { path: string; change: Change }, old: string): boolean {
  return change === 'added' && isReference(old) && path.split('?')[0] === old.split('?')[0]
}

/** Keys of another version of weir mean something else, though nothing of the project may have changed. */
function diffSchema(old: string, now: string): Reason[] {
  return old === now ? [] : [{ kind: 'key_schema', old, new: now }]
}

function diffCommand(
  old: { document: KeyDocument; modules?: Modules },
  now: { document: KeyDocument; modules?: Modules },
): Reason[] {
  const [was, is] = [old.document.command, now.document.command]
  if (!('run' in was) || !('run' in is)) {
    if (canonicalJson(was) === canonicalJson(is)) return []
    return [{ kind: 'command', old: commandText(was), new: commandText(is) }]
  }
  const modules = pairs(old.modules ?? {}, now.modules ?? {}).map(
    ([module, a, b]): Reason => ({ kind: 'code', module, change: changeOf(a, b) }),
  )
  const code = was.run.code === is.run.code ? [] : modules
  return [
    ...(code.length === 0 && was.run.code !== is.run.code ? [unnamedCode()] : code),
    ...pairs(was.run.packages, is.run.packages).map(
      ([name, a, b]): Reason => ({ kind: 'package', name, ...sides(a, b) }),
    ),
    ...(was.run.esbuild === is.run.esbuild
      ? []
      : [{ kind: 'esbuild', old: was.run.esbuild, new: is.run.esbuild } as const]),
  ]
}

/** The bundle changed though no module's part did: their order, or what esbuild puts around them. */
function unnamedCode(): Reason {
  return { kind: 'code', module: 'the bundle', change: 'changed' }
}

function commandText(command: KeyDocument['command']): string {
  return 'cmd' in command ? command.cmd.join('; ') : 'a TypeScript cell'
}

function diffParams(old: KeyDocument['params'], now: KeyDocument['params']): Reason[] {
  return pairs(old, now).flatMap(([file, was, is]) => {
    const changes = diffMaps(was ?? {}, is ?? {})
    // A file that is declared and gives nothing differs from one that is not declared.
    const all = changes.length > 0 ? changes : [{ key: '(all)', ...sides(was, is) }]
    return all.map((change): Reason => ({ kind: 'param', file, ...change }))
  })
}

interface MapChange {
  readonly key: string
  readonly old?: never
  readonly new?: never
}

/** What two maps differ in, named to the leaf by a dotted key. */
function diffMaps(
  old: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
  prefix = '',
): MapChange[] {
  return pairs(old, now).flatMap(([key, was, is]) =>
    isMap(was) && isMap(is)
      ? diffMaps(was, is, `${prefix}${key}.`)
      : [{ key: `${prefix}${key}`, ...sides(was, is) }],
  )
}

function diffOuts(old: readonly string[], now: readonly string[]): Reason[] {
  const added = now.filter((path) => !old.includes(path))
  const removed = old.filter((path) => !now.includes(path))
  return added.length + removed.length > 0 ? [{ kind: 'outs', added, removed }] : []
}

/** The keys of two maps whose values differ, with both values. */
function pairs<T>(
  old: Readonly<Record<string, T>>,
  now: Readonly<Record<string, T>>,
): [string, T | undefined, T | undefined][] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()
  return keys
    .map((key): [string, T | undefined, T | undefined] => [key, own(old, key), own(now, key)])
    .filter(([, was, is]) => json(was) !== json(is))
}

function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

function json(value: unknown): string | undefined {
  return value === undefined ? undefined : canonicalJson(value)
}

function sides(old: unknown, now: unknown): { old?: never; new?: never } {
  return { ...(old !== undefined && { old }), ...(now !== undefined && { new: now }) } as {
    old?: never
    new?: never
  }
}

function changeOf(old: unknown, now: unknown): Change {
  return old === undefined ? 'added' : now === undefined ? 'removed' : 'changed'
}

/** The reason for people, without a full stop. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'never_run':
      return 'no run of it is recorded'
    case 'forced':
      return 'forced'
    case 'always_changed':
      return 'always_changed: it runs every time'
    case 'frozen':
      return 'frozen: its inputs are not looked at'
    case 'unchanged':
      return 'nothing changed'
    case 'when':
      return `when ${reason.text} is not true`
    case 'upstream_skipped':
      return `${reason.stage} was skipped`
    case 'upstream_failed':
      return `${reason.stage} failed`
    case 'upstream_stale':
      return `${reason.stage} is not fresh`
    case 'upstream_broken':
      return `${reason.stage} cannot run`
    case 'not_started':
      return 'the run ended before its turn'
    default:
      return changeText(reason)
  }
}

type ChangeReason = Exclude<
  Reason,
  {
    kind:
      | 'never_run'
      | 'forced'
      | 'always_changed'
      | 'frozen'
      | 'unchanged'
      | 'when'
      | 'not_started'
      | `upstream_${string}`
  }
>

function changeText(reason: ChangeReason): string {
  switch (reason.kind) {
    case 'command':
      return `command changed: ${reason.old} -> ${reason.new}`
    case 'code':
      return `code ${reason.change}: ${reason.module}`
    case 'package':
      return `package ${reason.name}: ${reason.old ?? 'not imported'} -> ${reason.new ?? 'not imported'}`
    case 'key_schema':
      return `the form of keys: ${reason.old} -> ${reason.new}`
    case 'esbuild':
      return `esbuild: ${reason.old} -> ${reason.new}`
    case 'param':
      return `param ${reason.key}${reason.file === 'params.yaml' ? '' : ` in ${reason.file}`}: ${valueText(reason.old)} -> ${valueText(reason.new)}`
    case 'env':
      return `env ${reason.name} ${reason.change}`
    case 'reference':
      return referenceText(reason.old, reason.new)
    case 'dep':
      return `dependency ${reason.change}: ${reason.path}`
    case 'outs':
      return `outputs declared: ${[...reason.added.map((path) => `+${path}`), ...reason.removed.map((path) => `-${path}`)].join(' ')}`
    case 'out':
      return `output ${reason.change}: ${reason.path}`
    case 'cache_corrupt':
      return `the cache's object ${reason.digest.slice(0, 12)} was corrupt and is discarded`
    case 'problem':
      return `${reason.code}: ${reason.message}`
  }
}

function valueText(value: unknown): string {
  return value === undefined ? '(none)' : JSON.stringify(value)
}

/** Just the options that differ: `registry://m/incumbent: before=2024-01-31 -> before=2024-02-29`. */
function referenceText(old: string, now: string): string {
  const [name, was = ''] = old.split('?')
  const [, is = ''] = now.split('?')
  const without = (options: string, others: string): string =>
    options
      .split('&')
      .filter((option) => !others.split('&').includes(option))
      .join('&')
  return `dependency changed: ${name}: ${without(was, is)} -> ${without(is, was)}`
}
