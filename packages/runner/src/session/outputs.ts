// The outputs of a stage: where they are written, how they are stored, and how they are moved into place.
import { mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Problem } from '@weir/base'
import { isReference, type Out, type Stage } from '../config/model.ts'
import { recorded, recordOf, standsAs } from '../plan/contents.ts'
import type { Workspace } from '../plan/workspace.ts'
import type { Content } from '../store/content.ts'
import type { RestoreFailure } from '../store/content-store.ts'
import { copyTree } from '../store/copy-tree.ts'
import type { RecordedOut } from '../store/lock-file.ts'
import { forgetPersisted, notePersisted, oldPlace, replaceBy, stands } from './persisted.ts'

/** The outputs of a stage that are files or folders. */
export function fileOuts(stage: Stage): Out[] {
  return stage.outs.filter((out) => !isReference(out.path))
}

/** Where the outputs of one attempt are made, and how they come into place. */
export interface Places {
  /** By output that is a file or a folder: where it is made, absolute. */
  readonly outputs: Readonly<Record<string, string>>
  of(path: string): string
  /** Moves the outputs to where the project has them, each whole. */
  moveIntoPlace(contents: ReadonlyMap<string, Content>): void
  /** Brings back what was in place before. */
  putBack(): void
  /** Removes the old outputs, once the new ones are recorded. */
  forget(): void
}

/** Makes the places ready: a cell writes aside, a command in place. */
export async function makePlaces(
  workspace: Workspace,
  stage: Stage,
  folder: string,
  signal: AbortSignal,
): Promise<Places> {
  const make = stage.command.kind === 'run' ? makePlacesAside : makePlacesInPlace
  return make(workspace, stage, folder, signal)
}

const makePlacesAside: typeof makePlaces = async (workspace, stage, folder, signal) => {
  const outputs = await prepareAside(workspace, stage, folder, signal)
  const moved: string[] = []
  return {
    outputs,
    of: (path) => outputs[path] ?? path,
    moveIntoPlace(contents) {
      notePersisted(workspace.root, stage, folder)
      moveIntoPlace(workspace, stage, outputs, folder, contents, moved)
    },
    putBack: () => putBack(workspace.root, moved, folder),
    forget: () => forgetPersistedOf(stage, folder),
  }
}

const makePlacesInPlace: typeof makePlaces = async (workspace, stage, folder, signal) => {
  const { root } = workspace
  await clearInPlace(workspace, stage, folder, signal)
  return {
    outputs: Object.fromEntries(fileOuts(stage).map(({ path }) => [path, join(root, path)])),
    of: (path) => join(root, path),
    moveIntoPlace: () => undefined,
    putBack: () =>
      putBack(
        root,
        fileOuts(stage).map(({ path }) => path),
        folder,
      ),
    forget: () => forgetPersistedOf(stage, folder),
  }
}

function forgetPersistedOf(stage: Stage, folder: string): void {
  if (stage.outs.some((out) => out.persist)) forgetPersisted(folder)
}

/** Where a cell writes: each output aside. What persists is there as a copy. */
async function prepareAside(
  { root, work }: Workspace,
  stage: Stage,
  folder: string,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const places: Record<string, string> = {}
  for (const out of fileOuts(stage)) {
    const place = join(folder, 'out', out.path)
    mkdirSync(dirname(place), { recursive: true })
    if (out.persist) await copyTree(join(root, out.path), place, work, signal)
    places[out.path] = place
  }
  return places
}

/** Before a command, which writes in place: old outputs go aside; what persists becomes a copy of its own. */
async function clearInPlace(
  { root, work }: Workspace,
  stage: Stage,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const moved: [path: string, old: string][] = []
  notePersisted(root, stage, folder)
  try {
    for (const out of fileOuts(stage)) {
      const [path, old] = [join(root, out.path), oldPlace(folder, out.path)]
      mkdirSync(dirname(path), { recursive: true })
      if (!stands(path)) continue
      // Written before anything is moved, so that a kill at any point loses nothing.
      const copy = join(folder, 'copy', out.path)
      if (out.persist) await copyTree(path, copy, work, signal)
      mkdirSync(dirname(old), { recursive: true })
      renameSync(path, old)
      moved.push([path, old])
      if (out.persist) renameSync(copy, path)
    }
  } catch (error) {
    for (const [path, old] of moved) replaceBy(path, old)
    forgetPersisted(folder)
    throw error
  }
}

/** After an attempt that failed: what it left in place goes, what was before comes back. */
function putBack(root: string, paths: readonly string[], folder: string): void {
  for (const path of paths) replaceBy(join(root, path), oldPlace(folder, path))
  forgetPersisted(folder)
}

/** What a stage left: its outputs as the lock records them, and the contents of those that are files or folders. */
export interface TakenIn {
  readonly outs: Readonly<Record<string, RecordedOut>>
  readonly contents: ReadonlyMap<string, Content>
}

/**
 * True for an output whose content goes into the store. Metrics and plots are small and go there also with
 * `cache: false`, which for them says who commits the file to git.
 */
export function isKept(out: Out): boolean {
  return out.cache || out.kind !== 'out'
}

/** Hashes the outputs and keeps them in the store; places maps an output to where it stands. */
export async function takeIn(
  workspace: Workspace,
  stage: Stage,
  placeOf: (path: string) => string,
  signal: AbortSignal,
): Promise<TakenIn | Problem> {
  const { hasher, contents: store } = workspace
  const outs: Record<string, RecordedOut> = {}
  const contents = new Map<string, Content>()
  for (const out of stage.outs) {
    if (isReference(out.path)) {
      const effect = await recordOf(workspace, out.path)
      if (!effect) return missingOut(stage, out.path)
      outs[out.path] = effect
      continue
    }
    const content = await (isKept(out) ? store.keep : hasher.content)(placeOf(out.path), signal)
    if (!content) return missingOut(stage, out.path)
    outs[out.path] = recorded(content)
    contents.set(out.path, content)
  }
  return { outs, contents }
}

/** The problem of a stage that did not make an output. */
export function missingOut(stage: Stage, path: string): Problem {
  return {
    code: 'OUT_MISSING',
    message: `stage '${stage.name}' ended without its output '${path}'`,
    place: stage.place,
    hint: 'nothing of it is recorded: make the stage write it, or take it from the stage’s outputs',
  }
}

/**
 * Moves outputs from aside into place, each whole; their hashes go with them where they are known.
 * `moved` gets each path as soon as what stood there is out of the way.
 */
function moveIntoPlace(
  { root, hasher }: Workspace,
  stage: Stage,
  places: Readonly<Record<string, string>>,
  folder: string,
  contents: ReadonlyMap<string, Content>,
  moved: string[],
): void {
  for (const { path } of fileOuts(stage)) {
    const from = places[path]
    if (from === undefined) continue
    const to = join(root, path)
    makeWay(to, oldPlace(folder, path))
    moved.push(path)
    const content = contents.get(path)
    if (content) hasher.move(from, to, content)
    else renameSync(from, to)
  }
}

function makeWay(to: string, old: string): void {
  mkdirSync(dirname(to), { recursive: true })
  if (!stands(to)) return
  mkdirSync(dirname(old), { recursive: true })
  renameSync(to, old)
}

/** Lays recorded outputs down from the store, aside first. Outputs that are right already stay. */
export async function restoreOutputs(
  workspace: Workspace,
  stage: Stage,
  outs: Readonly<Record<string, RecordedOut>>,
  folder: string,
  signal: AbortSignal,
): Promise<RestoreFailure | undefined> {
  const places: Record<string, string> = {}
  for (const { path } of fileOuts(stage)) {
    const out = outs[path]
    if (!out || out.kind === 'reference') continue
    if (await standsAs(workspace, path, out, signal)) continue
    const place = join(folder, 'out', path)
    mkdirSync(dirname(place), { recursive: true })
    const failure = await workspace.contents.restore(out, place, signal)
    if (failure) return failure
    places[path] = place
  }
  moveIntoPlace(workspace, stage, places, folder, new Map(), [])
  return undefined
}

/**
 * Puts objects of a fresh stage that are gone back into the store, so that its outputs can be restored again.
 * Checks one object an output: a folder's list of files is written after the files, so its presence implies theirs.
 */
export async function keepAgain(
  workspace: Workspace,
  stage: Stage,
  outs: Readonly<Record<string, RecordedOut>>,
): Promise<void> {
  const { root, objects, contents } = workspace
  for (const out of fileOuts(stage)) {
    const digest = isKept(out) ? outs[out.path]?.sha256 : undefined
    if (digest !== undefined && !(await objects.has(digest)))
      await contents.keep(join(root, out.path))
  }
}
