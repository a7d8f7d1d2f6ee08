// The table at the end of a run: every stage with its outcome, its time and the reason.
import { formatDuration } from '../report/duration.ts'
import { countOutcomes, outcomeSign, type StageOutcome } from '../report/outcome.ts'
import { type Paint, plain, type Style } from './colour.ts'
import { type CellPlace, textTable } from './table.ts'
import { truncate } from './width.ts'

/** A stage at the end of a run; `seconds` is null where nothing was executed. */
export interface SummaryRow {
  readonly name: string
  readonly outcome: StageOutcome
  readonly seconds: number | null
  readonly reasons: readonly string[]
}

const STYLES: Readonly<Record<StageOutcome, Style>> = {
  ran: 'green',
  cached: 'dim',
  restored: 'blue',
  skipped: 'yellow',
  failed: 'red',
}

const COLUMNS = [
  { title: 'stage' },
  { title: 'outcome' },
  { title: 'time', align: 'right' },
  { title: 'reason' },
] as const

function cells({ name, outcome, seconds, reasons }: SummaryRow): string[] {
  const time = seconds === null ? '' : formatDuration(seconds)
  const [first = '', ...others] = reasons
  const reason = others.length === 0 ? first : `${first} (and ${others.length} more)`
  return [name, `${outcomeSign(outcome)} ${outcome}`, time, reason]
}

/**
 * The lines of the end table, at most `width` columns wide, and a last line with the counts and the
 * total time in seconds.
 */
export function summaryLines(
  rows: readonly SummaryRow[],
  total: number,
  width: number,
  paint: Paint = plain,
): string[] {
  const painted = (text: string, { row, column }: CellPlace) => {
    if (row === -1) return paint('dim', text)
    const outcome = rows[row]?.outcome
    return column === 1 && outcome !== undefined ? paint(STYLES[outcome], text) : text
  }
  const lines = textTable({ columns: COLUMNS, rows: rows.map(cells) }, width, painted)
  const counts = countOutcomes(rows.map((row) => row.outcome))
  return [...lines, '', paint('bold', truncate(`${counts} in ${formatDuration(total)}`, width))]
}
