// Writes a bundle's folder: its JSON files, and the manifest that names each with its size and SHA-256.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TSchema } from '@sinclair/typebox'
import { sha256 } from '@weir/base'
import {
  BUNDLE_FILES,
  BUNDLE_SCHEMA,
  type BundleContent,
  BundleManifest,
  MANIFEST_FILE,
} from '@weir/formats/bundle'
import { documentText } from '@weir/formats/document'

export interface NewBundle {
  readonly name: string
  /** ISO date of the period that it was trained on. */
  readonly as_of: string
  readonly files: BundleContent
}

/**
 * Writes the bundle as docs/contracts.md says; the same content gives the same bytes. The manifest comes last.
 * @throws StageError ARTIFACT_INVALID for a value that is not what its file holds
 */
export async function writeBundle(dir: string, { name, as_of, files }: NewBundle): Promise<void> {
  await mkdir(dir, { recursive: true })
  const schemas: Readonly<Record<string, TSchema>> = BUNDLE_FILES
  const listed = []
  for (const [path, value] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const schema = schemas[path]
    if (schema === undefined) throw new TypeError(`a bundle has no file ${path}`)
    const bytes = Buffer.from(documentText(schema, value, path))
    await writeFile(join(dir, path), bytes)
    listed.push({ path, size: bytes.length, sha256: sha256(bytes) })
  }
  const manifest: BundleManifest = { schema: BUNDLE_SCHEMA, name, as_of, files: listed }
  await writeFile(join(dir, MANIFEST_FILE), documentText(BundleManifest, manifest, MANIFEST_FILE))
}
