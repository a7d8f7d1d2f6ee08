// The manifest of the online feature table, as stages/materialize.ts writes it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { sha256File } from '@weir/base/digest'
import { FeatureSpecSchema } from '@weir/ml/model'

const Manifest = Type.Object({
  as_of: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  entity: Type.String({ minLength: 1 }),
  rows: Type.Integer({ minimum: 0 }),
  features: Type.Array(FeatureSpecSchema, { minItems: 1 }),
  views: Type.Record(
    Type.String(),
    Type.Object({ ttl_days: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]) }),
  ),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
})

/** What the table holds; `sha256` is that of features.parquet. */
export type OnlineManifest = Static<typeof Manifest>

export const MANIFEST_FILE = 'manifest.json'
export const TABLE_FILE = 'features.parquet'

/** Reads and checks the manifest in a folder. Throws an Error that says what is wrong with it. */
export async function readManifest(folder: string): Promise<OnlineManifest> {
  const path = join(folder, MANIFEST_FILE)
  const value = parsed(await readFile(path, 'utf8'), path)
  if (!Value.Check(Manifest, value)) {
    const first = Value.Errors(Manifest, value).First()
    throw new Error(`${path}: ${first?.message ?? 'not a manifest'} at ${first?.path || '/'}`)
  }
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

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${path} is not JSON`)
  }
}
