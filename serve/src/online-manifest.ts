// The manifest of the online feature table, as stages/materialize.ts writes it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256File } from '@weir/base/files'
import { OnlineManifest } from '@weir/formats/artifacts'
import { parseDocument } from '@weir/formats/document'

export const MANIFEST_FILE = 'manifest.json'
export const TABLE_FILE = 'features.parquet'

/** Reads and checks the manifest in a folder. Throws an Error that says what is wrong with it. */
export async function readManifest(folder: string): Promise<OnlineManifest> {
  const path = join(folder, MANIFEST_FILE)
  const value = parseDocument(OnlineManifest, await readFile(path, 'utf8'), path)
  const viewless = value.features.find((feature) => !Object.hasOwn(value.views, feature.view))
  if (viewless) throw new Error(`${path}: ${viewless.name} is of the unknown view ${viewless.view}`)
  return value
}

/** Throws an Error when the table beside a manifest is not the one that it describes. */
export async function checkTable(folder: string, manifest: OnlineManifest): Promise<void> {
  const path = join(folder, TABLE_FILE)
  if ((await sha256File(path)) !== manifest.sha256) {
    throw new Error(`${path} is not the table that its manifest describes`)
  }
}
