// Measures the model that params.yaml describes: held-out AUC on the real months over five splits by user.
// npm run bench -- bench/quality.ts [train.folds=3 …]
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Value } from '@sinclair/typebox/value'
import {
  type FeatureFrame,
  type FeatureSpec,
  type FeatureValue,
  useOf,
} from '@weir/formats/dataset'
import { type Definition, featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { isHeldOut } from '@weir/ml/decisions'
import { pickRows } from '@weir/ml/encoding'
import { rocAuc } from '@weir/ml/metrics'
import { type Model, probabilities } from '@weir/ml/model'
import { TrainParams, train } from '@weir/ml/training'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { name, text } from '@weir/tables/quote'
import { parse } from 'yaml'
import { readyTensorFlow } from '../stages/models/tensorflow.ts'

const SALTS = ['weir', 'a', 'b', 'c', 'd']
const FOLDER = '../shared/data/streamflow'

const definition = await readDefinition('data/streamflow.yaml')
const { params, seed, share } = await settings(process.argv.slice(2))
await readyTensorFlow()
for (const [folder, asOf] of Object.entries(definition.periods)) {
  const frame = await readMonth(definition, join(FOLDER, folder), asOf)
  const results: Awaited<ReturnType<typeof measure>>[] = []
  for (const salt of SALTS) results.push(await measure(frame, salt))
  const mean = (of: (result: (typeof results)[number]) => number) =>
    results.reduce((sum, result) => sum + of(result), 0) / results.length
  console.log(
    `${asOf} mean     auc ${mean((r) => r.auc).toFixed(4)}  train ${mean((r) => r.train).toFixed(4)}  ${mean((r) => r.seconds).toFixed(1)} s`,
  )
}

async function measure(frame: FeatureFrame, salt: string) {
  const started = performance.now()
  const held = frame.ids.map((id) => isHeldOut(id, salt, share))
  const [training, heldOut] = [part(frame, held, false), part(frame, held, true)]
  const set = { asOf: frame.asOf, features: featureSpecs(definition), ...training }
  const { model, members } = await train(set, { name: 'm', entity: 'user_id' }, params, seed)
  const auc = aucOf(model, heldOut)
  const fit = aucOf(model, training)
  const seconds = (performance.now() - started) / 1000
  const epochs = members.map((member) => member.bestEpoch).join(' ')
  console.log(
    `${frame.asOf} ${salt.padEnd(8)} auc ${auc.toFixed(4)}  train ${fit.toFixed(4)}  ${seconds.toFixed(1)} s  held out ${heldOut.labels.length}  threshold ${model.threshold.toFixed(3)}  best epochs ${epochs}`,
  )
  return { auc, train: fit, seconds }
}

function part(frame: FeatureFrame, held: readonly boolean[], keep: boolean) {
  const at = held.flatMap((is, i) => (is === keep ? [i] : []))
  return { columns: pickRows(frame.columns, at), labels: at.map((i) => frame.labels[i] ?? 0) }
}

function aucOf(model: Model, { columns, labels }: ReturnType<typeof part>): number {
  return rocAuc(
    probabilities(model, columns),
    labels.map((label) => (label === 1 ? 1 : 0)),
  )
}

/** params.yaml, with `train.key=value` arguments over it. */
async function settings(overrides: readonly string[]) {
  const file = parse(await readFile('params.yaml', 'utf8'))
  for (const override of overrides) {
    const [path = '', value = ''] = override.split('=')
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    const parent = keys.reduce((node, key) => node[key], file)
    parent[last] = parse(value)
  }
  const params = Value.Decode(TrainParams, file.train)
  return { params, seed: file.seed as number, share: file.split.held_out as number }
}

/** The features of one folder of exports, as of its end: every view's row of each user. */
async function readMonth(
  { entity, label }: Definition,
  folder: string,
  asOf: string,
): Promise<FeatureFrame> {
  const features = featureSpecs(definition)
  const tables = new Set(definition.views.map((view) => view.table))
  const joins = [...tables, label.table].map(
    (table) =>
      `LEFT JOIN read_csv(${text(join(folder, `${table}.csv`))}) ${name(table)} USING (${name(entity.key)})`,
  )
  const users = `read_csv(${text(join(folder, `${entity.table}.csv`))})`
  const sql = `SELECT ${name(entity.key)} AS id, ${features.map(sqlOf).join(', ')},
    CAST(${name(label.column)} AS INTEGER) AS label FROM ${users} ${joins.join(' ')} ORDER BY id`
  const rows = await withDuckDB((db) => rowsOf(db, sql))
  return {
    asOf,
    ids: rows.map((row) => String(row.id)),
    columns: Object.fromEntries(
      features.map((feature) => [
        feature.name,
        rows.map((row) => row[feature.name] as FeatureValue),
      ]),
    ),
    labels: rows.map((row) => row.label as 0 | 1 | null),
  }
}

function sqlOf({ name: column, type }: FeatureSpec): string {
  return `${useOf(type).read(name(column))} AS ${name(column)}`
}
