// Two periods of one feature and a category, and models of a single slope: enough to judge and to drift.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MODEL_SCHEMA } from '@weir/formats/bundle'
import type { FeatureSpec } from '@weir/formats/dataset'
import { makeExamples } from '@weir/ml/bundle'
import type { Model } from '@weir/ml/model'
import { writeBundle } from '@weir/registry/write-bundle'
import { withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { text } from '@weir/tables/quote'

export const BEFORE = '2024-01-31'
export const NOW = '2024-02-29'
export const SPLIT = { held_out: 0.4, salt: 'weir' }

export const DEFINITION = `
name: clients
entity: { key: id, table: clients }
tables:
  clients:
    columns:
      id: { type: string }
      hours: { type: number, nullable: true }
      plan: { type: category, levels: [a, b] }
      left: { type: boolean, nullable: true }
label: { table: clients, column: left, required: false }
views:
  client: { table: clients, features: [hours, plan] }
`

export const FEATURES: readonly FeatureSpec[] = [
  { name: 'hours', view: 'client', type: 'number', nullable: true },
  { name: 'plan', view: 'client', type: 'category', levels: ['a', 'b'], nullable: false },
]

export interface Client {
  readonly hours: number | null
  readonly plan: string
  readonly left: boolean | null
}

/** 300 clients; those with few hours tend to leave. `shift` moves everybody's hours. */
export function clients(shift = 0): Client[] {
  return Array.from({ length: 300 }, (_, i) => {
    const hours = (i * 37) % 101
    const left = hours + ((i * 53) % 60) < 60
    return { hours: hours + shift, plan: i % 3 === 0 ? 'a' : 'b', left }
  })
}

/** Writes the feature file of a period as the stage features does: key, features, label. */
export async function writeFeatures(
  folder: string,
  asOf: string,
  rows: readonly Client[],
): Promise<void> {
  const source = join(folder, `${asOf}.source.json`)
  const lines = rows.map((row, i) => JSON.stringify({ id: `c${1000 + i}`, ...row }))
  await mkdir(folder, { recursive: true })
  await writeFile(source, lines.join('\n'))
  const columns = `{id: 'VARCHAR', hours: 'DOUBLE', plan: 'VARCHAR', "left": 'BOOLEAN'}`
  const query = `SELECT * FROM read_json(${text(source)}, columns = ${columns}) ORDER BY id`
  await withDuckDB((db) => writeParquet(db, query, join(folder, `${asOf}.parquet`)))
}

/** A model whose logit is slope · (hours − 30) / 20. */
export function modelOf(slope: number, features = FEATURES): Model {
  const feature = features[0]?.name ?? ''
  const layer = { inputs: 1, units: 1, activation: 'linear' as const, kernel: [slope], bias: [0] }
  return {
    schema: MODEL_SCHEMA,
    name: 'clients_churn',
    as_of: BEFORE,
    entity: 'id',
    features,
    encoder: {
      blocks: [{ kind: 'number', feature, fill: 30, blank: false, knots: [] }],
      center: [30],
      scale: [20],
    },
    members: [{ name: 'one', kind: 'logistic', weight: 1, layers: [layer] }],
    calibration: { method: 'none' },
    threshold: 0.4,
  }
}

/** Writes a bundle with the model. */
export async function writeModel(dir: string, model: Model, split = SPLIT): Promise<void> {
  const row = Object.fromEntries(model.features.map(({ name, type }) => [name, SOME[type]]))
  await writeBundle(dir, {
    name: model.name,
    as_of: model.as_of,
    files: {
      'model.json': model,
      'examples.json': makeExamples(model, [row]),
      'split.json': split,
    },
  })
}

const SOME = { number: 30, integer: 30, boolean: true, category: 'a' } as const

/** Writes what a registry:// dependency resolves to; returns its path. */
export async function answer(path: string, value: unknown): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, JSON.stringify(value))
  return path
}

/** params `promote` of the gate, as they ship but for what is given. */
export const gateOf = (min_gain = 0.01) => ({
  min_gain,
  policy: 'three-answers' as const,
  guards: {
    calibration: false as const,
    slices: { loss: 0.02, positives: 50 },
    cost: { most: 1_000_000 },
    examples: true,
  },
})
