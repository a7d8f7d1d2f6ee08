/**
 * The features of every period up to as_of: for each user, the latest row of each feature view that
 * was known at the end of the period's day, no older than the view's time to live. Nothing that was
 * exported later is looked at, so no feature knows the future; a user without such a row keeps their
 * place, with blanks. Labels come late: who has none yet has a blank.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { Type } from '@sinclair/typebox'
import { Validation } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { type Definition, featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { defineStage, file, folder, json, type Show } from '@weir/runner'
import { rowsOf, withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { featureQuery, labelledEntities, type Snapshots } from '@weir/tables/feature-query'
import { name, text } from '@weir/tables/quote'
import { counted } from './charts/figures.ts'
import { listSnapshots, snapshotOf } from './snapshots/snapshots.ts'

export default defineStage({
  title: 'Join the features',
  params: { as_of: AsOf, data: Type.Object({ definition: Type.String() }) },
  inputs: {
    definition: file('${data.definition}'),
    snapshots: folder('artifacts/snapshots'),
    // Not read: a period that does not hold what it promises goes no further.
    validation: json('artifacts/validation.json', Validation),
  },
  outputs: { features: folder('artifacts/features') },
  async run({ params, inputs, outputs, show, log, progress, signal }) {
    const definition = await readDefinition(inputs.definition.path)
    const snapshots = await listSnapshots(inputs.snapshots.path, definition)
    // Fails here, with a name, when the period was not ingested.
    snapshotOf(snapshots, definition.entity.table, params.as_of)
    const folder = outputs.features.path
    await mkdir(folder, { recursive: true })
    const periods = snapshots(definition.entity.table)
      .map((snapshot) => snapshot.asOf)
      .filter((asOf) => asOf <= params.as_of)
    await withDuckDB(async (db) => {
      for (const [done, asOf] of periods.entries()) {
        progress({ done, total: periods.length, unit: 'periods', note: asOf })
        await writeFeatures(db, definition, snapshots, asOf, join(folder, `${asOf}.parquet`))
      }
      await showPeriods(db, show, definition, folder, periods)
    }, signal)
    log(`features of ${counted(periods.length, 'period')}`)
  },
})

async function writeFeatures(
  db: DuckDBConnection,
  definition: Definition,
  snapshots: Snapshots,
  asOf: string,
  path: string,
): Promise<void> {
  const labels = snapshotOf(snapshots, definition.label.table, asOf)
  const everyone = snapshotOf(snapshots, definition.entity.table, asOf)
  const entities = labelledEntities(definition, labels, everyone)
  const columns = [
    `__entity AS ${name(definition.entity.key)}`,
    ...featureSpecs(definition).map((feature) => name(feature.name)),
    `__label AS ${name(definition.label.column)}`,
  ]
  const joined = featureQuery(definition, snapshots, asOf, entities)
  await writeParquet(db, `SELECT ${columns.join(', ')} FROM (${joined}) ORDER BY __entity`, path)
}

async function showPeriods(
  db: DuckDBConnection,
  show: Show,
  definition: Definition,
  folder: string,
  periods: readonly string[],
): Promise<void> {
  const features = featureSpecs(definition)
  const label = name(definition.label.column)
  const blanks = features.map(({ name: feature }) => `count(*) - count(${name(feature)})`)
  const rows = await Promise.all(
    periods.map(async (asOf) => {
      const path = text(join(folder, `${asOf}.parquet`))
      const [row = {}] = await rowsOf(
        db,
        `SELECT count(*) AS n, count(${label}) AS known, avg(CAST(${label} AS INTEGER)) AS share, ${blanks.join(' + ')} AS blanks FROM read_parquet(${path})`,
      )
      const cells = Number(row.n) * features.length
      const share = row.share === null ? null : Number(row.share).toFixed(4)
      return [
        asOf,
        Number(row.n),
        Number(row.known),
        share,
        cells === 0 ? null : `${((100 * Number(row.blanks)) / cells).toFixed(2)} %`,
      ]
    }),
  )
  show.table({
    caption: `${features.length} features by period`,
    columns: ['as_of', 'rows', 'labelled', 'positive share', 'blank values'],
    rows,
  })
}
