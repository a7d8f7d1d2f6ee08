// The content of a path: a file's digest, or the digest of a folder's list of files (its tree).
import type { Digest } from '@weir/base'
import { contentDigest } from './file-digest.ts'

/** One file of a folder. */
export interface TreeFile {
  /** Below the folder, with `/`; a byte that is not UTF-8 is a lone surrogate (byte-path.ts). */
  readonly path: string
  readonly sha256: Digest
  readonly size: number
  readonly exec?: true
}

export type Content =
  | { readonly kind: 'file'; readonly sha256: Digest; readonly size: number; readonly exec?: true }
  | {
      readonly kind: 'dir'
      readonly sha256: Digest
      readonly size: number
      readonly files: readonly TreeFile[]
    }

/** The content of a folder with these files, which are in order. */
export function treeContent(files: readonly TreeFile[]): Content & { kind: 'dir' } {
  const size = files.reduce((sum, file) => sum + file.size, 0)
  return { kind: 'dir', sha256: contentDigest(treeText(files)), size, files }
}

/** A tree as text: what its digest is taken of, and what the cache keeps. */
export function treeText(files: readonly TreeFile[]): string {
  return `${JSON.stringify(files)}\n`
}
