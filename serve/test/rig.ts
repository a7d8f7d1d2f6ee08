// Helpers of the server's tests: a small model by hand, its bundle, an online table, and a server around them.
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { MODEL_SCHEMA } from '@weir/formats/bundle'
import type { FeatureRow, FeatureSpec } from '@weir/formats/dataset'
import { makeExamples } from '@weir/ml/bundle'
import type { Model } from '@weir/ml/model'
import { verifyBundle } from '@weir/models/load'
import { openRegistry, type Registry } from '@weir/registry/registry'
import { buildApp } from '../src/app.ts'
import { following } from '../src/followed.ts'
import { createMetrics } from '../src/metrics.ts'
import type { Noted } from '../src/prediction-log.ts'
import type { Refusal } from '../src/slot.ts'
import { stateOf } from '../src/state.ts'

export const NAME = 'tiny_churn'

export function scratch(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'weir-serve-')))
}

export const FEATURES: readonly FeatureSpec[] = [
  { name: 'months', view: 'profile', type: 'integer', min: 0, max: 1200, nullable: false },
  { name: 'tv', view: 'profile', type: 'boolean', nullable: true },
  {
    name: 'net',
    view: 'profile',
    type: 'category',
    levels: ['DSL', 'Fiber', 'No'],
    nullable: false,
  },
  { name: 'hours', view: 'usage', type: 'number', min: 0, max: 720, nullable: false },
]

export const ROW = { months: 12, tv: null, net: 'DSL', hours: 3.5 }

/** A logistic model whose only say is the intercept and the months: p = 1 / (1 + exp(−(bias − months/12))). */
export function tinyModel(bias: number, features = FEATURES): Model {
  const numbers = (feature: string) => ({
    kind: 'number' as const,
    feature,
    fill: 5,
    blank: false,
    knots: [],
  })
  return {
    schema: MODEL_SCHEMA,
    name: NAME,
    as_of: '2024-01-31',
    entity: 'user_id',
    features,
    encoder: {
      blocks: [
        numbers('months'),
        { kind: 'boolean', feature: 'tv', blank: true },
        { kind: 'category', feature: 'net', levels: ['DSL', 'Fiber', 'No'], blank: false },
        numbers('hours'),
      ],
      center: [0, 0, 0, 0, 0, 0, 0],
      scale: [12, 1, 1, 1, 1, 1, 1],
    },
    members: [
      {
        name: 'logistic',
        kind: 'logistic',
        weight: 1,
        layers: [
          {
            inputs: 7,
            units: 1,
            activation: 'linear',
            kernel: [-1, 0, 0, 0, 0, 0, 0],
            bias: [bias],
          },
        ],
      },
    ],
    calibration: { method: 'none' },
    threshold: 0.5,
  }
}

export const probabilityOf = (bias: number, months: number) =>
  1 / (1 + Math.exp(months / 12 - bias))

/** Writes the bundle of a model into a new folder; `lie` makes its examples expect something else. */
export function tinyBundle(
  root: string,
  model: Model,
  { lie = false, asOf = '2024-01-31' } = {},
): string {
  const dir = mkdtempSync(join(root, 'candidate-'))
  const rows: FeatureRow[] = [ROW, { ...ROW, months: 60, tv: true, net: 'No' }]
  const examples = makeExamples(model, rows).map((example) =>
    lie ? { ...example, probability: example.probability / 2 } : example,
  )
  const texts = { 'examples.json': examples, 'model.json': model }
  const files = Object.entries(texts).map(([path, value]) => {
    const text = `${JSON.stringify(value, null, 2)}\n`
    writeFileSync(join(dir, path), text)
    return { path, size: Buffer.byteLength(text), sha256: sha256(text) }
  })
  const manifest = { schema: 'weir/bundle/1', name: NAME, as_of: asOf, files }
  writeFileSync(join(dir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return dir
}

export interface Project {
  readonly root: string
  readonly store: string
  readonly features: string
  readonly registry: Registry
}

export function project(): Project {
  const root = scratch()
  const store = join(root, 'models')
  const quiet = { git: async () => null, user: () => 'ada', run: () => null, warn: () => {} }
  const registry = openRegistry(store, { ...quiet, verify: verifyBundle })
  return { root, store, features: join(root, 'artifacts/online'), registry }
}

/** Registers and promotes a model with this intercept; each intercept is a version. */
export async function promote({ root, registry }: Project, bias: number): Promise<void> {
  const { version } = await registry.register(tinyBundle(root, tinyModel(bias)))
  await registry.promote(NAME, version.version, { reason: 'test' })
}

export interface OnlineOptions {
  readonly asOf?: string
  readonly months?: number
  readonly entity?: string
  /** The usage view of the user `old` was last seen on this day. */
  readonly oldUsage?: string
  readonly drop?: string
  /** The key is a whole number: 1 for `ann`, 2 for `bob` and so on. */
  readonly numbered?: boolean
}

/** Writes the online table beside its place and moves it there, as a run does. */
export async function writeOnline(folder: string, options: OnlineOptions = {}): Promise<void> {
  const {
    asOf = '2024-01-31',
    months = 12,
    entity = 'user_id',
    oldUsage = '2023-11-30',
    drop,
    numbered = false,
  } = options
  const aside = `${folder}.aside`
  mkdirSync(aside, { recursive: true })
  const specs = FEATURES.filter((feature) => feature.name !== drop)
  const all: Record<string, string> = {
    months: 'CAST(months AS BIGINT)',
    tv: 'CAST(tv AS BOOLEAN)',
    net: 'net',
    hours: 'CAST(hours AS DOUBLE)',
  }
  const columns = specs.map(({ name }) => `${all[name]} AS ${name}`).join(', ')
  const key = numbered ? 'CAST(row_number() OVER () AS BIGINT)' : 'id'
  const query = `SELECT ${key} AS "${entity}", ${columns}, CAST(p AS DATE) AS profile__as_of, CAST(u AS DATE) AS usage__as_of
    FROM (VALUES
      ('ann', ${months}, NULL, 'DSL', 3.5, '${asOf}', '${asOf}'),
      ('bob', 60, true, 'No', 0.0, '${asOf}', '${asOf}'),
      ('old', 12, false, 'Fiber', 9.0, '2022-01-31', '${oldUsage}'),
      ('new', 0, NULL, 'DSL', NULL, '${asOf}', NULL)
    ) AS t(id, months, tv, net, hours, p, u)`
  await parquet(query, join(aside, 'features.parquet'))
  const manifest = {
    as_of: asOf,
    entity,
    rows: 4,
    features: specs,
    views: { profile: { ttl_days: null }, usage: { ttl_days: 35 } },
    sha256: sha256(readFileSync(join(aside, 'features.parquet'))),
  }
  writeFileSync(join(aside, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  mkdirSync(dirname(folder), { recursive: true })
  rmSync(folder, { recursive: true, force: true })
  renameSync(aside, folder)
}

async function parquet(query: string, path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const db = await instance.connect()
  await db.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`)
  db.closeSync()
  instance.closeSync()
}

/** Puts the table of the project live for the version in Production. */
export async function publish({ features, registry }: Project): Promise<void> {
  await registry.publish(NAME, await registry.storeTable(features), 'test')
}

/**
 * The app over a project, without a port and without a watch: `refresh` looks for what is new. Features come from the
 * project's folder, or from what is live in the registry.
 */
export async function appOf(
  { store, features: folder }: Project,
  { fromRegistry = false }: { readonly fromRegistry?: boolean } = {},
) {
  const features = fromRegistry ? null : folder
  const metrics = createMetrics()
  const refusals: Refusal[] = []
  const refused = (what: 'model' | 'features') => (refusal: Refusal) => {
    metrics.refused(what)
    refusals.push(refusal)
  }
  const { models, online, looks } = following(
    { store, name: null, features },
    {
      models: { swapped: metrics.modelSwapped, refused: refused('model') },
      online: { swapped: metrics.onlineSwapped, refused: refused('features') },
    },
  )
  const noted: Noted[] = []
  const predictions = {
    note: (some: readonly Noted[]) => void noted.push(...some),
    close: async () => {},
  }
  const app = buildApp({ state: stateOf(models, online), metrics, predictions })
  const refresh = async () => {
    await Promise.all(looks.map((look) => look.refresh()))
  }
  await refresh()
  const send = async (body: unknown) => {
    const reply = await app.inject({ method: 'POST', url: '/predict', payload: body as object })
    return { status: reply.statusCode, body: reply.json() }
  }
  const get = async (url: string) => {
    const reply = await app.inject({ method: 'GET', url })
    return { status: reply.statusCode, body: reply.json() }
  }
  return { app, refresh, refusals, send, get, noted }
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
