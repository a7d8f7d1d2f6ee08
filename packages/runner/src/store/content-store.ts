// The contents of outputs in the project's own store: a file is one object, a folder the objects of its files and the
// list of them, which is written last.
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { Digest } from '@weir/base'
import { type Content, type TreeFile, treeText } from './content.ts'
import { contentDigest } from './file-digest.ts'
import type { RestoreTask } from './file-task.ts'
import type { FileWork, SizedTask } from './file-work.ts'
import type { FileHasher } from './hash-files.ts'
import { isObject, type ObjectPlace, objectPath, writeObject } from './object-file.ts'
import { type Copied, copyObjects, type ObjectStore } from './object-store.ts'
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

/** The contents of one project. */
export interface ContentStore {
  /** Hashes and keeps what is at an absolute path, and says what it is; undefined where nothing is. */
  keep(path: string, signal?: AbortSignal): Promise<Content | undefined>
  /** True if every object of a content is there (existence only; a restore verifies). */
  has(stored: Stored): Promise<boolean>
  /** Lays the content down at an absolute path that does not exist; undefined on success. */
  restore(stored: Stored, path: string, signal?: AbortSignal): Promise<RestoreFailure | undefined>
}

/** Opens the contents of a store on this machine's disk. */
export function openContents(place: ObjectPlace, hasher: FileHasher, work: FileWork): ContentStore {
  const { folder } = place
  return {
    async keep(path, signal) {
      const content = await hasher.keep(path, place, signal)
      if (content?.kind === 'dir') writeObject(folder, content.sha256, treeText(content.files))
      return content
    },
    async has({ kind, sha256: digest }) {
      if (!isObject(folder, digest)) return false
      if (kind === 'file') return true
      // A check changes nothing, so a corrupt list counts as present; the restore discards and reports it.
      const pace = createPace()
      for (const file of readTree(folder, digest) ?? []) {
        if (!isObject(folder, file.sha256)) return false
        if (pace.due()) await pace.rest()
      }
      return true
    },
    async restore({ kind, sha256: digest, exec }, path, signal) {
      if (!isObject(folder, digest)) return { kind: 'absent', digest }
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
  return parseTree(readFileSync(objectPath(folder, digest)), digest)
}

function parseTree(text: Buffer, digest: Digest): TreeFile[] | undefined {
  return contentDigest(text) === digest
    ? (JSON.parse(text.toString('utf8')) as TreeFile[])
    : undefined
}

/**
 * Copies contents from one store to another, whatever stores they are. The list of a folder comes over after all of its
 * files, and not where one of them did not: a list that is there stands for its files.
 */
export async function copyContents(
  from: ObjectStore,
  to: ObjectStore,
  contents: Iterable<Stored>,
  signal?: AbortSignal,
): Promise<Copied> {
  const copies: Copied[] = []
  for (const { kind, sha256: digest } of contents) {
    const files = kind === 'dir' ? await treeIn(from, digest) : []
    const inside = await copyObjects(
      from,
      to,
      files.map((file) => file.sha256),
      signal,
    )
    const whole = inside.absent.length + inside.corrupt.length === 0
    copies.push(inside, await copyObjects(from, to, whole ? [digest] : [], signal))
  }
  return {
    copied: copies.flatMap(({ copied }) => copied),
    absent: copies.flatMap(({ absent }) => absent),
    corrupt: copies.flatMap(({ corrupt }) => corrupt),
  }
}

/** The files of a list in any store; none where it is absent or corrupt, which copying the list itself tells. */
async function treeIn(store: ObjectStore, digest: Digest): Promise<readonly TreeFile[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of (await store.read(digest)) ?? []) pieces.push(piece)
  return parseTree(Buffer.concat(pieces), digest) ?? []
}
