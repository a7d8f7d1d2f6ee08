// The data inside a chart's specification: counted, checked, and given as a table for readers who cannot see the chart.
import { isRecord, StageError } from '@weir/base'
import { isDataTable, tableRows } from './data-table.ts'
import type { ChartSpec, TableView } from './show.ts'

/** The most rows of a chart. A larger table should be aggregated before it is drawn. */
const MOST_CHART_ROWS = 5000
const MOST_TABLE_ROWS = 100

type Json = Readonly<Record<string, unknown>>

/** Every `data` object in a specification, in the order in which they stand, through layers and concatenations. */
function dataObjects(node: unknown): Json[] {
  if (Array.isArray(node)) return node.flatMap(dataObjects)
  if (!isRecord(node)) return []
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'data' && isRecord(value)) return [value]
    return key === 'values' || key === 'datasets' ? [] : dataObjects(value)
  })
}

function dataSets(spec: ChartSpec): (readonly unknown[])[] {
  const inline = dataObjects(spec).map((data) => data.values)
  const named = isRecord(spec.datasets) ? Object.values(spec.datasets) : []
  return [...named, ...inline].filter((values) => Array.isArray(values))
}

/**
 * Refuses what a self-contained report cannot draw: data by address (CHART_DATA_URL) and more than
 * 5,000 rows (CHART_TOO_LARGE). Cheap: it loads no drawing library.
 * @throws StageError
 */
export function checkChart(spec: ChartSpec): void {
  if (dataObjects(spec).some((data) => data.url !== undefined)) {
    throw new StageError('CHART_DATA_URL', 'a chart names its data by an address', {
      hint: 'a report opens offline: put the rows into data.values',
    })
  }
  checkSize(dataSets(spec).reduce((sum, set) => sum + set.length, 0))
}

function checkSize(rows: number): void {
  if (rows <= MOST_CHART_ROWS) return
  throw new StageError(
    'CHART_TOO_LARGE',
    `a chart has ${rows} data rows; at most ${MOST_CHART_ROWS}`,
    {
      hint: 'aggregate, bin or sample the data before charting it',
    },
  )
}

/**
 * A specification with the rows of each table of data in its place (`data: table`, or `data: { values: table }`).
 * @throws StageError CHART_TOO_LARGE
 */
export function withRows(spec: ChartSpec): ChartSpec {
  return Object.fromEntries(
    Object.entries(spec).map(([key, value]) => [
      key,
      key === 'data' ? dataWithRows(value) : partWithRows(value),
    ]),
  )
}

function dataWithRows(data: unknown): unknown {
  if (isDataTable(data)) return { values: rowsOf(data) }
  return isRecord(data) && isDataTable(data.values)
    ? { ...data, values: rowsOf(data.values) }
    : data
}

/** A layer or a view of a concatenation may have data of its own. */
function partWithRows(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(partWithRows)
  return isRecord(part) ? withRows(part) : part
}

function rowsOf(table: Parameters<typeof tableRows>[0]): readonly unknown[] {
  checkSize(table.numRows())
  return tableRows(table)
}

/**
 * A specification as JSON, in which it is recorded and compared. A chart is drawn from numbers: a BigInt is rounded
 * to one, NaN and Infinity leave a gap, and a date is its text.
 * @throws for what JSON cannot hold, such as a specification that holds itself
 */
export function plainSpec(spec: ChartSpec): ChartSpec {
  const numbers = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? Number(value) : value
  return JSON.parse(JSON.stringify(spec, numbers)) as ChartSpec
}

function cellOf(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'boolean') return value
  return typeof value === 'string' ? value : String(JSON.stringify(value))
}

function tableOf(set: readonly unknown[]): TableView {
  const rows = set.slice(0, MOST_TABLE_ROWS).map((row) => (isRecord(row) ? row : { value: row }))
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cells = rows.map((row) => columns.map((column) => cellOf(row[column])))
  const cut = set.length > rows.length
  const caption = `The first ${rows.length} of ${set.length} rows`
  return cut ? { columns, rows: cells, caption } : { columns, rows: cells }
}

/** The inline rows of a chart as tables, one a data set, at most 100 rows each; equal sets appear once. */
export function chartTables(spec: ChartSpec): TableView[] {
  return [...new Set(dataSets(spec))].filter((set) => set.length > 0).map(tableOf)
}
