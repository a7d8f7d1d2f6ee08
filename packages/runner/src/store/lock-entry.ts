// What the lock records of a stage's last run.

import type { Digest } from '@weir/base'
import type { Stored } from './content-store.ts'
import type { KeyDocument } from './key-document.ts'
import type { Modules } from './reason.ts'

/** An output as it was when its stage ended. */
export type RecordedOut =
  | (Stored & { readonly size: number; readonly nfiles?: number })
  | { readonly kind: 'reference'; readonly sha256: Digest }

/** What is recorded of a stage's last run: given this document, these were the outputs. */
export interface LockEntry {
  readonly key: Digest
  readonly document: KeyDocument
  readonly modules?: Modules
  readonly outs: Readonly<Record<string, RecordedOut>>
}
