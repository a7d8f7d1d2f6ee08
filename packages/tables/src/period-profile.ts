// The stored periods of a data set in figures, each also against the one before it. Labels are apart, since they come late.
import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnSpec, Definition, TableSpec } from '@weir/formats/definition'
import type {
  LabelProfile,
  PeriodProfile,
  TableChange,
  TableProfile,
} from '@weir/formats/period-profile'
import { rowsOf } from './duckdb.ts'
import { name, text } from './quote.ts'
import { snapshotPath } from './snapshot-files.ts'
import { compareTables } from './table-change.ts'
import { profileTable, rowsDigest } from './table-profile.ts'

/** The snapshots of a data set. */
export interface Stored {
  readonly db: DuckDBConnection
  /** Folder of `<table>/<as_of>.parquet`. */
  readonly folder: string
  readonly definition: Definition
}

/**
 * Whether a table holds nothing but labels: its rows come when the labels do. A label among other columns comes late
 * by itself.
 */
export function isLabelTable({ entity, label, views }: Definition, table: string): boolean {
  if (table !== label.table || table === entity.table) return false
  return views.every((view) => view.table !== table)
}

/**
 * The figures of periods of which every table has a snapshot with the declared columns.
 * @param periods as_of of each, earliest first
 */
export async function profilePeriods(
  stored: Stored,
  periods: readonly string[],
): Promise<PeriodProfile[]> {
  const profiles: PeriodProfile[] = []
  for (const asOf of periods) {
    profiles.push(await profilePeriod(stored, asOf, profiles.at(-1)))
  }
  return profiles
}

/** The figures of a period, and of its change since `before`. */
export async function profilePeriod(
  stored: Stored,
  asOf: string,
  before: PeriodProfile | undefined,
): Promise<PeriodProfile> {
  const { db, definition } = stored
  const tables: TableProfile[] = []
  const changes: TableChange[] = []
  for (const table of definition.tables) {
    if (isLabelTable(definition, table.name)) continue
    const source = sourceOf(stored, table.name, asOf)
    const columns = profiled(definition, table)
    const profile = await profileTable(db, { asOf, table, source, columns })
    tables.push(profile)
    const earlier = before?.tables.find((one) => one.table === table.name)
    if (before === undefined || earlier === undefined) continue
    if (table.key.join() !== definition.entity.key) continue
    const then = { source: sourceOf(stored, table.name, before.asOf), profile: earlier }
    const now = { source, profile }
    changes.push(await compareTables(db, definition.entity.key, columns, { before: then, now }))
  }
  return { asOf, tables, changes, label: await profileLabel(stored, asOf, before) }
}

/** The columns that tell something: all but the entity's key, and the label. */
function profiled({ entity, label }: Definition, table: TableSpec): readonly ColumnSpec[] {
  return table.columns.filter(
    ({ name: column }) =>
      column !== entity.key && (table.name !== label.table || column !== label.column),
  )
}

function sourceOf({ folder }: Stored, table: string, asOf: string): string {
  return `read_parquet(${text(snapshotPath(folder, table, asOf))})`
}

async function profileLabel(
  stored: Stored,
  asOf: string,
  before: PeriodProfile | undefined,
): Promise<LabelProfile> {
  const { db, definition } = stored
  const { entity } = definition
  const key = name(entity.key)
  const labels = (period: string) => {
    const from = sourceOf(stored, definition.label.table, period)
    return `(SELECT ${key} AS id, ${name(definition.label.column)} AS label FROM ${from})`
  }
  const entities = `(SELECT count(*) FROM ${sourceOf(stored, entity.table, asOf)})`
  const digest = rowsDigest(['id', 'label'], 'label IS NOT NULL')
  const [row = {}] = await rowsOf(
    db,
    `SELECT ${entities} AS entities, count(label) AS known, count(*) FILTER (label) AS positive, ${digest} AS digest FROM ${labels(asOf)}`,
  )
  const known = Number(row.known)
  return {
    entities: Number(row.entities),
    known,
    positive: Number(row.positive),
    digest: `${row.digest}-${known}`,
    own: before === undefined ? null : await kappa(db, labels(before.asOf), labels(asOf)),
  }
}

/** Cohen's kappa of two periods' labels, of the entities that have both. */
async function kappa(db: DuckDBConnection, before: string, now: string): Promise<number | null> {
  const [row = {}] = await rowsOf(
    db,
    `SELECT avg(CAST(b.label = n.label AS DOUBLE)) AS same, avg(CAST(b.label AS DOUBLE)) AS p, avg(CAST(n.label AS DOUBLE)) AS q FROM ${before} AS b JOIN ${now} AS n USING (id) WHERE b.label IS NOT NULL AND n.label IS NOT NULL`,
  )
  if (row.same === null || row.same === undefined) return null
  const [same, p, q] = [Number(row.same), Number(row.p), Number(row.q)]
  const chance = p * q + (1 - p) * (1 - q)
  return chance > 1 - 1e-9 ? null : (same - chance) / (1 - chance)
}
