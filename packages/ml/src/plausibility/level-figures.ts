// Figures of any column by its levels: blanks, rows that moved from one level to others, levels that are new or gone.
import type { ColumnLimits } from '@weir/formats/plausible-schema'
import { type Measure, outside, shareNoise } from './bounds.ts'
import { type Figure, type Finding, percent } from './finding.ts'
import type { InPeriod } from './number-figures.ts'

/** A level that is gone is told of where so many rows of it were to be expected, and of so large a share. */
const EXPECTED_ROWS = 30
const GONE_SHARE = 0.02
const GONE_BLANKS = 0.05
/** Rows apart from the usual value that must be expected before a constant column is strange. */
const VARIED_ROWS = 20

function finding(now: InPeriod, figure: Figure, expected: string, found: string): Finding {
  const { column, table } = now
  return { figure, table: table.table, column: column.column, expected, found, ofLabels: false }
}

const rowsOf = ({ table }: InPeriod) => Math.max(1, table.rows)
const blankShare = (one: InPeriod) => one.column.blanks / rowsOf(one)

/** The share of each level among all rows, and of blanks under null. */
function shares(one: InPeriod): Map<string | null, number> {
  const sampled = Math.max(1, one.table.sampled)
  const found = new Map<string | null, number>([[null, blankShare(one)]])
  for (const { value, rows } of one.column.top) found.set(value, rows / sampled)
  return found
}

const blanks: Measure<InPeriod> = {
  distance: (now, before) => Math.abs(blankShare(now) - blankShare(before)),
  noise: (now, before) => shareNoise(blankShare(before), rowsOf(now), rowsOf(before)),
}

/** More or fewer blanks than before, or none where there always were. */
export function judgeBlanks(
  now: InPeriod,
  earlier: readonly InPeriod[],
  limits: ColumnLimits,
): Finding[] {
  if (limits.blanks === null) return []
  const past = earlier.map(blankShare)
  const [least, most] = [Math.min(...past), Math.max(...past)]
  const share = blankShare(now)
  if (share === 0 && least >= GONE_BLANKS && least * rowsOf(now) >= EXPECTED_ROWS) {
    return [finding(now, 'blanks', `about ${percent(least)} blank`, 'none')]
  }
  if (share >= least && share <= most) return []
  const far = outside(now, earlier, limits.blanks, blanks)
  if (far === null) return []
  const [from, to] = [Math.max(0, least - far.limit), Math.min(1, most + far.limit)]
  return [finding(now, 'blanks', `${percent(from)} to ${percent(to)} blank`, percent(share))]
}

/** Total variation: half the sum of what the levels' shares differ by. What a cut list leaves out is one level. */
const moved: Measure<InPeriod> = {
  distance(now, before) {
    const [p, q] = [shares(now), shares(before)]
    let [sum, restP, restQ] = [0, 1, 1]
    for (const level of before.column.whole ? new Set([...p.keys(), ...q.keys()]) : q.keys()) {
      const [a, b] = [p.get(level) ?? 0, q.get(level) ?? 0]
      sum += Math.abs(a - b)
      restP -= a
      restQ -= b
    }
    return (sum + Math.abs(restP - restQ)) / 2
  },
  // The mean of what the draw moves between levels, and three standard errors of a share of one half.
  noise(now, before) {
    const spread = 1 / rowsOf(now) + 1 / rowsOf(before)
    const each = [...shares(before).values()].map((p) =>
      Math.sqrt((2 / Math.PI) * p * (1 - p) * spread),
    )
    return each.reduce((sum, value) => sum + value, 0) / 2 + 1.5 * Math.sqrt(spread)
  },
}

/** Every finding of a column of levels, blanks apart. */
export function judgeLevels(
  now: InPeriod,
  earlier: readonly InPeriod[],
  limits: ColumnLimits,
): Finding[] {
  const findings: Finding[] = []
  const far = outside(now, earlier, limits.levels, moved)
  if (far !== null) {
    const most = `at most ${percent(far.limit)} of the rows in other levels than before`
    findings.push(
      finding(now, 'levels', most, `${percent(far.distance)}: ${movedText(now, far.nearest)}`),
    )
  }
  return [...findings, ...newLevels(now, earlier, limits), ...goneLevels(now, earlier, limits)]
}

/** The levels that moved most. */
function movedText(now: InPeriod, before: InPeriod): string {
  const [p, q] = [shares(now), shares(before)]
  const moves = [...new Set([...p.keys(), ...q.keys()])].map((level) => {
    const [a, b] = [p.get(level) ?? 0, q.get(level) ?? 0]
    return { size: Math.abs(a - b), text: `${level ?? 'blank'} ${percent(b)} → ${percent(a)}` }
  })
  moves.sort((a, b) => b.size - a.size)
  return moves
    .slice(0, 3)
    .map(({ text }) => text)
    .join(', ')
}

function newLevels(now: InPeriod, earlier: readonly InPeriod[], limits: ColumnLimits): Finding[] {
  if (limits.new_levels === null || !earlier.every(({ column }) => column.whole)) return []
  const known = new Set(earlier.flatMap(({ column }) => column.top.map(({ value }) => value)))
  const fresh = now.column.top.filter(({ value }) => !known.has(value))
  const share = fresh.reduce((sum, { rows }) => sum + rows, 0) / Math.max(1, now.table.sampled)
  const most = limits.new_levels + shareNoise(0, now.table.sampled, earlier[0].table.sampled)
  if (share <= most) return []
  const named = fresh.slice(0, 3).map(({ value }) => value)
  const expected = `at most ${percent(most)} of the rows in levels that are new`
  return [finding(now, 'new_levels', expected, `${percent(share)}: ${named.join(', ')}`)]
}

function goneLevels(now: InPeriod, earlier: readonly InPeriod[], limits: ColumnLimits): Finding[] {
  if (limits.new_levels === null || !now.column.whole) return []
  const present = new Set(now.column.top.map(({ value }) => value))
  const usual = earlier.map(shares)
  const gone = [...(usual[0]?.keys() ?? [])].filter((level) => {
    if (level === null || present.has(level)) return false
    const least = Math.min(...usual.map((one) => one.get(level) ?? 0))
    return least >= GONE_SHARE && least * rowsOf(now) >= EXPECTED_ROWS
  })
  if (gone.length === 0) return []
  return [finding(now, 'levels', `rows of ${gone.slice(0, 3).join(', ')}`, 'none')]
}

/** One value in all rows, where there always were others. */
export function judgeConstant(now: InPeriod, earlier: readonly InPeriod[]): Finding[] {
  const { column, table } = now
  if (column.distinct !== 1 || column.blanks === table.rows) return []
  const varied = earlier.map((one) => {
    const most = one.column.top[0]?.rows ?? 0
    return 1 - most / Math.max(1, one.table.sampled - one.column.blanks)
  })
  const least = Math.min(...varied)
  if (least * (table.rows - column.blanks) < VARIED_ROWS) return []
  const value = column.top[0]?.value ?? ''
  return [finding(now, 'constant', 'more than one value', `${value} in every row`)]
}
