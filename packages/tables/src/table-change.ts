// Compares a table that has one row an entity with that of the period before, entity by entity, by SQL.
import type { DuckDBConnection } from '@duckdb/node-api'
import type { ColumnSpec } from '@weir/formats/definition'
import type { TableChange, TableProfile } from '@weir/formats/period-profile'
import { rowsOf } from './duckdb.ts'
import { name } from './quote.ts'
import { kindOf, numberOf } from './table-profile.ts'

/** Agreement is measured on at most about as many entities, chosen by their keys. */
const COMPARED = 20_000
/** In tables with more columns, pairs of columns are not compared. */
const CROSSED = 40
/** From which agreement on a column counts as going with another one. */
const HIGH = 0.5

/** Two periods of one table: the rows, in SQL, and their profiles. */
export interface Periods {
  readonly before: { readonly source: string; readonly profile: TableProfile }
  readonly now: { readonly source: string; readonly profile: TableProfile }
}

/**
 * Compares the periods of a table by its entities.
 * @param key the entity's key, which names a row in both
 */
export async function compareTables(
  db: DuckDBConnection,
  key: string,
  columns: readonly ColumnSpec[],
  periods: Periods,
): Promise<TableChange> {
  const { before, now } = periods
  const joined = `${before.source} AS b JOIN ${now.source} AS n ON b.${name(key)} = n.${name(key)}`
  const [count = {}] = await rowsOf(db, `SELECT count(*) AS n FROM ${joined}`)
  const shared = Number(count.n)
  const kept = Math.min(1000, Math.ceil((1000 * COMPARED) / Math.max(1, shared)))
  const pairs = pairsOf(columns)
  const cells = pairs.map(([a, b], at) => `, ${agreement(a, b)} AS p${at}`)
  const where = kept < 1000 ? ` WHERE hash(n.${name(key)}) % 1000 < ${kept}` : ''
  const [row = {}] = await rowsOf(
    db,
    `SELECT count(*) AS n${cells.join('')} FROM ${joined}${where}`,
  )
  const compared = {
    rows: Number(row.n),
    now: await levelsOf(db, 'n', columns, `${joined}${where}`),
    before: await levelsOf(db, 'b', columns, `${joined}${where}`),
  }
  const own: Record<string, number | null> = {}
  const cross: TableChange['cross'][number][] = []
  for (const [at, pair] of pairs.entries()) {
    const [a, b] = pair
    const value = agreed(row[`p${at}`] as number | null, pair, compared)
    if (a === b) own[a.name] = value
    else if (value !== null && value >= HIGH) cross.push({ now: a.name, before: b.name, value })
  }
  return {
    table: now.profile.table,
    before: before.profile.rows,
    now: now.profile.rows,
    shared,
    compared: compared.rows,
    own,
    cross,
  }
}

type Pair = readonly [now: ColumnSpec, before: ColumnSpec]

/** Each column with itself, and with each other one of its type. */
function pairsOf(columns: readonly ColumnSpec[]): Pair[] {
  const crossed = columns.length <= CROSSED
  return columns.flatMap((a) =>
    columns.flatMap((b): Pair[] => {
      const alike =
        kindOf(a.type) === 'level' ? a.type === b.type : kindOf(a.type) === kindOf(b.type)
      return a === b || (crossed && alike) ? [[a, b]] : []
    }),
  )
}

function agreement(now: ColumnSpec, before: ColumnSpec): string {
  if (kindOf(now.type) === 'level') {
    const same = `n.${name(now.name)} IS NOT DISTINCT FROM b.${name(before.name)}`
    return `avg(CAST(${same} AS DOUBLE))`
  }
  const of = (side: string, column: ColumnSpec) =>
    numberOf(column).replace(name(column.name), () => `${side}.${name(column.name)}`)
  return `CASE WHEN stddev_pop(${of('n', now)}) > 0 AND stddev_pop(${of('b', before)}) > 0 THEN corr(${of('n', now)}, ${of('b', before)}) END`
}

/** How many of the compared rows have each level, blank among them, of each column of levels. */
type Levels = ReadonlyMap<string, ReadonlyMap<string | null, number>>

/** The levels of one side of the compared rows. */
async function levelsOf(
  db: DuckDBConnection,
  side: 'n' | 'b',
  columns: readonly ColumnSpec[],
  compared: string,
): Promise<Levels> {
  const levels = new Map<string, ReadonlyMap<string | null, number>>()
  for (const column of columns) {
    if (kindOf(column.type) !== 'level') continue
    const level = `CAST(${side}.${name(column.name)} AS VARCHAR)`
    const rows = await rowsOf(
      db,
      `SELECT ${level} AS level, count(*) AS n FROM ${compared} GROUP BY ALL`,
    )
    const counts = rows.map((row) => [row.level as string | null, Number(row.n)] as const)
    levels.set(column.name, new Map(counts))
  }
  return levels
}

/**
 * The correlation as it is; of levels Cohen's kappa, (agreement − chance) / (1 − chance), with the chance of the rows
 * whose agreement it is: entities that came or went say nothing about it.
 */
function agreed(
  value: number | null,
  [now, before]: Pair,
  compared: { readonly rows: number; readonly now: Levels; readonly before: Levels },
): number | null {
  if (value === null || !Number.isFinite(value)) return null
  if (kindOf(now.type) !== 'level') return value
  const then = compared.before.get(before.name)
  let chance = 0
  for (const [level, rows] of compared.now.get(now.name) ?? [])
    chance += (rows / compared.rows) * ((then?.get(level) ?? 0) / compared.rows)
  return chance > 1 - 1e-9 ? null : (value - chance) / (1 - chance)
}
