// A model and an online table together: whether they fit, and a user's row as the model reads it.
import { type FeatureRow, type FeatureType, type FeatureValue, useOf } from '@weir/formats/dataset'
import type { Prediction } from '@weir/ml/model'
import type { Problem } from './errors.ts'
import type { ServedModel } from './model.ts'
import type { OnlineTable } from './online.ts'

export interface Pair {
  readonly model: ServedModel
  readonly table: OnlineTable
  /** Why the table cannot feed the model; empty when it can. */
  readonly problems: readonly Problem[]
  /** What the model says of a user, and by which features, in the model's order; undefined for an unknown user. */
  scoreOf(id: string): Score | undefined
}

export interface Score extends Prediction {
  readonly row: FeatureRow
}

/** Pairs a model with a table. */
export function pairOf(model: ServedModel, table: OnlineTable): Pair {
  const rowAt = rowReader(model, table)
  const predictAt = remembered((at) => model.model.predict(rowAt(at)), table.manifest.rows)
  return {
    model,
    table,
    problems: mismatches(model, table),
    scoreOf: (id) => {
      const at = table.index.get(id)
      if (at === undefined) return undefined
      const { probability, prediction } = predictAt(at)
      return { probability, prediction, row: rowAt(at) }
    },
  }
}

/** Reads the model's features of a row of the table. */
function rowReader({ model }: ServedModel, table: OnlineTable): (at: number) => FeatureRow {
  const names = model.features.map((feature) => feature.name)
  const columns = names.map((name) => table.columns.get(name) ?? [])
  return (at) => {
    const row: Record<string, FeatureValue> = {}
    for (let i = 0; i < names.length; i++) row[names[i] ?? ''] = columns[i]?.[at] ?? null
    return row
  }
}

/**
 * The same model and the same row give the same answer, so each row is predicted once.
 * Eight bytes a row and one for the class; a pair ends with its model or its table, and this with it.
 */
function remembered(predictAt: (at: number) => Prediction, rows: number) {
  const probabilities = new Float64Array(rows).fill(Number.NaN)
  const positive = new Uint8Array(rows)
  return (at: number): Prediction => {
    const known = probabilities[at] ?? Number.NaN
    if (!Number.isNaN(known)) return { probability: known, prediction: positive[at] ? 1 : 0 }
    const found = predictAt(at)
    probabilities[at] = found.probability
    positive[at] = found.prediction
    return found
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

/** An integer is a number to the model, and the other way round. */
function sameKind(a: FeatureType, b: FeatureType): boolean {
  return useOf(a).block === useOf(b).block
}
