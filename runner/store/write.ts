// Writes a file whole or not at all: aside, then renamed into place.
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

let count = 0

/** Writes a text so that a reader, or a crash, sees the old content or the new one and nothing between. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const aside = `${path}.${process.pid}-${count++}.tmp`
  try {
    writeFileSync(aside, content)
    renameSync(aside, path)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}

/** The same, making the folder first. */
export function writeWholeIn(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeWhole(path, content)
}

/** The same for the runner's own state, where a folder that stands in the way is rubbish and goes. */
export function writeState(path: string, content: string | Uint8Array): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true })
  writeWholeIn(path, content)
}
