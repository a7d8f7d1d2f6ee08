// Writes a bundle's folder: its JSON files, and the manifest that names each with its size and SHA-256.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '@weir/base/digest'
import { BUNDLE_SCHEMA } from './bundle.ts'

export interface BundleContent {
  readonly name: string
  /** ISO date of the period that it was trained on. */
  readonly as_of: string
  /** The value of each JSON file, by file name. */
  readonly files: Readonly<Record<string, unknown>>
}

/** Writes the bundle as docs/contracts.md says; the same content gives the same bytes. The manifest comes last. */
export async function writeBundle(dir: string, content: BundleContent): Promise<void> {
  await mkdir(dir, { recursive: true })
  const names = Object.keys(content.files).sort()
  const files = []
  for (const path of names) {
    const bytes = bytesOf(content.files[path])
    await writeFile(join(dir, path), bytes)
    files.push({ path, size: bytes.length, sha256: sha256(bytes) })
  }
  const { name, as_of } = content
  const manifest = { schema: BUNDLE_SCHEMA, name, as_of, files }
  await writeFile(join(dir, 'manifest.json'), bytesOf(manifest))
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`)
}
