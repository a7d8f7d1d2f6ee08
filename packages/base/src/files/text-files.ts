// The file operations that the lock, its journal and the runner's state are written with. They are one interface, so
// that a test can let any of them fail, or cut the power after it.

import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { CodedError } from '../values/coded-error.ts'
import { orAbsent } from '../values/errno.ts'
import { readText } from './read-text.ts'
import { realPath } from './real-path.ts'
import { type Rights, setRights } from './rights.ts'

/** What stands at a path. */
export interface Standing extends Rights {
  readonly folder: boolean
  /** Differs for another file at the same path, and for other content. */
  readonly version: string
}

export interface Files {
  /** The text of a file; undefined where nothing is. */
  read(path: string): string | undefined
  /** The names in a folder; none where there is no folder. */
  list(folder: string): string[]
  /** What stands at a path, links followed; undefined where nothing is. */
  stat(path: string): Standing | undefined
  /** Where a path leads to, also through a link that leads to no file yet. */
  real(path: string): string
  /** Makes a folder with those above it, unless it is there. */
  makeFolder(path: string): void
  /** Opens a file: empty, to append to, or a folder to sync. */
  open(path: string, how: 'empty' | 'append' | 'folder'): number
  setRights(file: number, rights: Rights): void
  /** Writes all of a content. */
  write(file: number, content: string | Uint8Array): void
  /** Waits until what was written is on the disk; for a folder, until its names are. */
  sync(file: number): void
  close(file: number): void
  rename(from: string, to: string): void
  /** Removes a file, or a folder with all in it; nothing there is no error. */
  remove(path: string): void
  /** Throws where a file may not be written; by its own mode also for root, whom the system never refuses. */
  checkWritable(path: string): void
}

/** The files of the machine. */
export const diskFiles: Files = {
  read: (path) => orAbsent(() => readText(path), undefined),
  list: (folder) => orAbsent(() => readdirSync(folder), []),
  stat(path) {
    const stats = orAbsent(() => statSync(path), undefined)
    return stats && standing(stats)
  },
  real: realPath,
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
  open: (path, how) => openSync(path, { empty: 'w', append: 'a', folder: 'r' }[how]),
  setRights,
  write(file, content) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  },
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { recursive: true, force: true }),
  checkWritable(path) {
    if ((statSync(path).mode & 0o222) === 0) throw readOnly(path)
    accessSync(path, constants.W_OK)
  },
}

function standing(stats: Stats): Standing {
  const { mode, uid, gid, ino, size, mtimeMs } = stats
  return { mode, uid, gid, folder: stats.isDirectory(), version: `${ino} ${size} ${mtimeMs}` }
}

function readOnly(path: string): Error {
  const hint = 'its mode lets nobody write: give it back the right (chmod u+w), and run again'
  return new CodedError('FILE_UNWRITABLE', `the file is read-only: ${path}`, { where: path, hint })
}
