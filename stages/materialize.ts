/**
 * The online feature table of the period: for every user the latest known value of each feature, and
 * the day that each view's values come from, so that a reader can tell their age and hold them to the
 * view's time to live. It holds the features of the definition, and those of the versions that may be
 * served with it: the last three in Production and the challenger, so that a rollback finds what it needs.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { Type } from '@sinclair/typebox'
import { sha256File } from '@weir/base/files'
import { OnlineManifest, Validation } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { type Definition, featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { documentText } from '@weir/formats/document'
import { defineStage, file, folder, json, type Show } from '@weir/runner'
import { count, rowsOf, withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { featureQuery, labelledEntities, type Snapshots } from '@weir/tables/feature-query'
import { eventColumn } from '@weir/tables/point-in-time'
import { name, text } from '@weir/tables/quote'
import { served } from './models/registered-version.ts'
import { withServed } from './models/served-features.ts'
import { listSnapshots, snapshotOf } from './snapshots/snapshots.ts'

export default defineStage({
  title: 'Materialize the online features',
  params: { as_of: AsOf, data: Type.Object({ definition: Type.String() }) },
  inputs: {
    definition: file('${data.definition}'),
    snapshots: folder('artifacts/snapshots'),
    // Not read: a period that does not hold what it promises goes no further.
    validation: json('artifacts/validation.json', Validation),
    served,
  },
  outputs: { online: folder('artifacts/online') },
  async run({ params, inputs, outputs, show, log, signal }) {
    const declared = await readDefinition(inputs.definition.path)
    const { features } = await inputs.served.read()
    const { definition, lost } = withServed(declared, features)
    if (lost.length > 0) log(`no column any more: ${lost.join(', ')}, which an earlier model reads`)
    const snapshots = await listSnapshots(inputs.snapshots.path, definition)
    const folder = outputs.online.path
    await mkdir(folder, { recursive: true })
    const path = join(folder, 'features.parquet')
    const rows = await withDuckDB(async (db) => {
      await writeParquet(db, onlineQuery(definition, snapshots, params.as_of), path)
      await showAges(db, show, definition, path)
      return count(db, `read_parquet(${text(path)})`)
    }, signal)
    const manifest = await manifestOf(params.as_of, definition, rows, path)
    await outputs.online.write('manifest.json', documentText(OnlineManifest, manifest, MANIFEST))
    log(`${rows} rows of ${manifest.features.length} features`)
  },
})

const MANIFEST = 'artifacts/online/manifest.json'

async function manifestOf(
  asOf: string,
  definition: Definition,
  rows: number,
  path: string,
): Promise<OnlineManifest> {
  const views = definition.views.map(({ name, ttlDays }) => [name, { ttl_days: ttlDays }])
  return {
    as_of: asOf,
    entity: definition.entity.key,
    rows,
    features: featureSpecs(definition),
    views: Object.fromEntries(views),
    sha256: await sha256File(path),
  }
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
  show: Show,
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
