// What each module contributes to packed code, as hashes: kept beside a key, to say which module changed.

import { type Digest, sha256 } from '@weir/base'
import { transform } from 'esbuild'
import type { Modules } from '../store/reason.ts'
import { MINIFY } from './packed-shape.ts'

/** Splits packed code at esbuild's `// path` lines, and hashes what each module contributes to it. */
export async function moduleHashes(text: string, names: ReadonlySet<string>): Promise<Modules> {
  const parts = [...moduleParts(text, names)]
  const hashes = parts.map(async ([name, lines]) => [name, await partHash(lines.join('\n'))])
  return Object.fromEntries(await Promise.all(hashes))
}

/** By the digest of a part. Cells share most of their modules, and minifying a module costs more than packing it. */
const known = new Map<Digest, Promise<string>>()

function partHash(part: string): Promise<string> {
  const digest = sha256(part)
  const hash = known.get(digest) ?? minifiedHash(part)
  known.set(digest, hash)
  return hash
}

async function minifiedHash(part: string): Promise<string> {
  // A part that is no program by itself (esbuild's own frame around a CommonJS module) is hashed as it stands.
  const { code } = await transform(part, MINIFY).catch(() => ({ code: part }))
  return sha256(code).slice(0, 16)
}

/**
 * The lines below those that name each module, which may be several: its imports of packages stand before what it
 * imports of the project, the rest after. A line that names no module is one of the program's own texts.
 */
function moduleParts(text: string, names: ReadonlySet<string>): Map<string, string[]> {
  const parts = new Map<string, string[]>()
  let current: string[] = []
  for (const line of text.split('\n')) {
    const name = line.startsWith('// ') ? line.slice(3) : ''
    if (!names.has(name)) {
      current.push(line)
      continue
    }
    current = parts.get(name) ?? []
    parts.set(name, current)
  }
  return parts
}
