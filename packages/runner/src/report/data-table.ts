// A table of data as a cell has it, Arquero's, by its methods alone: whichever copy of Arquero made it.
import type { DataTable, TableAbout, TableView } from './show.ts'

const MOST_ROWS = 100

/** Whether a value is a table of data. */
export function isDataTable(value: unknown): value is DataTable {
  if (typeof value !== 'object' || value === null) return false
  const methods = ['columnNames', 'numRows', 'getter'].map((name) => Reflect.get(value, name))
  return methods.every((method) => typeof method === 'function')
}

/** The first rows as a table for people; where rows are left out, the caption says so. */
export function tableView(table: DataTable, about: TableAbout = {}): TableView {
  const all = table.numRows()
  const shown = Math.min(all, about.rows ?? MOST_ROWS)
  const columns = table.columnNames()
  const values = columns.map((name) => table.getter(name))
  const rows = Array.from({ length: shown }, (_, row) => values.map((value) => cell(value(row))))
  const cut = shown < all ? [`the first ${shown} of ${all} rows`] : []
  const caption = [...(about.caption === undefined ? [] : [about.caption]), ...cut].join('; ')
  return { columns, rows, ...(caption !== '' && { caption }) }
}

/** The rows as objects, for a chart. */
export function tableRows(table: DataTable): Record<string, unknown>[] {
  const columns = table.columnNames().map((name) => [name, table.getter(name)] as const)
  return Array.from({ length: table.numRows() }, (_, row) =>
    Object.fromEntries(columns.map(([name, value]) => [name, value(row)])),
  )
}

function cell(value: unknown): TableView['rows'][number][number] {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return dateText(value)
  if (typeof value === 'object') return String(JSON.stringify(value))
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? value
    : String(value)
}

/** A day without a time of day is a date. A Date that is none has no ISO text. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return String(date)
  return date.toISOString().replace('T00:00:00.000Z', '')
}
