// An object store in memory, as a remote one would be: it knows no paths, and bytes come to it and from it in pieces.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Digest } from '@weir/base'
import { contentDigest } from '../../src/store/file-digest.ts'
import { corruptObject, type ObjectStore, type Source } from '../../src/store/object-store.ts'
import { throwIfStopped } from '../../src/store/stopped.ts'

const PIECE = 1000

export interface MemoryObjects extends ObjectStore {
  /** Gives an object another content. */
  spoil(digest: Digest): void
}

export function memoryObjects(): MemoryObjects {
  const objects = new Map<Digest, Buffer>()
  return {
    has: async (digest) => objects.has(digest),
    missing: async (digests) => [...new Set(digests)].filter((digest) => !objects.has(digest)),
    async put(source, { expect, signal } = {}) {
      throwIfStopped(signal)
      const bytes = await whole(source, signal)
      const sha256 = contentDigest(bytes)
      if (expect !== undefined && sha256 !== expect) throw corruptObject(expect)
      objects.set(sha256, bytes)
      return { sha256, size: bytes.length }
    },
    async get(digest, to, { exec = false, signal } = {}) {
      throwIfStopped(signal)
      const bytes = objects.get(digest)
      if (!bytes) return 'absent'
      if (contentDigest(bytes) !== digest) {
        objects.delete(digest)
        return 'corrupt'
      }
      mkdirSync(dirname(to), { recursive: true })
      writeFileSync(to, bytes, { flag: 'wx' })
      if (exec) chmodSync(to, 0o755)
      return 'restored'
    },
    async read(digest) {
      const bytes = objects.get(digest)
      return bytes && inPieces(bytes)
    },
    spoil: (digest) => void objects.set(digest, Buffer.from('spoilt')),
  }
}

async function whole(source: Source, signal: AbortSignal | undefined): Promise<Buffer> {
  if (typeof source === 'string') return readFile(source)
  const pieces: Uint8Array[] = []
  for await (const piece of source) {
    throwIfStopped(signal)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE)
}
