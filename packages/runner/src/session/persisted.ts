// Outputs that persist are made from what was there before, so a run that is killed must not leave a half-made one as
// the start of the next: a note in the stage's folder says what stood, and the next run puts it back.
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isRecord } from '@weir/base'
import type { Stage } from '../config/model.ts'

const NOTE = 'persisted.json'

/** The folder below a stage's scratch folder where old outputs wait while new ones are made. */
export function oldPlace(folder: string, path: string): string {
  return join(folder, 'old', path)
}

/** True for anything at a path, also for a link that leads nowhere: a command would write through it. */
export function stands(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Puts an old output back in place of what is there, which goes; without an old one, nothing is there then. */
export function replaceBy(path: string, old: string): void {
  rmSync(path, { recursive: true, force: true })
  if (stands(old)) renameSync(old, path)
}

/** Notes which persisting outputs stand, before any of them is moved. */
export function notePersisted(root: string, stage: Stage, folder: string): void {
  const paths = stage.outs.filter((out) => out.persist).map((out) => out.path)
  if (paths.length === 0) return
  mkdirSync(folder, { recursive: true })
  const stood = Object.fromEntries(paths.map((path) => [path, stands(join(root, path))]))
  writeFileSync(join(folder, NOTE), JSON.stringify(stood))
}

/** Takes the note away, once the new outputs are recorded or the old ones are back. */
export function forgetPersisted(folder: string): void {
  rmSync(join(folder, NOTE), { force: true })
}

/**
 * Puts the persisting outputs back that a killed run was making; one that stands and is not aside was not moved yet.
 */
export function putBackPersisted(root: string, folder: string): void {
  for (const [path, stood] of Object.entries(readNote(folder))) {
    const old = oldPlace(folder, path)
    if (stands(old)) mkdirSync(dirname(join(root, path)), { recursive: true })
    if (stands(old) || stood === false) replaceBy(join(root, path), old)
  }
}

/** Empty where there is no note; a torn one was written before anything was moved. */
function readNote(folder: string): Record<string, unknown> {
  try {
    const note: unknown = JSON.parse(readFileSync(join(folder, NOTE), 'utf8'))
    return isRecord(note) ? note : {}
  } catch {
    return {}
  }
}
