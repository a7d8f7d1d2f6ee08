// The files of a package that is a link to a folder elsewhere. They are edited in place, so its version does not
// identify them.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { byCodeUnit, canonicalJson, type Digest, sha256 } from '@weir/base'
import type { FileHasher } from '../store/hash-files.ts'

/** What is no part of a package's own files: packages of its own, and history. */
const NOT_ITS_OWN = ['node_modules', '.git']

/** The digest of a package's files, without its node_modules; null where the folder is gone. */
export async function packageDigest(hasher: FileHasher, folder: string): Promise<Digest | null> {
  if (!existsSync(folder)) return null
  const names = readdirSync(folder).filter((name) => !NOT_ITS_OWN.includes(name))
  const parts: unknown[] = []
  for (const name of names.sort(byCodeUnit)) {
    const content = await hasher.content(join(folder, name))
    parts.push([name, content?.kind ?? null, content?.sha256 ?? null])
  }
  return sha256(canonicalJson(parts))
}
