// The digest of a file.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Digest } from '../values/digest.ts'

/** The digest of a file, read as a stream. */
export async function sha256File(path: string): Promise<Digest> {
  const sum = createHash('sha256')
  await pipeline(createReadStream(path), sum)
  return sum.digest('hex') as Digest
}
