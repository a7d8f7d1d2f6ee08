// The features of registered versions, as their bundles have them.
import { Type } from '@sinclair/typebox'
import { type FeatureSpec, FeatureSpecSchema } from '@weir/formats/dataset'
import { readDocument } from '@weir/formats/document'
import { openBundle } from '@weir/models/bundle'
import { bundlePath } from './bundle.ts'
import type { Version } from './fold.ts'

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
