// Figures of a column of numbers or times: where they lie, how many there are, and what is most frequent.
import { type ColumnProfile, PROBABILITIES, type TableProfile } from '@weir/formats/period-profile'
import type { ColumnLimits } from '@weir/formats/plausible-schema'
import { type Measure, outside, shareNoise } from './bounds.ts'
import { type Figure, type Finding, percent, shown } from './finding.ts'

/** A column of a period, and how many rows it has. */
export interface InPeriod {
  readonly column: ColumnProfile
  readonly table: TableProfile
  /** Days since 1970 of the period. */
  readonly day: number
}

const at = (probability: (typeof PROBABILITIES)[number]) => PROBABILITIES.indexOf(probability)
const MIDDLE = PROBABILITIES.map((_, i) => i).filter((i) => i >= at(0.05) && i <= at(0.95))
const QUARTILES = [at(0.25), at(0.5), at(0.75)]
const [FIRST, LOW, HIGH, LAST] = [at(0), at(0.005), at(0.995), at(1)]

const values = ({ column, table }: InPeriod) => Math.max(1, table.rows - column.blanks)

/** Every finding of a column of numbers or times. */
export function judgeNumbers(
  now: InPeriod,
  earlier: readonly InPeriod[],
  limits: ColumnLimits,
): Finding[] {
  const before = earlier.filter(({ column }) => column.quantiles.length > 0)
  if (now.column.quantiles.length === 0 || before.length === 0) return []
  return [
    judgeFactor(now, before, limits.factor) ?? judgeShift(now, before, limits.shift),
    judgeTails(now, before, limits.tails),
    judgeSpike(now, before, limits.spike),
    judgeDistinct(now, before, limits.distinct),
    judgeFuture(now, before, limits.future),
  ].filter((finding) => finding !== null)
}

function finding(now: InPeriod, figure: Figure, expected: string, found: string): Finding {
  const { column, table } = now
  return { figure, table: table.table, column: column.column, expected, found, ofLabels: false }
}

const shift: Measure<InPeriod> = {
  distance(now, before) {
    const apart = (offset: number) =>
      MIDDLE.reduce(
        (sum, i) => sum + Math.abs(now.column.quantiles[i] - before.column.quantiles[i] - offset),
        0,
      ) / MIDDLE.length
    // A time may go with the period, or stay where it is.
    const moved =
      now.column.kind === 'time' ? Math.min(apart(0), apart(now.day - before.day)) : apart(0)
    return moved === 0 ? 0 : moved / scaleOf(before.column)
  },
  noise: (now, before) => 3 * Math.sqrt(1 / values(now) + 1 / values(before)),
}

/** The standard deviation, or for a constant its size. */
function scaleOf({ sd, mean, kind }: ColumnProfile): number {
  const size = Math.abs(mean ?? 0)
  if (sd !== null && sd > 1e-9 * size) return sd
  return kind === 'time' ? 31 : size || 1
}

function judgeShift(
  now: InPeriod,
  earlier: readonly InPeriod[],
  limit: number | null,
): Finding | null {
  const far = outside(now, earlier, limit, shift)
  if (far === null) return null
  const { column } = far.nearest
  const most = shown(far.limit * scaleOf(column))
  return finding(
    now,
    'shift',
    `quartiles near ${quartiles(column)}, on average within ${most}`,
    `${quartiles(now.column)}, ${shown(far.distance)} standard deviations away`,
  )
}

function quartiles({ quantiles, kind }: ColumnProfile): string {
  const texts = QUARTILES.map((i) =>
    kind === 'time' ? dayText(quantiles[i]) : shown(quantiles[i]),
  )
  return texts.join(', ')
}

function dayText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10)
}

/** The least of the quartiles' logarithmic ratios, where all three go one way. */
const factor: Measure<InPeriod> = {
  distance(now, before) {
    const ratios = QUARTILES.map((i) => now.column.quantiles[i] / before.column.quantiles[i])
    if (ratios.some((ratio) => !Number.isFinite(ratio) || ratio <= 0)) return 0
    const logs = ratios.map(Math.log)
    if (logs.some((log) => Math.sign(log) !== Math.sign(logs[0]))) return 0
    return Math.min(...logs.map(Math.abs))
  },
  noise: (now, before) => 3 * Math.sqrt(1 / values(now) + 1 / values(before)),
}

function judgeFactor(
  now: InPeriod,
  earlier: readonly InPeriod[],
  limit: number | null,
): Finding | null {
  if (now.column.kind === 'time') return null
  const far = outside(now, earlier, limit === null ? null : Math.log(limit), factor)
  if (far === null) return null
  const { column } = far.nearest
  return finding(
    now,
    'factor',
    `quartiles near ${quartiles(column)}, within a factor of ${shown(Math.exp(far.limit))}`,
    quartiles(now.column),
  )
}

/** Half a per cent of the rows or more lie where nothing near was before. */
function judgeTails(
  now: InPeriod,
  earlier: readonly InPeriod[],
  limit: number | null,
): Finding | null {
  if (limit === null || now.column.kind === 'time' || values(now) < 400) return null
  const least = Math.min(...earlier.map(({ column }) => column.quantiles[FIRST]))
  const most = Math.max(...earlier.map(({ column }) => column.quantiles[LAST]))
  const width = most - least
  if (width === 0) return null
  const [low, high] = [now.column.quantiles[LOW], now.column.quantiles[HIGH]]
  const [from, to] = [least - limit * width, most + limit * width]
  if (low >= from && high <= to) return null
  const found = low < from ? `${shown(low)} or less` : `${shown(high)} or more`
  return finding(
    now,
    'tails',
    `99.5 % of the rows from ${shown(from)} to ${shown(to)}`,
    `${found} in 0.5 % of the rows or more`,
  )
}

const topShare = ({ column, table }: InPeriod) =>
  (column.top[0]?.rows ?? 0) / Math.max(1, table.sampled)

/** One value is more frequent than any was: a default, a cap, a blank that has become a zero. */
function judgeSpike(
  now: InPeriod,
  earlier: readonly InPeriod[],
  limit: number | null,
): Finding | null {
  if (limit === null) return null
  const usual = Math.max(...earlier.map(topShare))
  const share = topShare(now)
  const most = usual + limit + shareNoise(usual, now.table.sampled, earlier[0].table.sampled)
  if (share <= most) return null
  const value = now.column.top[0]?.value ?? ''
  return finding(
    now,
    'spike',
    `the most frequent value in at most ${percent(most)} of the rows`,
    `${value} in ${percent(share)}`,
  )
}

/** Columns of fewer different values tell nothing by their number. */
const MANY = 50

/** Of numbers, the share with a fraction from which on it is strange that none has one, and rows to expect it in. */
const FRACTIONS = 0.2
const FRACTION_ROWS = 30

/** Far fewer different values: one copied over others, or decimals that are gone. */
function judgeDistinct(
  now: InPeriod,
  earlier: readonly InPeriod[],
  limit: number | null,
): Finding | null {
  if (limit === null) return null
  const fractions = Math.min(...earlier.map((one) => one.column.fractions / values(one)))
  if (
    now.column.fractions === 0 &&
    fractions >= FRACTIONS &&
    fractions * values(now) >= FRACTION_ROWS
  ) {
    return finding(now, 'distinct', `decimals in about ${percent(fractions)} of the rows`, 'none')
  }
  const usual = Math.min(
    ...earlier.map(
      ({ column, table }) => column.distinct * Math.min(1, now.table.sampled / table.sampled),
    ),
  )
  if (usual < MANY || now.column.distinct * limit >= usual) return null
  return finding(
    now,
    'distinct',
    `at least ${shown(usual / limit)} different values`,
    `${shown(now.column.distinct)}`,
  )
}

/** Times after the period: the export of another one. */
function judgeFuture(
  now: InPeriod,
  earlier: readonly InPeriod[],
  limit: number | null,
): Finding | null {
  if (limit === null || now.column.kind !== 'time') return null
  const share = (one: InPeriod) => one.column.future / Math.max(1, one.table.rows)
  const usual = Math.max(...earlier.map(share))
  const most = usual + limit + shareNoise(usual, now.table.rows, earlier[0].table.rows)
  if (share(now) <= most) return null
  return finding(
    now,
    'future',
    `at most ${percent(most)} of the times after the period`,
    percent(share(now)),
  )
}
