// Remembers that a run had nothing to do, with the stamps of all that this depends on.
import { createRequire } from 'node:module'
import { type Digest, projectPath, sha256 } from '@weir/base'
import { ownBoot } from '@weir/base/process'
import { instanceOf } from '../config/instance.ts'
import { LOCK_FILE } from '../config/layout.ts'
import { isReference, type Stage } from '../config/model.ts'
import { referenceText } from '../plan/contents.ts'
import { lookAhead, type StageState } from '../plan/look-ahead.ts'
import { configFiles } from '../plan/project.ts'
import type { Selection } from '../plan/select.ts'
import { openWorkspace, type Workspace } from '../plan/workspace.ts'
import { readNames } from '../store/byte-path.ts'
import { envDigest } from '../store/key-document.ts'
import { statsOf } from '../store/list-tree.ts'
import { objectPath } from '../store/object-file.ts'
import { type Stamp, settlesAt, stampOf } from '../store/stamp.ts'
import type { StageResult } from './events.ts'
import { absolute, type IdleRecord, idleName } from './idle.ts'
import { notebookPlace } from './notebook-place.ts'

/**
 * Remembers that a run of a selection had nothing to do, if all its stages are fresh or skipped. Call while holding the project's mutex.
 *
 * The stamps are taken first, and then every stage is decided again. So a change before the stamps is found by that
 * decision, and a later change has another stamp. A stamp so fresh that a later change could repeat it is not used.
 */
export async function rememberIdle(
  workspace: Workspace,
  selection: Selection,
  results: readonly StageResult[],
): Promise<void> {
  const { root, surroundings, memo } = workspace
  const boot = ownBoot()
  const config = configFiles(memo, surroundings.build)
  if (boot === null || !config || !results.every(isIdle)) return
  const stages = results.flatMap(({ name }) => workspace.graph.stages.get(name) ?? [])
  const stamps = stampAll(root, [...config, LOCK_FILE, ...pathsOf(workspace, stages)])
  const record: IdleRecord = {
    build: surroundings.build,
    boot,
    env: envOf(stages, surroundings.env),
    stamps,
    there: await thereOf(workspace, stages),
    references: await referencesOf(workspace, stages),
    results: results.map(({ name, outcome, reasons }) => ({ name, outcome, reasons })),
  }
  if (areSettled(stamps) && (await isStillIdle(workspace, results)))
    memo.write(idleName(selection), record)
}

function isIdle({ outcome }: StageResult): boolean {
  return outcome === 'cached' || outcome === 'skipped'
}

/** The files and folders that decisions on stages look at. */
function pathsOf({ code }: Workspace, stages: readonly Stage[]): string[] {
  // The keys of a cell hold esbuild's version.
  const esbuild = createRequire(import.meta.url).resolve('esbuild/package.json')
  const own = stages.flatMap(({ deps, outs, when, command }) => [
    ...deps,
    ...outs.map((out) => out.path),
    ...(when?.test.kind === 'fact' ? [when.test.file] : []),
    ...(command.kind === 'run' ? [command.file, ...code.sources(command.file)] : []),
  ])
  return [esbuild, ...own.filter((path) => !isReference(path))]
}

/** The stamps at paths, and of all below those that are folders. */
function stampAll(root: string, paths: readonly string[]): Record<string, Stamp | null> {
  const stamps = new Map<string, Stamp | null>()
  const note = (path: string, above: readonly string[]): void => {
    const stats = statsOf(absolute(root, path))
    stamps.set(path, stats ? stampOf(stats) : null)
    if (!stats?.isDirectory()) return
    const self = `${stats.dev}:${stats.ino}`
    // A link to a folder that contains it would never end. Only a skipped stage can have one, and its files are not read.
    if (above.includes(self)) return
    for (const name of readNames(absolute(root, path))) note(`${path}/${name}`, [...above, self])
  }
  for (const path of paths) if (!stamps.has(path)) note(path, [])
  return Object.fromEntries(stamps)
}

/** True if a change from now on gives each of them another stamp. */
function areSettled(stamps: IdleRecord['stamps']): boolean {
  const now = Date.now()
  return Object.values(stamps).every((stamp) => stamp === null || settlesAt(stamp) < now)
}

function envOf(stages: readonly Stage[], env: Workspace['surroundings']['env']): IdleRecord['env'] {
  const inherited = stages.flatMap(({ env: declared, secrets }) =>
    Object.keys(declared).filter((name) => declared[name] === null && !secrets.includes(name)),
  )
  return Object.fromEntries(inherited.map((name) => [name, envDigest(name, env[name] ?? null)]))
}

/** The notebook, and those objects of the outputs that the cache has. */
async function thereOf(workspace: Workspace, stages: readonly Stage[]): Promise<string[]> {
  const { lock, objects, layout } = workspace
  const cache = projectPath(layout.root, layout.cache)
  const digests = stages.flatMap(({ name }) =>
    Object.values(lock.get(instanceOf(name))?.outs ?? {}).map(({ sha256: digest }) => digest),
  )
  const missing = new Set(await objects.missing(digests))
  const kept = [...new Set(digests)].filter((digest) => !missing.has(digest))
  return [notebookPlace(workspace).path, ...kept.map((digest) => objectPath(cache, digest))]
}

async function referencesOf(
  workspace: Workspace,
  stages: readonly Stage[],
): Promise<IdleRecord['references']> {
  const references: Record<string, Digest> = {}
  for (const { deps, outs } of stages)
    for (const path of [...deps, ...outs.map((out) => out.path)].filter(isReference))
      references[path] ??= sha256((await referenceText(workspace, path)) ?? 'null')
  return references
}

/** Decides everything once more, as a process that begins now would. */
async function isStillIdle(
  { layout, surroundings }: Workspace,
  results: readonly StageResult[],
): Promise<boolean> {
  const opened = await openWorkspace(layout, surroundings)
  if (!opened.ok) return false
  const names = results.map(({ name }) => name)
  if (names.some((name) => !opened.workspace.graph.stages.has(name))) return false
  const seen = await lookAhead(opened.workspace, names, false)
  return seen.every(({ state }, index) => state === IDLE_STATE[results[index]?.outcome ?? 'failed'])
}

const IDLE_STATE: Readonly<Partial<Record<StageResult['outcome'], StageState>>> = {
  cached: 'fresh',
  skipped: 'skipped',
}
