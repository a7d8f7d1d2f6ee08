// A table view as HTML, in a box of its own that scrolls.

import { clip, escapeHtml } from './escape.ts'
import { columnFormat } from './number.ts'
import type { TableView } from './show.ts'

/** A report's size does not grow with the data: what lies beyond these is cut, and said. */
const MOST_ROWS = 200
const MOST_COLUMNS = 60
const LONGEST_CELL = 400

/** A number, also one that a cell wrote out itself: `0.2635`, `25.6 %`. */
const FIGURE = /^[-\u2212+]?(\d+(\.\d+)?(e[-+]?\d+)?|Infinity)( ?%)?$|^NaN$/

type Cell = TableView['rows'][number][number] | undefined

/** How the cells of one column are written, found from the rows that are shown. */
interface ColumnStyle {
  readonly numeric: boolean
  readonly number: (value: number) => string
}

function columnStyle(rows: TableView['rows'], column: number): ColumnStyle {
  const cells = rows.map((row) => row[column]).filter((cell) => cell !== null && cell !== undefined)
  const numbers = cells.filter((cell) => typeof cell === 'number')
  const numeric = cells.length > 0 && cells.every((cell) => FIGURE.test(String(cell)))
  return { numeric, number: columnFormat(numbers) }
}

function cellHtml(cell: Cell, style: ColumnStyle): string {
  const align = style.numeric ? ' class="num"' : ''
  if (cell === null || cell === undefined) return `<td${align}><span class="none">–</span></td>`
  const text = typeof cell === 'number' ? style.number(cell) : clip(String(cell), LONGEST_CELL)
  return `<td${align}>${escapeHtml(text)}</td>`
}

function headHtml(columns: readonly string[], styles: readonly ColumnStyle[]): string {
  const cells = columns.map((column, index) => {
    const align = styles[index]?.numeric ? ' class="num"' : ''
    return `<th scope="col"${align}>${escapeHtml(clip(column, LONGEST_CELL))}</th>`
  })
  return `<thead><tr>${cells.join('')}</tr></thead>`
}

function cutNote(view: TableView): string {
  const notes: string[] = []
  const { length } = view.rows
  if (length > MOST_ROWS) notes.push(`the first ${MOST_ROWS} of ${length} rows`)
  const width = view.columns.length
  if (width > MOST_COLUMNS) notes.push(`the first ${MOST_COLUMNS} of ${width} columns`)
  return notes.length === 0 ? '' : `<p class="cut">Shown: ${notes.join(' and ')}.</p>`
}

/**
 * A table as HTML. A column of numbers is set right with aligned decimals; null is a dash.
 * At most 200 rows, 60 columns and 400 characters a cell are shown.
 */
export function tableHtml(view: TableView): string {
  const columns = view.columns.slice(0, MOST_COLUMNS)
  const rows = view.rows.slice(0, MOST_ROWS)
  const styles = columns.map((_, index) => columnStyle(rows, index))
  const body = rows.map(
    (row) => `<tr>${styles.map((style, index) => cellHtml(row[index], style)).join('')}</tr>`,
  )
  const caption = view.caption === undefined ? '' : `<caption>${escapeHtml(view.caption)}</caption>`
  const name = escapeHtml(view.caption ?? `Table: ${columns.slice(0, 3).join(', ')}`)
  return `<div class="table" role="region" tabindex="0" aria-label="${name}"><table>${caption}${headHtml(columns, styles)}<tbody>${body.join('\n')}</tbody></table></div>${cutNote(view)}`
}
