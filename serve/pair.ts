// A model and an online table together: whether they fit, and a user's row as the model reads it.
import type { FeatureRow, FeatureValue } from '../ml/dataset.ts'
import type { Problem } from './errors.ts'
import type { ServedModel } from './model.ts'
import type { OnlineTable } from './online.ts'

export interface Pair {
  readonly model: ServedModel
  readonly table: OnlineTable
  /** Why the table cannot feed the model; empty when it can. */
  readonly problems: readonly Problem[]
  /** The model's features of a user, in the model's order; undefined for an unknown user. */
  rowOf(id: string): FeatureRow | undefined
}

/** Pairs a model with a table. */
export function pairOf(model: ServedModel, table: OnlineTable): Pair {
  const names = model.model.features.map((feature) => feature.name)
  const columns = names.map((name) => table.columns.get(name) ?? [])
  const { index } = table
  return {
    model,
    table,
    problems: mismatches(model, table),
    rowOf: (id) => {
      const row = index.get(id)
      if (row === undefined) return undefined
      const features: Record<string, FeatureValue> = {}
      for (let i = 0; i < names.length; i++) features[names[i] ?? ''] = columns[i]?.[row] ?? null
      return features
    },
  }
}

/** The pair of what is served now; the same pair until one of them is swapped. */
export function pairing(): (model: ServedModel, table: OnlineTable) => Pair {
  let last: Pair | null = null
  return (model, table) => {
    if (last?.model !== model || last.table !== table) last = pairOf(model, table)
    return last
  }
}

function mismatches({ model }: ServedModel, { manifest }: OnlineTable): Problem[] {
  const problem = (message: string): Problem => ({ code: 'FEATURES_MISMATCH', message })
  const types = new Map(manifest.features.map((feature) => [feature.name, feature.type]))
  const features = model.features.flatMap(({ name, type }) => {
    const found = types.get(name)
    if (found === undefined) return [problem(`the online table has no ${name}`)]
    const is = `${name} is ${found} in the online table, ${type} in the model`
    return sameKind(found, type) ? [] : [problem(is)]
  })
  if (model.entity === manifest.entity) return features
  const entities = `the online table is keyed by ${manifest.entity}, the model by ${model.entity}`
  return [problem(entities), ...features]
}

function sameKind(a: string, b: string): boolean {
  const kind = (type: string) => (type === 'integer' ? 'number' : type)
  return kind(a) === kind(b)
}
