// A second name for a file that nobody writes to any more: a log may be large, and is stored once.
import { constants, copyFileSync, linkSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'

/** Gives a file a second name; what has that name is replaced. */
export function nameAlso(path: string, name: string): void {
  try {
    linkSync(path, name)
  } catch {
    // The name exists, the folder does not, or the file system has no hard links.
    rmSync(name, { recursive: true, force: true })
    mkdirSync(dirname(name), { recursive: true })
    linkOrCopy(path, name)
  }
}

function linkOrCopy(path: string, name: string): void {
  try {
    linkSync(path, name)
  } catch {
    copyFileSync(path, name, constants.COPYFILE_FICLONE)
  }
}
