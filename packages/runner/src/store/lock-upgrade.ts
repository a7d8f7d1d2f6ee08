// Entries of the schema before, whose documents held the values of env variables in clear: they are converted without
// loss, so that nothing reruns because of it.

import { canonicalJson, sha256 } from '@weir/base'
import { envDigest, KEY_SCHEMA, type KeyDocument, keyOf } from './key-document.ts'
import type { LockEntry } from './lock-entry.ts'
import { isEntry } from './lock-text.ts'

const OLD_KEY = 'weir/key/1'

/** An entry in today's form; undefined where it is no sound one of the schema before. */
export function upgradedEntry(old: unknown): LockEntry | undefined {
  if (!isEntry(old) || String(old.document.schema) !== OLD_KEY) return undefined
  if (sha256(canonicalJson(old.document)) !== old.key) return undefined
  const values: Readonly<Record<string, string | null>> = old.document.env
  const env = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, envDigest(name, value)]),
  )
  const document: KeyDocument = { ...old.document, schema: KEY_SCHEMA, env }
  return { ...old, key: keyOf(document), document }
}
