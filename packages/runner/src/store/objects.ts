// The content-addressed store in .weir/cache: what goes in is named by its hash, what comes out is verified.
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type Digest, sha256 } from '@weir/base/digest'
import { type Content, type TreeFile, treeText } from './content.ts'
import type { RestoreTask } from './file-task.ts'
import type { FileWork, SizedTask } from './file-work.ts'
import type { FileHasher } from './hash-files.ts'
import { isObject, type ObjectPlace, objectPath, writeObject } from './object-file.ts'
import { createPace } from './pace.ts'

/** Where an output's content stands in the store, as lock and run cache record it. */
export interface Stored {
  readonly kind: 'file' | 'dir'
  readonly sha256: Digest
  readonly exec?: true
}

/** Why a content could not be restored. */
export type RestoreFailure =
  | { readonly kind: 'absent'; readonly digest: Digest }
  | { readonly kind: 'corrupt'; readonly digest: Digest }

/** The store of one project. */
export interface ObjectStore {
  /** Hashes and keeps what is at an absolute path, and says what it is; undefined where nothing is. */
  put(path: string, signal?: AbortSignal): Promise<Content | undefined>
  /** True if there is an object of this digest; for a folder it is the list of its files. Costs one look. */
  isKept(digest: Digest): boolean
  /** True if every object of a content is there (existence only; a restore verifies). */
  has(stored: Stored): Promise<boolean>
  /** Lays the content down at an absolute path that does not exist; undefined on success. */
  restore(stored: Stored, path: string, signal?: AbortSignal): Promise<RestoreFailure | undefined>
}

/** Opens a store. */
export function openObjects(place: ObjectPlace, hasher: FileHasher, work: FileWork): ObjectStore {
  const { folder } = place
  const isKept = (digest: Digest): boolean => isObject(folder, digest)
  return {
    async put(path, signal) {
      const content = await hasher.keep(path, place, signal)
      if (content?.kind === 'dir') writeObject(folder, content.sha256, treeText(content.files))
      return content
    },
    isKept,
    async has({ kind, sha256: digest }) {
      if (!isKept(digest)) return false
      if (kind === 'file') return true
      // Looking changes nothing: a corrupt list counts as there, and the restore discards it and says so.
      const pace = createPace()
      for (const file of readTree(folder, digest) ?? []) {
        if (!isKept(file.sha256)) return false
        if (pace.due()) await pace.rest()
      }
      return true
    },
    async restore({ kind, sha256: digest, exec }, path, signal) {
      if (!isKept(digest)) return { kind: 'absent', digest }
      if (kind === 'file') {
        const { size } = statSync(objectPath(folder, digest))
        return restoreAll(
          [restoreTask({ path, sha256: digest, size, ...(exec && { exec }) }, place)],
          work,
          signal,
        )
      }
      const files = readTree(folder, digest)
      if (!files) {
        rmSync(objectPath(folder, digest))
        return { kind: 'corrupt', digest }
      }
      mkdirSync(path, { recursive: true })
      const tasks = files.map((file) =>
        restoreTask({ ...file, path: `${path}/${file.path}` }, place),
      )
      return restoreAll(tasks, work, signal)
    },
  }
}

function restoreTask(
  { path, sha256: digest, size, exec }: TreeFile,
  from: ObjectPlace,
): SizedTask<RestoreTask> {
  return { task: { kind: 'restore', path, digest, exec: exec ?? false, from }, size }
}

async function restoreAll(
  tasks: readonly SizedTask<RestoreTask>[],
  work: FileWork,
  signal: AbortSignal | undefined,
): Promise<RestoreFailure | undefined> {
  for (const [index, outcome] of (await work.run(tasks, signal)).entries()) {
    const task = tasks[index]?.task
    if (task && outcome !== 'restored') return { kind: outcome, digest: task.digest }
  }
  return undefined
}

/** The files that a list names; undefined where the list is corrupt. */
function readTree(folder: string, digest: Digest): TreeFile[] | undefined {
  const text = readFileSync(objectPath(folder, digest))
  return sha256(text) === digest ? (JSON.parse(text.toString('utf8')) as TreeFile[]) : undefined
}
