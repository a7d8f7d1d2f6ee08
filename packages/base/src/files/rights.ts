// Whose a file is, and who may do what with it: a new file in place of a user's keeps both.
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
    // Only root may give files away; for others the file is the writer's, as any new one.
  }
  // After the owner, whose change clears some bits.
  fchmodSync(file, mode & 0o7777)
}
