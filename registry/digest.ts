// SHA-256 digests: what names a bundle and proves a file.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** 64 lower-case hex digits. */
export type Digest = string & { readonly digest: unique symbol }

const FORM = /^[0-9a-f]{64}$/

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && FORM.test(text)
}

/** The SHA-256 of bytes, or of a text's UTF-8. */
export function sha256(bytes: Uint8Array | string): Digest {
  return createHash('sha256').update(bytes).digest('hex') as Digest
}

/** The SHA-256 of a file, read as a stream. */
export async function sha256File(path: string): Promise<Digest> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex') as Digest
}
