// A run that had nothing to do records the stamps of all files that it looked at. While these are unchanged, the next run
// has nothing to do either: it only calls stat on each file, takes no mutex, and reads and writes no project file.
import { readdirSync, type Stats } from 'node:fs'
import { canonicalJson, type Digest, sha256 } from '@weir/base'
import { ownBoot } from '@weir/base/process'
import type { Layout } from '../config/layout.ts'
import { findLayout } from '../config/root.ts'
import type { Selection } from '../plan/select.ts'
import type { Surroundings } from '../plan/workspace.ts'
import { envDigest } from '../store/key-document.ts'
import { statsOf } from '../store/list-tree.ts'
import { openMemo } from '../store/memo.ts'
import { type Stamp, sameStamp, stampOf } from '../store/stamp.ts'
import type { Listener, StageResult } from './events.ts'
import type { RunRequest } from './run-request.ts'

/** All that a run's finding, that there is nothing to do, depends on; and the finding. */
export interface IdleRecord {
  readonly build: string
  /** The start of the machine: after a power cut a file may have its stamp and not its content. */
  readonly boot: string
  /** By declared variable of the environment. */
  readonly env: Readonly<Record<string, Digest>>
  /** By file or folder, relative to the project or absolute; null: absent. */
  readonly stamps: Readonly<Record<string, Stamp | null>>
  /** Files that are to be there, whatever they hold: objects of the cache, the notebook. */
  readonly there: readonly string[]
  /** By reference, the digest of what it resolves to. */
  readonly references: Readonly<Record<string, Digest>>
  readonly results: readonly Omit<StageResult, 'seconds'>[]
}

/** The name of the memo for a selection. */
export function idleName(selection: Selection): string {
  return `idle-${sha256(canonicalJson(selection)).slice(0, 16)}`
}

/** A run that had nothing to do. */
export interface IdleRun {
  readonly kind: 'idle'
  readonly ok: true
  readonly results: readonly StageResult[]
  readonly seconds: number
  readonly problems: readonly []
  readonly interrupted: false
}

/** The result of a run that certainly has nothing to do; undefined where a full run must find out. */
export async function repeatIdleRun(
  {
    selection,
    settings,
    force,
    inspect,
    jobs,
  }: Pick<RunRequest, 'selection' | 'settings' | 'force' | 'inspect' | 'jobs'>,
  surroundings: Surroundings,
  listen: Listener,
): Promise<IdleRun | undefined> {
  const layout = findLayout(surroundings.cwd, surroundings.layout)
  if (layout === undefined || settings.length > 0 || force || inspect) return undefined
  const started = performance.now()
  const results = await recall(layout, selection, surroundings)
  if (!results) return undefined
  listen({ kind: 'run_started', stages: results.map(({ name }) => name), jobs })
  for (const result of results) listen({ kind: 'stage_ended', result })
  const seconds = (performance.now() - started) / 1000
  listen({ kind: 'run_ended', results, ok: true, seconds, problems: [] })
  return { kind: 'idle', ok: true, results, seconds, problems: [], interrupted: false }
}

async function recall(
  layout: Layout,
  selection: Selection,
  surroundings: Surroundings,
): Promise<readonly StageResult[] | undefined> {
  const { root } = layout
  const record = openMemo(layout.memo).read<IdleRecord>(idleName(selection))
  if (record?.build !== surroundings.build || record.boot !== ownBoot() || isBusy(layout))
    return undefined
  const same =
    sameEnv(record, surroundings.env) &&
    record.there.every((path) => statOf(root, path)?.isFile()) &&
    Object.entries(record.stamps).every(([path, stamp]) => isStamped(root, path, stamp)) &&
    (await sameReferences(record, root, surroundings))
  return same ? record.results.map((result) => ({ ...result, seconds: 0 })) : undefined
}

/** True if a run is at work or was killed: its mutex, scratch folder or journal is there. */
function isBusy({ mutex, lockJournal, oldMarks, scratch }: Layout): boolean {
  return [mutex, lockJournal, oldMarks, scratch].some((path) => !isVacant(path))
}

/** True where nothing is, or an empty folder. */
function isVacant(path: string): boolean {
  try {
    return readdirSync(path).length === 0
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

function sameEnv(record: IdleRecord, env: Surroundings['env']): boolean {
  return Object.entries(record.env).every(
    ([name, digest]) => digest === envDigest(name, env[name] ?? null),
  )
}

function isStamped(root: string, path: string, stamp: Stamp | null): boolean {
  const stats = statOf(root, path)
  return stats && stamp ? sameStamp(stampOf(stats), stamp) : !stats && !stamp
}

/** A path of the project, or an absolute one. A join would change names that are not UTF-8. */
export function absolute(root: string, path: string): string {
  return path.startsWith('/') ? path : `${root}/${path}`
}

/** The stats of what is at a path; undefined where nothing can be had. */
function statOf(root: string, path: string): Stats | undefined {
  try {
    return statsOf(absolute(root, path))
  } catch {
    return undefined
  }
}

async function sameReferences(
  record: IdleRecord,
  root: string,
  { schemes }: Surroundings,
): Promise<boolean> {
  for (const [reference, digest] of Object.entries(record.references)) {
    const resolver = schemes[reference.slice(0, reference.indexOf(':'))]
    const text = await resolver?.(reference, root).catch(() => undefined)
    if (text === undefined || sha256(text ?? 'null') !== digest) return false
  }
  return true
}
