// The features that the online table holds: the definition's, and those of the versions that may be served with it.

import type { FeatureSpec } from '@weir/formats/dataset'
import { type Definition, featureSpecs, tableOf } from '@weir/formats/definition'

/**
 * The definition with the features added that served versions have and its views name no more, as far as its tables
 * still have such a column; and the features that they do not have.
 */
export function withServed(
  definition: Definition,
  served: readonly FeatureSpec[],
): { readonly definition: Definition; readonly lost: readonly string[] } {
  const known = new Set(featureSpecs(definition).map(({ name }) => name))
  const missing = new Map(served.flatMap((one) => (known.has(one.name) ? [] : [[one.name, one]])))
  const views = definition.views.map((view) => {
    const columns = tableOf(definition, view.table).columns.map(({ name }) => name)
    const more = [...missing.values()].filter(
      (one) => one.view === view.name && columns.includes(one.name),
    )
    for (const { name } of more) missing.delete(name)
    return { ...view, features: [...view.features, ...more.map(({ name }) => name)] }
  })
  return { definition: { ...definition, views }, lost: [...missing.keys()] }
}
