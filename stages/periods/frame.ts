// Reads a period's feature file into columns in memory.
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { nearest } from '@weir/base'
import {
  type FeatureColumn,
  type FeatureFrame,
  type FeatureSpec,
  useOf,
} from '@weir/formats/dataset'
import { StageError } from '@weir/runner'
import { BigIntColumn, type Column, DateColumn } from '@weir/tables/column'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { queryColumns } from '@weir/tables/query-columns'
import { name, text } from '@weir/tables/quote'
import { listPeriods } from '@weir/tables/snapshot-files'

export { listPeriods }

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
  return withDuckDB(async (db) => {
    const file = await openPeriod(db, featuresDir, asOf, features)
    return readRows(db, file, asOf, features)
  })
}

async function checkPeriod(featuresDir: string, asOf: string): Promise<void> {
  const periods = await listPeriods(featuresDir)
  if (periods.includes(asOf)) return
  throw new StageError('PERIOD_MISSING', `there are no features of ${asOf}`, {
    where: `features ${asOf}`,
    hint: periods.length > 0 ? `there are: ${periods.join(', ')}` : 'run the stage features',
  })
}

/** The feature file of a period, which is known to have the features that were asked for. */
export interface PeriodFile {
  /** Its rows, and its entity and label columns, as SQL. */
  readonly source: string
  readonly entity: string
  readonly label: string
}

/**
 * Opens the feature file of a period.
 * @throws StageError PERIOD_MISSING, FEATURE_MISSING, FEATURE_TYPE
 */
export async function openPeriod(
  db: DuckDBConnection,
  featuresDir: string,
  asOf: string,
  features: readonly FeatureSpec[],
): Promise<PeriodFile> {
  await checkPeriod(featuresDir, asOf)
  const source = `read_parquet(${text(join(featuresDir, `${asOf}.parquet`))})`
  const described = await rowsOf(db, `DESCRIBE SELECT * FROM ${source}`)
  const present = described.map((row) => String(row.column_name))
  checkFeatures(features, present, asOf)
  const types = new Map(described.map((row) => [row.column_name, String(row.column_type)]))
  for (const feature of features) checkType(feature, types.get(feature.name) ?? '', asOf)
  return { source, entity: name(present.at(0) ?? ''), label: name(present.at(-1) ?? '') }
}

/** One feature of a period, in the order of its file. */
export async function readColumn(
  db: DuckDBConnection,
  { source }: PeriodFile,
  feature: FeatureSpec,
): Promise<FeatureColumn> {
  const query = `SELECT ${await selected(db, source, feature)} FROM ${source}`
  const { columns } = await queryColumns(db, query)
  return featureColumn(columns.get(feature.name))
}

async function readRows(
  db: DuckDBConnection,
  { source, entity, label }: PeriodFile,
  asOf: string,
  features: readonly FeatureSpec[],
): Promise<FeatureFrame> {
  const select = [`CAST(${entity} AS VARCHAR) AS __id`, `CAST(${label} AS INTEGER) AS __label`]
  for (const feature of features) select.push(await selected(db, source, feature))
  const query = `SELECT ${select.join(', ')} FROM ${source} ORDER BY __id`
  const { columns } = await queryColumns(db, query)
  const labels = columns.get('__label') ?? []
  return {
    asOf,
    ids: Array.from(columns.get('__id') ?? [], String),
    columns: Object.fromEntries(
      features.map(({ name }) => [name, featureColumn(columns.get(name))]),
    ),
    labels: Array.from<unknown, 0 | 1 | null>(labels, labelOf),
  }
}

function labelOf(label: unknown): 0 | 1 | null {
  return label === null ? null : label === 1 ? 1 : 0
}

function featureColumn(column: Column | undefined): FeatureColumn {
  if (column === undefined || column instanceof BigIntColumn || column instanceof DateColumn) {
    throw new TypeError(`a feature cannot be ${column?.kind}`)
  }
  return column
}

/** More levels than that are read as texts. */
const MOST_LEVELS = 1000

/** SQL of a feature by its own name. A category is read as an ENUM of the levels that occur: a number a row. */
async function selected(
  db: DuckDBConnection,
  source: string,
  feature: FeatureSpec,
): Promise<string> {
  const value = name(feature.name)
  const { block, read } = useOf(feature.type)
  if (block !== 'category') return `${read(value)} AS ${value}`
  const query = `SELECT DISTINCT ${value} AS level FROM ${source} WHERE ${value} IS NOT NULL LIMIT ${MOST_LEVELS + 1}`
  const levels = (await rowsOf(db, query)).map(({ level }) => text(String(level)))
  if (levels.length === 0 || levels.length > MOST_LEVELS) return value
  return `CAST(${value} AS ENUM(${levels.join(', ')})) AS ${value}`
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
  if (useOf(type).stored.test(found)) return
  throw new StageError('FEATURE_TYPE', `${name} of ${asOf} is ${found}, not a ${type}`, {
    where: `features ${asOf}`,
    hint: 'run features for the period, with the definition that the model was made with',
  })
}
