// How each feature went over the last periods: its mean, or the share of the level that moved the most.
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type FeatureSpec, useOf } from '@weir/formats/dataset'
import type { ColumnFigures } from '@weir/ml/drift'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { name, text } from '@weir/tables/quote'
import { listPeriods } from './frame.ts'

const MOST_PERIODS = 12

export interface RecentMonths {
  /** The last periods up to the current one, earliest first. */
  readonly periods: readonly string[]
  /** By feature, one a period; null where the period does not have it. */
  readonly means: ReadonlyMap<string, readonly (number | null)[]>
}

/** What is read of the periods, one pass over each file. */
export async function recentMonths(
  {
    folder,
    current,
    features,
  }: {
    readonly folder: string
    readonly current: string
    readonly features: readonly FeatureSpec[]
  },
  figures: readonly ColumnFigures[],
): Promise<RecentMonths> {
  const known = (await listPeriods(folder)).filter((period) => period <= current)
  const periods = known.slice(-MOST_PERIODS)
  const wanted = features.map((feature, i) => ({ feature, value: meanOf(feature, figures[i]) }))
  const rows = await withDuckDB(async (db) => {
    const found: (readonly (number | null)[])[] = []
    for (const period of periods) {
      found.push(
        await meansIn(db, `read_parquet(${text(join(folder, `${period}.parquet`))})`, wanted),
      )
    }
    return found
  })
  const means = features.map(({ name: feature }, i) => {
    return [feature, rows.map((row) => row[i] ?? null)] as const
  })
  return { periods, means: new Map(means) }
}

interface Wanted {
  readonly feature: FeatureSpec
  /** SQL of what is averaged. */
  readonly value: string
}

function meanOf({ name: feature, type }: FeatureSpec, figures: ColumnFigures | undefined): string {
  const column = name(feature)
  const { block, read } = useOf(type)
  if (block === 'number') return `CASE WHEN isfinite(${read(column)}) THEN ${read(column)} END`
  if (block === 'boolean') return `CAST(${column} AS DOUBLE)`
  const moved = figures?.bins.toSorted(
    (a, b) => Math.abs(b.current - b.reference) - Math.abs(a.current - a.reference),
  )[0]
  return `CASE WHEN ${column} = ${text(moved?.bin ?? '')} THEN 1 WHEN ${column} IS NOT NULL THEN 0 END`
}

async function meansIn(
  db: DuckDBConnection,
  source: string,
  wanted: readonly Wanted[],
): Promise<(number | null)[]> {
  const described = await rowsOf(db, `DESCRIBE SELECT * FROM ${source}`)
  const types = new Map(described.map((row) => [row.column_name, String(row.column_type)]))
  const select = wanted.map(({ feature, value }, i) => {
    // Of an earlier definition the period may lack the feature, or have another type of it.
    const fits = useOf(feature.type).stored.test(types.get(feature.name) ?? '')
    return `${fits ? `avg(CAST(${value} AS DOUBLE))` : 'CAST(NULL AS DOUBLE)'} AS m${i}`
  })
  if (select.length === 0) return []
  const [row = {}] = await rowsOf(db, `SELECT ${select.join(', ')} FROM ${source}`)
  return wanted.map((_, i) => {
    const mean = row[`m${i}`]
    return typeof mean === 'number' && Number.isFinite(mean) ? mean : null
  })
}
