// Owner and mode of a file: a new file that replaces a user's file keeps both.
import { fchmodSync, fchownSync } from 'node:fs'

export interface Rights {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** Gives an open file the rights of another one, as far as this user may. */
export function setRights(file: number, { mode, uid, gid }: Rights): void {
  try {
    fchownSync(file, uid, gid)
  } catch {
    // Only root may change an owner; for other users the file belongs to the writer.
  }
  // After the owner, whose change clears some bits.
  fchmodSync(file, mode & 0o7777)
}
