// A table as lines of plain text that fit a terminal's width.
import { itemAt } from '@weir/base'
import { displayWidth, pad } from './width.ts'

/** A column: its heading, and the side on which its texts stand. */
export interface TextColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Rows of texts under columns. */
export interface TextTable {
  readonly columns: readonly TextColumn[]
  readonly rows: readonly (readonly string[])[]
}

/** Where a cell stands: `row` is -1 for the headings. */
export interface CellPlace {
  readonly row: number
  readonly column: number
}

const GAP = '  '
const NARROWEST = 4

function naturalWidths({ columns, rows }: TextTable): number[] {
  return columns.map(({ title }, index) => {
    // A row may have fewer cells than there are columns.
    const cells = rows.map((row) => displayWidth(row[index] ?? ''))
    return cells.reduce((most, width) => Math.max(most, width), displayWidth(title))
  })
}

/** Takes from the widest columns, from equal ones alike, until all fit, so that short columns stay whole. */
function shrunk(widths: readonly number[], room: number): number[] {
  const result = [...widths]
  let over = result.reduce((sum, width) => sum + width, 0) - room
  while (over > 0) {
    const widest = Math.max(...result)
    if (widest <= NARROWEST) break
    const second = Math.max(NARROWEST, ...result.filter((width) => width < widest))
    const tied = result.flatMap((width, index) => (width === widest ? [index] : [])).reverse()
    const take = Math.min(over, tied.length * (widest - second))
    const [each, rest] = [Math.floor(take / tied.length), take % tied.length]
    for (const [rank, index] of tied.entries())
      result[index] = widest - each - (rank < rest ? 1 : 0)
    over -= take
  }
  return result
}

/**
 * The lines of a table, headings first, at most `width` columns wide (columns narrower than 4 are not made:
 * a table of many columns may stay wider). `paint` colours a padded cell; it must not change its width.
 */
export function textTable(
  table: TextTable,
  width: number,
  paint: (text: string, place: CellPlace) => string = (text) => text,
): string[] {
  const { columns, rows } = table
  const room = width - GAP.length * Math.max(0, columns.length - 1)
  const widths = shrunk(naturalWidths(table), room)
  const line = (cells: readonly string[], row: number) =>
    columns
      .map(({ align = 'left' }, column) => {
        const last = column === columns.length - 1 && align === 'left'
        const text = pad(cells[column] ?? '', itemAt(widths, column), align)
        return paint(last ? text.trimEnd() : text, { row, column })
      })
      .join(GAP)
  return [
    line(
      columns.map(({ title }) => title),
      -1,
    ),
    ...rows.map((row, index) => line(row, index)),
  ]
}
