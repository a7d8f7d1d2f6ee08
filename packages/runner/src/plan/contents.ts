// The content behind a dependency or an output: a file, a folder, or a reference of some scheme.
import { join, resolve } from 'node:path'
import { type Digest, sha256 } from '@weir/base'
import { isReference } from '../config/model.ts'
import type { Content } from '../store/content.ts'
import type { RecordedOut } from '../store/lock-file.ts'
import type { Workspace } from './workspace.ts'

/** The text behind a reference, null where there is nothing; a text that says so for an unknown scheme. */
export async function referenceText(
  workspace: Workspace,
  reference: string,
): Promise<string | null> {
  const scheme = reference.slice(0, reference.indexOf(':'))
  const resolver = workspace.surroundings.schemes[scheme]
  if (!resolver) throw new UnknownScheme(scheme)
  return resolver(reference, workspace.root)
}

/** Raised for a reference that nobody resolves. */
export class UnknownScheme extends Error {
  override readonly name = 'UnknownScheme'
  constructor(scheme: string) {
    super(`nothing here resolves '${scheme}://'`)
  }
}

/** The hash of a dependency in a key; undefined where the dependency is missing. An empty reference has a hash too. */
export async function dependencyDigest(
  workspace: Workspace,
  path: string,
  signal?: AbortSignal,
): Promise<Digest | undefined> {
  if (isReference(path)) return sha256((await referenceText(workspace, path)) ?? 'null')
  const content = await workspace.hasher.content(resolve(workspace.root, path), signal)
  return content && keyDigest(content)
}

/** The end of a folder's digest in a key. */
const FOLDER = '.dir'

/** Tells a folder from a file whose content is the list of that folder's files: both have the same digest. */
export function keyDigest({ kind, sha256: digest }: Pick<RecordedOut, 'kind' | 'sha256'>): Digest {
  return kind === 'dir' ? (`${digest}${FOLDER}` as Digest) : digest
}

/** What a digest of a key says: of a file or of a folder. */
export function digestOfKey(key: Digest): {
  readonly kind: 'file' | 'dir'
  readonly digest: Digest
} {
  if (!key.endsWith(FOLDER)) return { kind: 'file', digest: key }
  return { kind: 'dir', digest: key.slice(0, -FOLDER.length) as Digest }
}

/** True if an output is what was recorded: of the same kind and bytes, and a file that may be executed as before. */
export function isAsRecorded(is: RecordedOut | undefined, was: RecordedOut): boolean {
  return is?.kind === was.kind && is.sha256 === was.sha256 && isExecutable(is) === isExecutable(was)
}

function isExecutable(out: RecordedOut): boolean {
  return out.kind === 'file' && out.exec === true
}

/** An output as the lock records it; undefined where it is missing. */
export async function recordOf(
  workspace: Workspace,
  path: string,
  signal?: AbortSignal,
): Promise<RecordedOut | undefined> {
  if (!isReference(path)) {
    const content = await workspace.hasher.content(join(workspace.root, path), signal)
    return content && recorded(content)
  }
  const text = await referenceText(workspace, path)
  return text === null ? undefined : { kind: 'reference', sha256: sha256(text) }
}

/** A content as the lock records it. */
export function recorded(content: Content): RecordedOut {
  const { kind, sha256: digest, size } = content
  if (content.kind === 'dir')
    return { kind: 'dir', sha256: digest, size, nfiles: content.files.length }
  return { kind, sha256: digest, size, ...(content.exec && { exec: true }) } as RecordedOut
}

/**
 * True if every recorded output is in the store, or in place as it was recorded: then all can be had without running.
 */
export async function areAtHand(
  workspace: Workspace,
  outs: Readonly<Record<string, RecordedOut>>,
): Promise<boolean> {
  for (const [path, out] of Object.entries(outs)) {
    if (out.kind !== 'reference' && (await workspace.contents.has(out))) continue
    // Neither an effect nor an output that the store lacks can be restored: it must still be in place.
    if (!(await standsAs(workspace, path, out))) return false
  }
  return true
}

/** True if an output stands in place as it was recorded. */
export async function standsAs(
  workspace: Workspace,
  path: string,
  out: RecordedOut,
  signal?: AbortSignal,
): Promise<boolean> {
  return isAsRecorded(await recordOf(workspace, path, signal), out)
}
