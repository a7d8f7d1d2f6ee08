// The features of registered versions, as their bundles have them, and the tables that hold them.
import { Type } from '@sinclair/typebox'
import { type FeatureSpec, FeatureSpecSchema } from '@weir/formats/dataset'
import { readDocument } from '@weir/formats/document'
import { openBundle } from '@weir/models/bundle'
import { bundlePath } from './bundle.ts'
import type { TableRef } from './event.ts'
import type { ModelState, Version } from './fold.ts'
import { openTable, tablePath } from './table.ts'

const MODEL_FILE = 'model.json'
const Features = Type.Object({ features: Type.Array(FeatureSpecSchema) })

/**
 * The features of some versions, each name once, the first version's first. A version whose bundle is not whole, or
 * holds something else, cannot be served and adds none.
 */
export async function featuresOf(
  versions: readonly Version[],
  store: string,
): Promise<FeatureSpec[]> {
  const specs = new Map<string, FeatureSpec>()
  for (const { digest } of versions) {
    const options = { expected: digest, keep: [MODEL_FILE] }
    const bundle = await openBundle(bundlePath(store, digest), options).catch(() => null)
    const read = readDocument(Features, bundle?.texts.get(MODEL_FILE) ?? '')
    for (const spec of 'value' in read ? read.value.features : []) {
      if (!specs.has(spec.name)) specs.set(spec.name, spec)
    }
  }
  return [...specs.values()]
}

/**
 * The table that must go live with a version that goes back into Production: undefined where the one that is live has
 * its features, or none has; else the newest that has them.
 */
export async function tableFor(
  version: Version,
  model: ModelState | undefined,
  store: string,
): Promise<TableRef | undefined> {
  const live = model?.table ?? null
  const needs = (await featuresOf([version], store)).map(({ name }) => name)
  if (live === null || (await holds(store, live, needs))) return undefined
  const newestFirst = [...(model?.tables.values() ?? [])].toSorted(
    (a, b) => Number(b.as_of > a.as_of) - Number(a.as_of > b.as_of),
  )
  for (const table of newestFirst) if (await holds(store, table, needs)) return table
  return undefined
}

/** Whether a stored table is whole and has some features. */
async function holds(
  store: string,
  { digest }: TableRef,
  needs: readonly string[],
): Promise<boolean> {
  const table = await openTable(tablePath(store, digest), digest).catch(() => null)
  const has = new Set(table?.manifest.features.map(({ name }) => name))
  return table !== null && needs.every((name) => has.has(name))
}
