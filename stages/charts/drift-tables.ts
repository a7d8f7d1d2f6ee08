// The tables of a drift report: every column, the largest effect first, with its two distributions in a cell each.
import type { ColumnDrift, ColumnFigures } from '@weir/ml/drift'
import type { Block, TableView } from '@weir/runner'
import type { RecentMonths } from '../periods/recent-months.ts'
import { table } from './blocks.ts'
import { bySize } from './drift-size.ts'
import { percent, rounded } from './figures.ts'
import { bars, line } from './spark.ts'

/** A page shows so many rows of a table. */
const ROWS = 200
const LONGEST_NAME = 60

type Row = TableView['rows'][number]

/** All columns in tables of 200 rows. */
export function driftTables(
  columns: readonly ColumnDrift[],
  figures: readonly ColumnFigures[],
  months: RecentMonths,
): Block[] {
  const rows = bySize(columns, figures).map(([column, own]) => rowOf(column, own, months))
  const blocks: Block[] = []
  for (let from = 0; from < rows.length; from += ROWS) {
    const part = rows.length <= ROWS ? '' : `, ${from + 1} to ${Math.min(from + ROWS, rows.length)}`
    const over =
      months.periods.length < 2
        ? ''
        : `; the mean, or the share of a level, over ${months.periods.join(', ')}`
    const caption = `Every column that counts, by size of its change${part}${over}`
    blocks.push(table({ columns: HEAD, rows: rows.slice(from, from + ROWS), caption }))
  }
  return blocks
}

const HEAD = [
  ...['column', 'drifted', 'effect', 'threshold', 'adjusted p', 'before', 'now'],
  ...['5, 25, 50, 75, 95 % before', 'now ', 'blank', 'new levels', 'last periods', 'why'],
]

function rowOf(
  drift: ColumnDrift,
  figures: ColumnFigures | undefined,
  { means }: RecentMonths,
): Row {
  const { column, drifted, score, threshold, adjusted, blanks, new_levels, why } = drift
  const { bins = [], quantiles = null } = figures ?? {}
  const most = Math.max(...bins.flatMap(({ reference, current }) => [reference, current]))
  const five = (values: readonly number[] | undefined): string =>
    (values ?? []).map((value) => String(Number(value.toPrecision(4)))).join(', ')
  return [
    ...[column.slice(0, LONGEST_NAME), drifted ? 'yes' : 'no', rounded(score), threshold],
    rounded(adjusted),
    bars(
      bins.map(({ reference }) => reference),
      most,
    ),
    bars(
      bins.map(({ current }) => current),
      most,
    ),
    ...[five(quantiles?.reference), five(quantiles?.current)],
    blanks.reference + blanks.current === 0
      ? ''
      : `${percent(blanks.reference)} → ${percent(blanks.current)}`,
    new_levels.count === 0 ? '' : `${new_levels.count} (${percent(new_levels.share)})`,
    line(means.get(column) ?? []),
    why,
  ]
}
