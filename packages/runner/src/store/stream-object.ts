// Makes bytes an object while they come: written aside and hashed, then renamed to their digest.
import { rmSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asideName } from '@weir/base/files'
import { createFileHash } from './file-digest.ts'
import { moveOver, objectPath, READ_ONLY } from './object-file.ts'
import { corruptObject, type PutObject, type PutOptions } from './object-store.ts'
import { throwIfStopped, whenStopped } from './stopped.ts'

/** Keeps the bytes in the store's folder. */
export async function keepStream(
  bytes: AsyncIterable<Uint8Array>,
  folder: string,
  { expect, signal }: PutOptions,
): Promise<PutObject> {
  throwIfStopped(signal)
  const aside = asideName(join(folder, 'tmp', 'object'))
  await mkdir(dirname(aside), { recursive: true })
  try {
    const object = await write(bytes, aside, signal)
    if (expect !== undefined && object.sha256 !== expect) throw corruptObject(expect)
    moveOver(aside, objectPath(folder, object.sha256))
    return object
  } finally {
    rmSync(aside, { force: true })
  }
}

async function write(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  signal: AbortSignal | undefined,
): Promise<PutObject> {
  const source = bytes[Symbol.asyncIterator]()
  const file = await open(path, 'wx', READ_ONLY)
  const stop = whenStopped(signal)
  const hash = createFileHash()
  let size = 0
  try {
    for (;;) {
      // A source that brings nothing any more must not keep a run from its end.
      const next = await Promise.race([source.next(), stop.promise])
      if (next.done) return { sha256: hash.digest(), size }
      hash.update(next.value)
      size += next.value.length
      // All of it, where `write` may take less.
      await file.writeFile(next.value)
    }
  } catch (error) {
    source.return?.().catch(() => undefined)
    throw error
  } finally {
    stop.forget()
    await file.close()
  }
}
