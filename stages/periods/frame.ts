// Reads a period's feature file into columns in memory, and lists the periods that there are.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { nearest } from '@weir/base/nearest'
import type { FeatureFrame, FeatureSpec, FeatureValue } from '@weir/formats/dataset'
import { StageError } from '@weir/runner'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { name, text } from '@weir/tables/quote'

/** The periods (YYYY-MM-DD) of a folder of `<as_of>.parquet` files, earliest first; none if there is no such folder. */
export async function listPeriods(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return names.flatMap((file) => /^(\d{4}-\d{2}-\d{2})\.parquet$/.exec(file)?.[1] ?? []).sort()
}

/**
 * The rows of one period: the file's first column is the entity, its last the label, `features` are read by name.
 * Numbers and integers come as numbers, blanks as null; rows in order of the entity.
 * @throws StageError PERIOD_MISSING, FEATURE_MISSING, FEATURE_TYPE
 */
export async function readFrame(
  featuresDir: string,
  asOf: string,
  features: readonly FeatureSpec[],
): Promise<FeatureFrame> {
  const periods = await listPeriods(featuresDir)
  if (!periods.includes(asOf)) {
    throw new StageError('PERIOD_MISSING', `there are no features of ${asOf}`, {
      where: `features ${asOf}`,
      hint: periods.length > 0 ? `there are: ${periods.join(', ')}` : 'run the stage features',
    })
  }
  return withDuckDB((db) => readFile(db, join(featuresDir, `${asOf}.parquet`), asOf, features))
}

async function readFile(
  db: DuckDBConnection,
  path: string,
  asOf: string,
  features: readonly FeatureSpec[],
): Promise<FeatureFrame> {
  const source = `read_parquet(${text(path)})`
  const described = await rowsOf(db, `DESCRIBE SELECT * FROM ${source}`)
  const present = described.map((row) => String(row.column_name))
  checkFeatures(features, present, asOf)
  const types = new Map(described.map((row) => [row.column_name, String(row.column_type)]))
  for (const feature of features) checkType(feature, types.get(feature.name) ?? '', asOf)
  const id = `CAST(${name(present.at(0) ?? '')} AS VARCHAR)`
  const label = `CAST(${name(present.at(-1) ?? '')} AS INTEGER)`
  const values = features.map((feature) => `CAST(${name(feature.name)} AS ${sqlType(feature)})`)
  const select = [id, ...values, label].map((value, at) => `${value} AS c${at}`).join(', ')
  const result = await db.run(`SELECT ${select} FROM ${source} ORDER BY c0`)
  const columns = (await result.getColumnsJS()) as FeatureValue[][]
  return {
    asOf,
    ids: (columns.at(0) ?? []) as string[],
    columns: Object.fromEntries(features.map(({ name }, at) => [name, columns[at + 1] ?? []])),
    labels: (columns.at(-1) ?? []) as (0 | 1 | null)[],
  }
}

function checkFeatures(
  features: readonly FeatureSpec[],
  present: readonly string[],
  asOf: string,
): void {
  const missing = features.filter((feature) => !present.slice(1, -1).includes(feature.name))
  if (missing.length === 0) return
  const hints = missing.flatMap(({ name }) => nearest(name, present) ?? [])
  throw new StageError(
    'FEATURE_MISSING',
    `the features of ${asOf} lack ${missing.map((feature) => feature.name).join(', ')}`,
    {
      where: `features ${asOf}`,
      ...(hints.length > 0 ? { hint: `did you mean ${hints.join(', ')}?` } : {}),
    },
  )
}

/** A cast would fail without a place, or make a flag of a number. */
function checkType({ name, type }: FeatureSpec, found: string, asOf: string): void {
  const numeric = type === 'number' || type === 'integer'
  const fits = numeric ? /INT|DOUBLE|FLOAT|DECIMAL/.test(found) : found === sqlType({ type })
  if (fits) return
  throw new StageError('FEATURE_TYPE', `${name} of ${asOf} is ${found}, not a ${type}`, {
    where: `features ${asOf}`,
    hint: 'run features for the period, with the definition that the model was made with',
  })
}

function sqlType({ type }: Pick<FeatureSpec, 'type'>): string {
  if (type === 'boolean') return 'BOOLEAN'
  return type === 'category' ? 'VARCHAR' : 'DOUBLE'
}
