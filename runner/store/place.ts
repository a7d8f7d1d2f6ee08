// Puts a file's content at another path: reflink, else hard link (read-only), else copy.
import { chmodSync, constants, copyFileSync, linkSync, lstatSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

const READ_ONLY = 0o444
const EXECUTABLE = 0o755

/**
 * Makes `to` have the content of `from`; `to` does not exist yet.
 * An executable is always a copy: a hard link would lend its mode to every file of the same content.
 */
export function placeFile(from: string, to: string, exec: boolean): void {
  mkdirSync(dirname(to), { recursive: true })
  if (exec) {
    copyFileSync(from, to, constants.COPYFILE_FICLONE)
    chmodSync(to, EXECUTABLE)
    return
  }
  if (
    tryTo(() => copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL))
  )
    return
  // What a link leads to is not ours: it is neither made read-only nor shared.
  const own = !lstatSync(from).isSymbolicLink()
  if (own) chmodSync(from, READ_ONLY)
  if (own && tryTo(() => linkSync(from, to))) return
  copyFileSync(from, to, constants.COPYFILE_EXCL)
}

/** False where the file system cannot do this kind of link; other errors (no space) come through at the copy. */
function tryTo(action: () => void): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}
