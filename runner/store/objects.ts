// The content-addressed store in .weir/cache: what goes in is named by its hash, what comes out is verified.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { asideName } from '../../base/aside.ts'
import type { Digest } from './digest.ts'
import { type Content, type FileHasher, hashFile, type TreeFile, treeText } from './hash-files.ts'
import { placeFile } from './place.ts'
import { throwIfStopped } from './stopped.ts'
import { writeWhole } from './write.ts'

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
  /** True if every object of a content is there (existence only; a restore verifies). */
  has(stored: Stored): Promise<boolean>
  /** Lays the content down at an absolute path that does not exist; undefined on success. */
  restore(stored: Stored, path: string, signal?: AbortSignal): Promise<RestoreFailure | undefined>
}

/** Opens the store under a folder. */
export function openObjects(folder: string, hasher: FileHasher): ObjectStore {
  const pathOf = (digest: string): string => join(folder, digest.slice(0, 2), digest.slice(2))
  const isThere = (digest: string): boolean =>
    statSync(pathOf(digest), { throwIfNoEntry: false })?.isFile() ?? false
  const isSound = (digest: Digest): boolean => {
    const stats = statSync(pathOf(digest), { throwIfNoEntry: false })
    return (stats?.isFile() ?? false) && hashFile(pathOf(digest), stats?.size ?? 0) === digest
  }
  /** Makes way for an object: what stands in its place is not sound. */
  const clearFor = (digest: Digest): void => {
    rmSync(pathOf(digest), { recursive: true, force: true })
    mkdirSync(join(folder, digest.slice(0, 2)), { recursive: true })
  }
  const putFile = (from: string, digest: Digest, exec: boolean): void => {
    if (isSound(digest)) return
    const aside = asideName(join(folder, 'tmp', digest))
    placeFile(from, aside, exec)
    clearFor(digest)
    renameSync(aside, pathOf(digest))
  }
  const restoreFile = (digest: Digest, to: string, exec: boolean): RestoreFailure | undefined => {
    if (!isThere(digest)) return { kind: 'absent', digest }
    if (!isSound(digest)) return discard(digest)
    placeFile(pathOf(digest), to, exec)
    return undefined
  }
  /** A corrupt object is worth nothing; its absence is understood by everyone. */
  const discard = (digest: Digest): RestoreFailure => {
    rmSync(pathOf(digest), { recursive: true, force: true })
    return { kind: 'corrupt', digest }
  }
  const listed = (digest: Digest): TreeFile[] =>
    JSON.parse(readFileSync(pathOf(digest), 'utf8')) as TreeFile[]
  const readTree = (digest: Digest): TreeFile[] | RestoreFailure => {
    if (!isThere(digest)) return { kind: 'absent', digest }
    return isSound(digest) ? listed(digest) : discard(digest)
  }
  return {
    async put(path, signal) {
      const content = await hasher.content(path, signal)
      if (content?.kind === 'file') putFile(path, content.sha256, content.exec ?? false)
      if (content?.kind !== 'dir') return content
      for (const file of content.files)
        putFile(join(path, file.path), file.sha256, file.exec ?? false)
      if (isSound(content.sha256)) return content
      clearFor(content.sha256)
      writeWhole(pathOf(content.sha256), treeText(content.files))
      return content
    },
    async has(stored) {
      if (!isThere(stored.sha256)) return false
      if (stored.kind === 'file') return true
      // Looking changes nothing: a corrupt tree counts as there, and the restore discards it and says so.
      return !isSound(stored.sha256) || listed(stored.sha256).every((file) => isThere(file.sha256))
    },
    async restore(stored, path, signal) {
      throwIfStopped(signal)
      if (stored.kind === 'file') return restoreFile(stored.sha256, path, stored.exec ?? false)
      const tree = readTree(stored.sha256)
      if (!Array.isArray(tree)) return tree
      mkdirSync(path, { recursive: true })
      for (const file of tree) {
        const failure = restoreFile(file.sha256, join(path, file.path), file.exec ?? false)
        if (failure) return failure
      }
      return undefined
    },
  }
}
