// The DAG as text, for `weir dag`: one stage a line, with rails from what it reads.
import { cleanEdges, type DagView } from './layers.ts'
import { type RailRow, railRows } from './rails.ts'

/** The sign of a rail that is read, by whether the line goes on to its left, its right, and the rail down. */
const JOINS: Readonly<Record<string, string>> = {
  'left,down': '┤',
  'right,down': '├',
  'left,right,down': '┼',
  left: '╯',
  right: '╰',
  'left,right': '┴',
}

function joinSign(left: boolean, right: boolean, down: boolean): string {
  const sides = [left ? 'left' : '', right ? 'right' : '', down ? 'down' : '']
  return JOINS[sides.filter((side) => side !== '').join(',')] ?? '│'
}

/** The columns over which a row's line runs. */
interface Line {
  readonly first: number
  readonly last: number
}

function lineOf({ column, from, joins }: RailRow): Line {
  const ends = [column, ...from, joins ?? column]
  return { first: Math.min(...ends), last: Math.max(...ends) }
}

/** The sign in one column of a row; a rail that only passes is drawn over the line that it crosses. */
function signAt(row: RailRow, { first, last }: Line, column: number): string {
  if (column === row.column) return '●'
  if (column === row.joins) return row.above.has(column) ? '┤' : '╮'
  if (row.from.includes(column)) {
    return joinSign(column > first, column < last, row.below.has(column))
  }
  if (row.above.has(column)) return '│'
  return column > first && column < last ? '─' : ' '
}

function gapAfter(row: RailRow, { first, last }: Line, column: number): string {
  if (column < first || column >= last) return ' '
  return row.joins !== undefined && column === row.column ? '→' : '─'
}

function railText(row: RailRow, columns: number): string {
  const line = lineOf(row)
  let text = ''
  for (let column = 0; column < columns; column++) {
    text += signAt(row, line, column) + gapAfter(row, line, column)
  }
  return text
}

/**
 * The DAG as lines of text, every stage below those that it reads. `●` is the stage of the line; `├ ┼ ┴ ╰`
 * are the rails that it reads from; `→` leads to a rail that several stages share; a `│` only passes.
 * @throws Error where the edges form a cycle
 */
export function dagText({ stages, edges }: DagView): string[] {
  const names = stages.map((stage) => stage.name)
  const rows = railRows(names, cleanEdges(names, edges))
  const columns = rows.reduce((most, row) => Math.max(most, lineOf(row).last + 1), 0)
  const widest = names.reduce((most, name) => Math.max(most, name.length), 0)
  const descs = new Map(stages.map((stage) => [stage.name, stage.desc ?? '']))
  return rows.map((row) => {
    const desc = descs.get(row.name) ?? ''
    return `${railText(row, columns)} ${row.name.padEnd(widest)}  ${desc}`.trimEnd()
  })
}
