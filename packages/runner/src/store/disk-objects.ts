// The object store in a folder of this machine. Files are hashed and copied by threads; bytes that come as a stream are
// written aside as they come.
import { open } from 'node:fs/promises'
import { errnoOf } from '@weir/base'
import type { FileWork } from './file-work.ts'
import { statsOf } from './list-tree.ts'
import { isObject, type ObjectPlace, objectPath } from './object-file.ts'
import { corruptObject, type ObjectStore, type PutObject, type PutOptions } from './object-store.ts'
import { createPace } from './pace.ts'
import { keepStream } from './stream-object.ts'

/** Opens the store in a folder. */
export function openDiskObjects(place: ObjectPlace, work: FileWork): ObjectStore {
  const { folder } = place
  return {
    has: async (digest) => isObject(folder, digest),
    async missing(digests) {
      const pace = createPace()
      const missing = []
      for (const digest of new Set(digests)) {
        if (!isObject(folder, digest)) missing.push(digest)
        if (pace.due()) await pace.rest()
      }
      return missing
    },
    put: (source, options = {}) =>
      typeof source === 'string'
        ? putFile(source, place, work, options)
        : keepStream(source, folder, options),
    async get(digest, to, { exec = false, signal } = {}) {
      const size = statsOf(objectPath(folder, digest))?.size
      if (size === undefined) return 'absent'
      const task = { kind: 'restore', path: to, digest, exec, from: place } as const
      const [restored = 'absent'] = await work.run([{ task, size }], signal)
      return restored
    },
    async read(digest) {
      const file = await orUndefined(open(objectPath(folder, digest)))
      return file?.createReadStream()
    },
    pathOf: (digest) => objectPath(folder, digest),
  }
}

async function putFile(
  path: string,
  into: ObjectPlace,
  work: FileWork,
  { expect, signal }: PutOptions,
): Promise<PutObject> {
  const size = statsOf(path)?.size ?? 0
  const [hashed] = await work.run([{ task: { kind: 'hash', path, into }, size }], signal)
  if (!hashed) throw new Error(`nothing was put of ${path}`)
  // The object stays: it is stored under the digest of its real content.
  if (expect !== undefined && hashed.sha256 !== expect) throw corruptObject(expect)
  return { sha256: hashed.sha256, size: hashed.stamp[1] }
}

async function orUndefined<T>(opening: Promise<T>): Promise<T | undefined> {
  try {
    return await opening
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
