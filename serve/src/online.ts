// The online feature table in memory: by column, with a row number by entity.
import { join } from 'node:path'
import { DuckDBInstance, DuckDBTypeId } from '@duckdb/node-api'
import type { Digest } from '@weir/base'
import type { OnlineManifest } from '@weir/formats/artifacts'
import { type FeatureValue, useOf } from '@weir/formats/dataset'
import { openTable, TABLE_FILE } from '@weir/registry/table'

const DAY = 86_400_000

/** What Parquet's whole numbers are to DuckDB. */
const WHOLE: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
])

/** The latest row of every entity. */
export interface OnlineTable {
  readonly manifest: OnlineManifest
  /** The SHA-256 of its manifest. */
  readonly digest: Digest
  /** True when the entity's key is a whole number. */
  readonly wholeIds: boolean
  /** Row number by entity, the key written as a text. */
  readonly index: ReadonlyMap<string, number>
  /** Values by feature; null where the view's values have expired. */
  readonly columns: ReadonlyMap<string, readonly FeatureValue[]>
  /** By view: the ISO date that a row's values come from; null where it has none. */
  readonly dates: ReadonlyMap<string, readonly (string | null)[]>
}

/** How old a row's values of a view are. */
export interface Age {
  readonly as_of: string | null
  /** Days from the values' date to the table's as_of; null without values. */
  readonly days: number | null
  /** True when the view's ttl has passed; its features are null then. */
  readonly expired: boolean
}

/**
 * Reads the table in a folder.
 * @param expected its digest, where that is known
 * @throws Error that says what is wrong with the manifest or the table
 */
export async function loadOnline(folder: string, expected?: Digest): Promise<OnlineTable> {
  const { manifest, digest } = await openTable(folder, expected)
  const views = Object.keys(manifest.views)
  const { wholeIds, values } = await readTable(join(folder, TABLE_FILE), manifest, views)
  const [ids = [], ...rest] = values
  const columns = manifest.features.map(({ name }, i) => [name, rest[i] ?? []] as const)
  const dates = views.map((view, i) => [view, datesOf(rest[manifest.features.length + i])] as const)
  const table = {
    manifest,
    digest,
    wholeIds,
    index: new Map((ids as string[]).map((id, row) => [id, row])),
    columns: new Map(columns),
    dates: new Map(dates),
  }
  if (table.index.size !== manifest.rows) {
    throw new Error(`${table.index.size} entities in the table, ${manifest.rows} in its manifest`)
  }
  return withoutExpired(table)
}

/** How old the values of a row are, of one view. The table's as_of is the clock: the same table, the same answer. */
export function ageOf(table: OnlineTable, view: string, row: number): Age {
  const as_of = table.dates.get(view)?.[row] ?? null
  if (as_of === null) return { as_of, days: null, expired: false }
  const days = (Date.parse(table.manifest.as_of) - Date.parse(as_of)) / DAY
  const ttl = table.manifest.views[view]?.ttl_days
  // A ttl of 0 means none, as in Feast.
  return { as_of, days, expired: ttl !== null && ttl !== undefined && ttl > 0 && days > ttl }
}

function withoutExpired(table: OnlineTable): OnlineTable {
  const columns = new Map(table.columns)
  for (const { name, view } of table.manifest.features) {
    const values = table.columns.get(name) ?? []
    columns.set(
      name,
      values.map((value, row) => (ageOf(table, view, row).expired ? null : value)),
    )
  }
  return { ...table, columns }
}

/** One string object a date, however many rows have it. */
function datesOf(column: readonly FeatureValue[] = []): (string | null)[] {
  const seen = new Map<string, string>()
  return column.map((value) => {
    if (value === null) return null
    const text = String(value)
    const first = seen.get(text) ?? text
    seen.set(first, first)
    return first
  })
}

interface Read {
  readonly wholeIds: boolean
  /** By column: the keys, the features, the views' dates. */
  readonly values: FeatureValue[][]
}

async function readTable(
  path: string,
  manifest: OnlineManifest,
  views: readonly string[],
): Promise<Read> {
  const key = quoted(manifest.entity)
  const wanted = [
    `CAST(${key} AS VARCHAR)`,
    ...manifest.features.map((feature) => useOf(feature.type).read(quoted(feature.name))),
    ...views.map((view) => `CAST(CAST(${quoted(`${view}__as_of`)} AS DATE) AS VARCHAR)`),
  ]
  const select = wanted.map((value, i) => `${value} AS c${i}`).join(', ')
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const db = await instance.connect()
  try {
    const source = `read_parquet('${path.replaceAll("'", "''")}')`
    const keys = await db.run(`SELECT ${key} FROM ${source} LIMIT 0`)
    const result = await db.run(`SELECT ${select} FROM ${source}`)
    const values = (await result.getColumnsJS()) as FeatureValue[][]
    return { wholeIds: WHOLE.has(keys.columnTypeId(0)), values }
  } finally {
    db.closeSync()
    instance.closeSync()
  }
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}
