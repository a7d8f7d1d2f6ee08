// The interface of object stores: contents by their digest. The one on this machine's disk is disk-objects.ts; a
// store in a bucket or on another machine has the same five methods, and is filled and read by `copyObjects`.
import { type Digest, errnoOf } from '@weir/base'

/**
 * Objects by the digest of their content, as file-digest.ts defines it. An object never changes: putting one that is
 * there leaves it, or mends it. Each method may be called while others are under way, also from other processes.
 * Rejects with what the system behind it throws, and with INTERRUPTED when the signal is aborted.
 */
export interface ObjectStore {
  /** True if there is an object of this digest. Nothing is read: `get` verifies. */
  has(digest: Digest): Promise<boolean>
  /** Those of the digests without an object, each once and in their order. */
  missing(digests: Iterable<Digest>): Promise<Digest[]>
  /**
   * Makes a content an object: that of a file, by its path, or bytes as they come. It is there whole when this
   * resolves, and not at all where this rejects. @throws CACHE_CORRUPT where the content is not what `expect` says
   */
  put(source: Source, options?: PutOptions): Promise<PutObject>
  /**
   * Lays an object down as a new file, at a path where nothing is, and verifies it. Where this does not resolve to
   * `restored`, nothing is there; a corrupt object is discarded if the store can do that.
   */
  get(digest: Digest, to: string, options?: GetOptions): Promise<Restored>
  /** The bytes of an object, unverified; undefined where there is none. */
  read(digest: Digest): Promise<AsyncIterable<Uint8Array> | undefined>
  /** Where its objects are files of this machine: the path of one, which may be read and not written. */
  pathOf?(digest: Digest): string
}

/** The path of a file, or bytes. */
export type Source = string | AsyncIterable<Uint8Array>

export interface PutOptions {
  readonly expect?: Digest
  readonly signal?: AbortSignal | undefined
}

export interface GetOptions {
  /** The file is to be executable. */
  readonly exec?: boolean
  readonly signal?: AbortSignal | undefined
}

/** An object that was put. */
export interface PutObject {
  readonly sha256: Digest
  readonly size: number
}

/** What a restore came to. */
export type Restored = 'restored' | 'absent' | 'corrupt'

/** What a copy came to. */
export interface Copied {
  /** Objects that came over, of those that were missing. */
  readonly copied: readonly Digest[]
  readonly absent: readonly Digest[]
  readonly corrupt: readonly Digest[]
}

/** Objects on their way at a time: enough to hide the delays of a network. */
const AT_ONCE = 16

/** Copies those objects from one store to another that the other has not, each verified on its way. */
export async function copyObjects(
  from: ObjectStore,
  to: ObjectStore,
  digests: Iterable<Digest>,
  signal?: AbortSignal,
): Promise<Copied> {
  const found = { copied: [] as Digest[], absent: [] as Digest[], corrupt: [] as Digest[] }
  const missing = await to.missing(digests)
  for (let at = 0; at < missing.length; at += AT_ONCE) {
    const some = missing.slice(at, at + AT_ONCE)
    const outcomes = await Promise.all(some.map((digest) => copyOne(from, to, digest, signal)))
    for (const [index, digest] of some.entries()) found[outcomes[index] ?? 'absent'].push(digest)
  }
  return found
}

async function copyOne(
  from: ObjectStore,
  to: ObjectStore,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<keyof Copied> {
  if (!(await from.has(digest))) return 'absent'
  // By its path a large file is read by several threads, and cloned where the file system can.
  const source = from.pathOf?.(digest) ?? (await from.read(digest))
  if (source === undefined) return 'absent'
  try {
    await to.put(source, { expect: digest, signal })
    return 'copied'
  } catch (error) {
    if (errnoOf(error) === CORRUPT) return 'corrupt'
    throw error
  }
}

const CORRUPT = 'CACHE_CORRUPT'

/** The error of a content that is not what its name says. */
export function corruptObject(digest: Digest): Error {
  return Object.assign(new Error(`the object ${digest} does not have the content of its name`), {
    code: CORRUPT,
    hint: 'it is damaged where it was read from; run the stage that makes it again',
  })
}
