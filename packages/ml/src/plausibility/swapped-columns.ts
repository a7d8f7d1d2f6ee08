// Two columns of a table that have become each other by their distributions, also where no entity is in both periods.
import { type ColumnProfile, PROBABILITIES, type TableProfile } from '@weir/formats/period-profile'
import { type Finding, percent } from './finding.ts'

/** How far each column must have gone from what it was. */
const FAR = 0.1
/** Together the two are at most this much as far from each other’s past as from their own. */
const CLOSER = 0.35

/** Pairs of columns of which each lies where the other lay. */
export function swappedColumns(now: TableProfile, before: TableProfile): Finding[] {
  const pairs = now.columns.flatMap((a, i) => now.columns.slice(i + 1).map((b) => [a, b] as const))
  const past = new Map(before.columns.map((column) => [column.column, column]))
  return pairs.flatMap(([a, b]): Finding[] => {
    const [thenA, thenB] = [past.get(a.column), past.get(b.column)]
    if (a.kind !== b.kind || thenA === undefined || thenB === undefined) return []
    const apart = (p: ColumnProfile, q: ColumnProfile) => distance(p, now, q, before)
    const [ownA, ownB] = [apart(a, thenA), apart(b, thenB)]
    const noise = 3 * Math.sqrt(1 / Math.max(1, now.sampled) + 1 / Math.max(1, before.sampled))
    if (Math.min(ownA, ownB) < FAR + noise) return []
    const crossed = apart(a, thenB) + apart(b, thenA)
    if (crossed > CLOSER * (ownA + ownB)) return []
    return [
      {
        figure: 'swapped',
        table: now.table,
        column: `${a.column}, ${b.column}`,
        expected: 'each column near what it was',
        found: `each is where the other was: ${percent(ownA)} and ${percent(ownB)} away from its own, ${percent(crossed / 2)} from the other’s`,
        ofLabels: false,
      },
    ]
  })
}

/** How far two columns are apart, 0 to 1: the greatest difference of distribution functions, or total variation. */
function distance(
  a: ColumnProfile,
  ofA: TableProfile,
  b: ColumnProfile,
  ofB: TableProfile,
): number {
  const blanks = Math.abs(a.blanks / Math.max(1, ofA.rows) - b.blanks / Math.max(1, ofB.rows))
  if (a.kind !== 'level' && !(a.whole && b.whole)) return Math.max(blanks, quantileDistance(a, b))
  const p = new Map(a.top.map(({ value, rows }) => [value, rows / Math.max(1, ofA.sampled)]))
  const q = new Map(b.top.map(({ value, rows }) => [value, rows / Math.max(1, ofB.sampled)]))
  let sum = blanks
  for (const value of new Set([...p.keys(), ...q.keys()])) {
    sum += Math.abs((p.get(value) ?? 0) - (q.get(value) ?? 0))
  }
  return sum / 2
}

/** The greatest difference of two distribution functions, read off their quantiles. */
function quantileDistance(a: ColumnProfile, b: ColumnProfile): number {
  if (a.quantiles.length === 0 || b.quantiles.length === 0) return 1
  const all = [...a.quantiles, ...b.quantiles]
  return Math.max(
    ...all.map((value) => Math.abs(below(a.quantiles, value) - below(b.quantiles, value))),
  )
}

/** The share of values up to one, by linear interpolation between the quantiles. */
function below(quantiles: readonly number[], value: number): number {
  const i = quantiles.findLastIndex((quantile) => quantile <= value)
  if (i < 0) return 0
  if (i === quantiles.length - 1) return 1
  const width = quantiles[i + 1] - quantiles[i]
  const share = (value - quantiles[i]) / width
  return PROBABILITIES[i] + share * (PROBABILITIES[i + 1] - PROBABILITIES[i])
}
