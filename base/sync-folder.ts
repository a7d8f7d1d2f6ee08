// Durability of what a folder lists: a new file or a rename is on the disk only when its folder is.
import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes a rename or a new file in a folder durable; where folders cannot be synced, that is the system's affair. */
export function syncFolder(path: string): void {
  let folder: number | undefined
  try {
    folder = openSync(path, 'r')
    fsyncSync(folder)
  } catch {
    // Some file systems refuse.
  } finally {
    if (folder !== undefined) closeSync(folder)
  }
}
