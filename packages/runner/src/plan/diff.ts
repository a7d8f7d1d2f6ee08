// Explains why a stage's key changed: the difference of two key documents, as reasons.
import { canonicalJson } from '@weir/base'
import { isReference } from '../config/model.ts'
import { isMap } from '../config/params.ts'
import type { KeyDocument } from '../store/key-document.ts'
import type { Change, Modules, Reason } from '../store/reason.ts'

/** A document, and the hashes of the modules that are in its code. */
interface Keyed {
  readonly document: KeyDocument
  readonly modules?: Modules
}

/** What two documents differ in, as reasons; empty where they have the same key. */
export function diffDocuments(old: Keyed, now: Keyed): Reason[] {
  return [
    ...diffSchema(old.document.schema, now.document.schema),
    ...diffCommand(old, now),
    ...diffParams(old.document.params, now.document.params),
    ...pairs(old.document.env, now.document.env).map(
      ([name, was, is]): Reason => ({ kind: 'env', name, change: changeOf(was, is) }),
    ),
    ...diffDeps(old.document.deps, now.document.deps),
    ...diffOuts(old.document.outs, now.document.outs),
    ...diffPorts(old.document, now.document),
  ]
}

function diffDeps(old: KeyDocument['deps'], now: KeyDocument['deps']): Reason[] {
  const reasons = pairs(old, now).map(([path, was, is]) => ({ path, change: changeOf(was, is) }))
  const renamed: [string, string][] = []
  const told = new Set<string>()
  for (const { path, change } of reasons) {
    if (change !== 'removed') continue
    const successor = reasons.find((other) => succeeds(other, path) && !told.has(other.path))
    if (!successor) continue
    renamed.push([path, successor.path])
    told.add(path).add(successor.path)
  }
  return [
    ...renamed.map(([was, is]): Reason => ({ kind: 'reference', old: was, new: is })),
    ...reasons
      .filter(({ path }) => !told.has(path))
      .map((one): Reason => ({ kind: 'dep', ...one })),
  ]
}

/** True for the same reference with other options, as a changed param in a `${}` gives. */
function succeeds({ path, change }: { path: string; change: Change }, old: string): boolean {
  return change === 'added' && isReference(old) && path.split('?')[0] === old.split('?')[0]
}

/** The reason where another version of weir made the key: its keys differ, also for an unchanged project. */
function diffSchema(old: string, now: string): Reason[] {
  return old === now ? [] : [{ kind: 'key_schema', old, new: now }]
}

function diffCommand(old: Keyed, now: Keyed): Reason[] {
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
      ([name, a, b]): Reason => ({ kind: 'package', name, ...versions(a, b) }),
    ),
    ...(was.run.esbuild === is.run.esbuild
      ? []
      : [{ kind: 'esbuild', old: was.run.esbuild, new: is.run.esbuild } as const]),
  ]
}

/** Two states of a package as versions; with the integrity where only that differs. */
function versions(old: string | undefined, now: string | undefined): Sides<string> {
  const [a, b] = [old?.split(' ')[0], now?.split(' ')[0]]
  return a === b || old?.startsWith('door') ? sides(old, now) : sides(a, b)
}

/** The packed code changed though no module's part did: their order, or what esbuild puts around them. */
function unnamedCode(): Reason {
  return { kind: 'code', module: 'the packed code', change: 'changed' }
}

function commandText(command: KeyDocument['command']): string {
  return 'cmd' in command ? command.cmd.join('; ') : 'a TypeScript cell'
}

function diffParams(old: KeyDocument['params'], now: KeyDocument['params']): Reason[] {
  return pairs(old, now).flatMap(([file, was, is]) => {
    const changes = diffMaps(was ?? {}, is ?? {})
    // A declared params file without values differs from one that is not declared.
    const all = changes.length > 0 ? changes : [{ key: '(all)', ...sides(was, is) }]
    return all.map((change): Reason => ({ kind: 'param', file, ...change }))
  })
}

interface MapChange extends Sides<unknown> {
  readonly key: string
}

/** A value before and now; a member is left out where there is none. */
interface Sides<T> {
  readonly old?: T
  readonly new?: T
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

/** Ports that now lead to another of the same paths. Paths that were added or removed are reported on their own. */
function diffPorts(old: KeyDocument, now: KeyDocument): Reason[] {
  const [before, after] = [declaredPaths(old), declaredPaths(now)]
  const isTold = (was: string | undefined, is: string | undefined): boolean =>
    (was !== undefined && before.has(was) && !after.has(was)) ||
    (is !== undefined && after.has(is) && !before.has(is))
  return (['inputs', 'outputs'] as const).flatMap((list) =>
    pairs(old.ports?.[list] ?? {}, now.ports?.[list] ?? {})
      .filter(([, was, is]) => !isTold(was, is))
      .map(
        ([name, was, is]): Reason => ({ kind: 'port', name: `${list}.${name}`, ...sides(was, is) }),
      ),
  )
}

function declaredPaths({ deps, outs }: KeyDocument): Set<string> {
  return new Set([...Object.keys(deps), ...outs])
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

function sides<T>(old: T | undefined, now: T | undefined): Sides<T> {
  return { ...(old !== undefined && { old }), ...(now !== undefined && { new: now }) }
}

function changeOf(old: unknown, now: unknown): Change {
  return old === undefined ? 'added' : now === undefined ? 'removed' : 'changed'
}
