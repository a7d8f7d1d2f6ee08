// A stored table in figures, by SQL: rows, blanks, levels, quantiles, and digests of its sorted rows and its columns.
import type { DuckDBConnection } from '@duckdb/node-api'
import { COLUMN_TYPES, type ColumnType } from '@weir/formats/column-types'
import type { ColumnSpec, TableSpec } from '@weir/formats/definition'
import {
  type ColumnProfile,
  PROBABILITIES,
  type ProfileKind,
  type TableProfile,
} from '@weir/formats/period-profile'
import { type Cell, rowsOf } from './duckdb.ts'
import { momentOf } from './feature-query.ts'
import { name } from './quote.ts'

/** Quantiles and levels of a larger table are of as many rows, chosen by their keys. */
export const SAMPLE = 200_000
/** How many of the most frequent values a profile has. */
const TOP = 200
/** How much of a text it has. */
const SHOWN = 200

/** What a profile is made of. */
export interface ProfileOf {
  readonly asOf: string
  readonly table: TableSpec
  /** The rows, in SQL. */
  readonly source: string
  /** Columns that are profiled. */
  readonly columns: readonly ColumnSpec[]
}

/** How a column of a type is looked at, by what it is stored as. */
export function kindOf(type: ColumnType): ProfileKind {
  const { sql } = COLUMN_TYPES[type]
  if (/DATE|TIMESTAMP/.test(sql)) return 'time'
  return /DOUBLE|INT/.test(sql) ? 'number' : 'level'
}

/** SQL of a column as a number; times are days since 1970. */
export function numberOf({ name: column, type }: ColumnSpec): string {
  if (kindOf(type) === 'time') return `epoch(CAST(${name(column)} AS TIMESTAMP)) / 86400`
  return `CAST(${name(column)} AS DOUBLE)`
}

/** The figures of a table. The same rows give the same ones, in whatever order they are. */
export async function profileTable(db: DuckDBConnection, of: ProfileOf): Promise<TableProfile> {
  const [whole = {}] = await rowsOf(db, wholeQuery(of))
  const rows = Number(whole.n)
  const sample = sampleOf(of, rows)
  const [part = {}] = await rowsOf(db, partQuery(of, sample))
  const tops = await topsOf(db, of, sample)
  return {
    table: of.table.name,
    rows,
    digest: `${whole.digest}-${rows}`,
    sampled: Number(part.n),
    columns: of.columns.map((column, at): ColumnProfile => {
      const kind = kindOf(column.type)
      const top = tops.get(at) ?? []
      return {
        column: column.name,
        kind,
        digest: String(whole[`d${at}`]),
        blanks: rows - Number(whole[`c${at}`]),
        distinct: Number(part[`u${at}`]),
        mean: figure(whole[`m${at}`]),
        sd: figure(whole[`s${at}`]),
        quantiles: numbers(part[`q${at}`]),
        top: top.slice(0, TOP),
        whole: top.length <= TOP,
        fractions: Number(whole[`r${at}`] ?? 0),
        future: Number(whole[`f${at}`] ?? 0),
      }
    }),
  }
}

/** One pass over all rows. The digests are sums without carry, so they do not depend on the order of rows. */
function wholeQuery({ table, source, columns, asOf }: ProfileOf): string {
  const keys = table.key.map(name)
  const cells = columns.flatMap((column, at) => {
    const value = name(column.name)
    const shared = [
      `count(${value}) AS c${at}`,
      `CAST(bit_xor(hash(${rowText([...keys, value])})) AS VARCHAR) AS d${at}`,
    ]
    if (kindOf(column.type) === 'level') return shared
    const number = numberOf(column)
    const moments = `avg(${number}) AS m${at}, stddev_pop(${number}) AS s${at}`
    const fractions = `count(*) FILTER (${number} <> floor(${number})) AS r${at}`
    if (kindOf(column.type) === 'number') return [...shared, moments, fractions]
    const after = `CAST(${value} AS TIMESTAMP) > ${momentOf(asOf)}`
    return [...shared, moments, `count(*) FILTER (${after}) AS f${at}`]
  })
  const names = [...new Set([...table.key, ...columns.map((column) => column.name)])]
  return `SELECT count(*) AS n, ${rowsDigest(names.map(name))} AS digest${cells.map((cell) => `, ${cell}`).join('')} FROM ${source}`
}

/** SQL of a text of a row's cells. A hash of several columns would be a sum, which knows no pairs. */
function rowText(cells: readonly string[]): string {
  return cells.map((cell) => `coalesce(CAST(${cell} AS VARCHAR), chr(1))`).join(' || chr(31) || ')
}

/** SQL of a digest of rows by some cells: MD5 of each row, added without carry, 32 hexadecimal digits. */
export function rowsDigest(cells: readonly string[], where = 'true'): string {
  const row = rowText(cells)
  const halves = ['upper', 'lower'].map((half) => {
    const sum = `bit_xor(md5_number_${half}(${row})) FILTER (${where})`
    return `lpad(lower(to_hex(coalesce(${sum}, 0))), 16, '0')`
  })
  return halves.join(' || ')
}

function sampleOf({ table, source }: ProfileOf, rows: number): string {
  if (rows <= SAMPLE) return source
  const part = Math.ceil((1000 * SAMPLE) / rows)
  return `(FROM ${source} WHERE hash(${table.key.map(name).join(', ')}) % 1000 < ${part})`
}

function partQuery({ columns }: ProfileOf, source: string): string {
  const cells = columns.map((column, at) => {
    const distinct = `count(DISTINCT ${name(column.name)}) AS u${at}`
    if (kindOf(column.type) === 'level') return distinct
    const quantiles = `quantile_disc(${numberOf(column)}, [${PROBABILITIES.join(', ')}]) AS q${at}`
    return `${distinct}, ${quantiles}`
  })
  return `SELECT count(*) AS n${cells.map((cell) => `, ${cell}`).join('')} FROM ${source}`
}

/** The most frequent values of each column, by its place; one more than TOP tells that there are others. */
async function topsOf(
  db: DuckDBConnection,
  { columns }: ProfileOf,
  source: string,
): Promise<Map<number, { value: string; rows: number }[]>> {
  const tops = new Map<number, { value: string; rows: number }[]>()
  const queries = columns.map(({ name: column }, at) => {
    const value = name(column)
    return `(SELECT ${at} AS place, left(CAST(${value} AS VARCHAR), ${SHOWN}) AS v, count(*) AS n FROM ${source} WHERE ${value} IS NOT NULL GROUP BY ${value} ORDER BY n DESC, v LIMIT ${TOP + 1})`
  })
  if (queries.length === 0) return tops
  const query = `FROM (${queries.join(' UNION ALL ')}) ORDER BY place, n DESC, v`
  for (const { place, v, n } of await rowsOf(db, query)) {
    const list = tops.get(Number(place)) ?? []
    list.push({ value: String(v), rows: Number(n) })
    tops.set(Number(place), list)
  }
  return tops
}

function figure(cell: Cell | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell)
}

function numbers(cell: Cell | undefined): number[] {
  return Array.isArray(cell) ? cell.map(Number) : []
}
