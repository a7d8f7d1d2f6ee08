// The way of a stage's outputs: where they are written, how they are taken in, and how they come into place.
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { isReference, type Out, type Stage } from '../config/model.ts'
import type { RecordedOut } from '../lock/lockfile.ts'
import type { Problem } from '../problem.ts'
import type { RestoreFailure } from '../store/objects.ts'
import { recorded, recordOf } from './contents.ts'
import type { Workspace } from './workspace.ts'

/** The outputs of a stage that are files or folders. */
export function fileOuts(stage: Stage): Out[] {
  return stage.outs.filter((out) => !isReference(out.path))
}

/** Where a cell writes: each output aside. What persists is there as a copy. */
export function prepareAside(root: string, stage: Stage, folder: string): Record<string, string> {
  const places: Record<string, string> = {}
  for (const out of fileOuts(stage)) {
    const place = join(folder, 'out', out.path)
    mkdirSync(dirname(place), { recursive: true })
    if (out.persist && existsSync(join(root, out.path))) copyWritable(join(root, out.path), place)
    places[out.path] = place
  }
  return places
}

/** Before a command, which writes in place: old outputs go aside; what persists becomes a copy of its own. */
export function clearInPlace(root: string, stage: Stage, folder: string): void {
  const moved: [path: string, old: string][] = []
  try {
    for (const out of fileOuts(stage)) {
      const [path, old] = [join(root, out.path), join(folder, 'old', out.path)]
      mkdirSync(dirname(path), { recursive: true })
      if (!stands(path)) continue
      mkdirSync(dirname(old), { recursive: true })
      renameSync(path, old)
      moved.push([path, old])
      if (out.persist) copyWritable(old, path)
    }
  } catch (error) {
    for (const [path, old] of moved) replaceBy(path, old)
    throw error
  }
}

/** True for anything at a path, also for a link that leads nowhere: a command would write through it. */
function stands(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function replaceBy(path: string, old: string): void {
  rmSync(path, { recursive: true, force: true })
  if (stands(old)) renameSync(old, path)
}

/** After a command that failed: what it left goes, what was before comes back. */
export function putBack(root: string, stage: Stage, folder: string): void {
  for (const out of fileOuts(stage)) replaceBy(join(root, out.path), join(folder, 'old', out.path))
}

function copyWritable(from: string, to: string): void {
  cpSync(from, to, { recursive: true, dereference: true })
  makeWritable(to)
}

function makeWritable(path: string): void {
  const stats = statSync(path)
  chmodSync(path, stats.mode | 0o200)
  if (stats.isDirectory()) for (const name of readdirSync(path)) makeWritable(join(path, name))
}

/** Hashes the outputs and keeps them in the store; places maps an output to where it stands. */
export async function takeIn(
  workspace: Workspace,
  stage: Stage,
  placeOf: (path: string) => string,
  signal: AbortSignal,
): Promise<Record<string, RecordedOut> | Problem> {
  const taken: Record<string, RecordedOut> = {}
  for (const out of stage.outs) {
    if (isReference(out.path)) {
      const effect = await recordOf(workspace, out.path)
      if (!effect) return missingOut(stage, out.path)
      taken[out.path] = effect
      continue
    }
    const { hasher, objects } = workspace
    const content = await (out.cache ? objects.put : hasher.content)(placeOf(out.path), signal)
    if (!content) return missingOut(stage, out.path)
    taken[out.path] = recorded(content)
  }
  return taken
}

function missingOut(stage: Stage, path: string): Problem {
  return {
    code: 'OUT_MISSING',
    message: `stage '${stage.name}' ended without its output '${path}'`,
    place: stage.place,
    hint: 'nothing of it is recorded: make the stage write it, or take it from the stage’s outputs',
  }
}

/** Moves outputs from aside into place, each whole. */
export function moveIntoPlace(
  root: string,
  stage: Stage,
  places: Readonly<Record<string, string>>,
  folder: string,
): void {
  for (const out of fileOuts(stage)) {
    const from = places[out.path]
    if (from !== undefined) replace(from, join(root, out.path), join(folder, 'old', out.path))
  }
}

function replace(from: string, to: string, old: string): void {
  mkdirSync(dirname(to), { recursive: true })
  if (stands(to)) {
    mkdirSync(dirname(old), { recursive: true })
    renameSync(to, old)
  }
  renameSync(from, to)
}

/** Tells the hasher what now stands in place, so that it is not read once more. */
export function learnOutputs(
  workspace: Workspace,
  outs: Readonly<Record<string, RecordedOut>>,
): void {
  for (const [path, out] of Object.entries(outs))
    if (out.kind === 'file') workspace.hasher.learn(join(workspace.root, path), out.sha256)
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
    if ((await recordOf(workspace, path, signal))?.sha256 === out.sha256) continue
    const place = join(folder, 'out', path)
    mkdirSync(dirname(place), { recursive: true })
    const failure = await workspace.objects.restore(out, place, signal)
    if (failure) return failure
    places[path] = place
  }
  moveIntoPlace(workspace.root, stage, places, folder)
  learnOutputs(workspace, outs)
  return undefined
}
