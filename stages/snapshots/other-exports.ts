// What ingest says of periods that were stored before: labels that have come since are an append, all else another export.
import { readFile } from 'node:fs/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Definition, TableSpec } from '@weir/formats/definition'
import { rowsOf } from '@weir/tables/duckdb'
import { isLabelTable } from '@weir/tables/period-profile'
import { name, text } from '@weir/tables/quote'
import { listPeriods, snapshotPath } from '@weir/tables/snapshot-files'
import { counted } from '../charts/figures.ts'

/** How the rows of one table and period differ between two exports. */
interface Difference {
  readonly added: number
  readonly gone: number
  readonly changed: number
  /** Labels that have come, were changed, and are no more. */
  readonly more: number
  readonly turned: number
  readonly lost: number
}

/**
 * A line for each table and period that stands in both folders and differs.
 * @param before the snapshots that stand, perhaps none
 * @param now the snapshots just made
 */
export async function otherExports(
  db: DuckDBConnection,
  definition: Definition,
  before: string,
  now: string,
): Promise<string[]> {
  const lines: string[] = []
  for (const asOf of await listPeriods(`${now}/${definition.entity.table}`)) {
    for (const table of definition.tables) {
      const paths = [before, now].map((folder) => snapshotPath(folder, table.name, asOf))
      const [was = '', is = ''] = paths
      if (await areSame(was, is)) continue
      const difference = await differenceOf(db, definition, table, was, is)
      if (difference === undefined) continue
      lines.push(
        `${asOf}, ${table.name}: ${told(difference, isLabelTable(definition, table.name))}`,
      )
    }
  }
  return lines
}

/** The same rows give the same bytes; a snapshot that was not there is none to compare with. */
async function areSame(before: string, now: string): Promise<boolean> {
  const was = await readFile(before).catch(() => undefined)
  return was === undefined || was.equals(await readFile(now))
}

/** Undefined where the columns are others: then the definition has changed, and not the export. */
async function differenceOf(
  db: DuckDBConnection,
  { label }: Definition,
  table: TableSpec,
  before: string,
  now: string,
): Promise<Difference | undefined> {
  const [was, is] = [before, now].map((path) => `read_parquet(${text(path)})`)
  const columns = async (source = '') =>
    (await rowsOf(db, `DESCRIBE FROM ${source}`)).map(
      (row) => `${row.column_name} ${row.column_type}`,
    )
  if ((await columns(was)).join() !== (await columns(is)).join()) return undefined
  const isLabel = (column: string) => table.name === label.table && column === label.column
  const others = table.columns.filter((column) => !isLabel(column.name))
  const differ = others
    .map(({ name: c }) => `w.${name(c)} IS DISTINCT FROM i.${name(c)}`)
    .join(' OR ')
  const on = table.key.map((key) => `w.${name(key)} = i.${name(key)}`).join(' AND ')
  const key = name(table.key[0] ?? '')
  const [inWas, inIs] = [`w.${key} IS NOT NULL`, `i.${key} IS NOT NULL`]
  const known = (side: string) =>
    table.name === label.table ? `${side}.${name(label.column)} IS NOT NULL` : 'false'
  const other =
    table.name === label.table ? `w.${name(label.column)} <> i.${name(label.column)}` : 'false'
  const counts: Record<keyof Difference, string> = {
    added: `NOT (${inWas})`,
    gone: `NOT (${inIs})`,
    changed: `${inWas} AND ${inIs} AND (${differ})`,
    more: `${known('i')} AND NOT (${known('w')})`,
    turned: other,
    lost: `${known('w')} AND NOT (${known('i')})`,
  }
  const cells = Object.entries(counts).map(([as, where]) => `count(*) FILTER (${where}) AS ${as}`)
  const [row = {}] = await rowsOf(
    db,
    `SELECT ${cells.join(', ')} FROM ${was} AS w FULL JOIN ${is} AS i ON ${on}`,
  )
  const of = (what: keyof Difference) => Number(row[what])
  return {
    ...{ added: of('added'), gone: of('gone'), changed: of('changed') },
    ...{ more: of('more'), turned: of('turned'), lost: of('lost') },
  }
}

function told(difference: Difference, onlyLabels: boolean): string {
  const { more, turned, lost, changed } = difference
  const rows = onlyLabels ? { added: 0, gone: 0 } : difference
  const appended = turned + lost + changed + rows.added + rows.gone === 0
  if (appended) return `${counted(more, 'label')} more`
  const parts = [
    [changed, 'row', 'changed'],
    [rows.gone, 'row', 'gone'],
    [rows.added, 'row', 'more'],
    [turned, 'label', 'changed'],
    [lost, 'label', 'gone'],
    [more, 'label', 'more'],
  ] as const
  const news = parts.filter(([count]) => count > 0)
  return `another export: ${news.map(([n, noun, how]) => `${counted(n, noun)} ${how}`).join(', ')}`
}
