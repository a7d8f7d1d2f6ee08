// Syncs folders: a new file or a rename survives a power cut only once its folder is synced.
import { closeSync, fsyncSync, openSync } from 'node:fs'
import { hasErrno } from '../values/errno.ts'

/** How a folder is synced; a parameter, so that tests can let it fail. */
export interface FolderSync {
  open(path: string, how: 'folder'): number
  sync(file: number): void
  close(file: number): void
}

const disk: FolderSync = {
  open: (path) => openSync(path, 'r'),
  sync: fsyncSync,
  close: closeSync,
}

/** How systems refuse to sync a folder at all, or this user may not open it to do so; a disk that fails says EIO. */
const REFUSALS = ['EINVAL', 'ENOTSUP', 'EISDIR', 'EBADF', 'EACCES', 'EPERM']

/** Waits until the names in a folder are on the disk; does nothing where folders cannot be synced. */
export function syncFolder(path: string, files: FolderSync = disk): void {
  try {
    const folder = files.open(path, 'folder')
    try {
      files.sync(folder)
    } finally {
      files.close(folder)
    }
  } catch (error) {
    if (!hasErrno(error, REFUSALS)) throw error
  }
}
