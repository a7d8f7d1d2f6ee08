/**
 * The online feature table of the period: for every user the latest known value of each feature, and
 * the day that each view's values come from, so that a reader can tell their age and hold them to the
 * view's time to live. It needs no model: what is promoted later is served from it.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type Static, Type } from '@sinclair/typebox'
import { sha256File } from '@weir/base/digest'
import { OnlineManifest } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { type Definition, featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { writeJson } from '@weir/formats/json-file'
import { defineStage, type StageContext } from '@weir/runner'
import { count, rowsOf, withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { featureQuery, labelledEntities, type Snapshots } from '@weir/tables/feature-query'
import { eventColumn } from '@weir/tables/point-in-time'
import { name, text } from '@weir/tables/quote'
import { listSnapshots, snapshotOf } from './snapshots/snapshots.ts'

const params = Type.Object({
  as_of: AsOf,
  data: Type.Object({ definition: Type.String() }),
})
type Params = Static<typeof params>

const MANIFEST = 'artifacts/online/manifest.json'

export default defineStage({ title: 'Materialize the online features', params, run })

async function run(context: StageContext<Params>): Promise<void> {
  const { params, input, output, signal, log } = context
  const definition = await readDefinition(input(params.data.definition))
  const snapshots = await listSnapshots(input('artifacts/snapshots'), definition)
  const folder = output('artifacts/online')
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'features.parquet')
  const rows = await withDuckDB(async (db) => {
    await writeParquet(db, onlineQuery(definition, snapshots, params.as_of), path)
    await showAges(db, context, definition, path)
    return count(db, `read_parquet(${text(path)})`)
  }, signal)
  const manifest: OnlineManifest = {
    as_of: params.as_of,
    entity: definition.entity.key,
    rows,
    features: featureSpecs(definition),
    views: Object.fromEntries(
      definition.views.map(({ name, ttlDays }) => [name, { ttl_days: ttlDays }]),
    ),
    sha256: await sha256File(path),
  }
  await writeJson(join(folder, 'manifest.json'), OnlineManifest, manifest, MANIFEST)
  log(`${rows} rows of ${manifest.features.length} features`)
}

/** Everyone's features at as_of, each view with the day that its values come from. */
function onlineQuery(definition: Definition, snapshots: Snapshots, asOf: string): string {
  const everyone = snapshotOf(snapshots, definition.entity.table, asOf)
  const entities = labelledEntities(definition, undefined, everyone)
  const columns = [
    `__entity AS ${name(definition.entity.key)}`,
    ...featureSpecs(definition).map((feature) => name(feature.name)),
    ...definition.views.map(
      (view) => `CAST(${name(eventColumn(view.name))} AS DATE) AS ${name(asOfColumn(view.name))}`,
    ),
  ]
  const joined = featureQuery(definition, snapshots, asOf, entities)
  return `SELECT ${columns.join(', ')} FROM (${joined}) ORDER BY __entity`
}

/** Name of the column with the day that a view's values come from. */
function asOfColumn(view: string): string {
  return `${view}__as_of`
}

async function showAges(
  db: DuckDBConnection,
  { show }: StageContext<Params>,
  { views }: Definition,
  path: string,
): Promise<void> {
  const rows: (string | number | null)[][] = []
  for (const view of views) {
    const day = name(asOfColumn(view.name))
    const [row = {}] = await rowsOf(
      db,
      `SELECT CAST(min(${day}) AS VARCHAR) AS oldest, CAST(max(${day}) AS VARCHAR) AS newest, count(*) - count(${day}) AS none FROM read_parquet(${text(path)})`,
    )
    const [oldest, newest] = [row.oldest, row.newest].map((date) => (date ? String(date) : null))
    rows.push([view.name, view.ttlDays, oldest ?? null, newest ?? null, Number(row.none)])
  }
  show.table({
    caption: 'Where the values come from',
    columns: ['view', 'days to live', 'oldest', 'newest', 'users without values'],
    rows,
  })
}
