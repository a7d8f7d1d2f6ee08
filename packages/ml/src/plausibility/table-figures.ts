// Figures of a table as a whole: how many rows it has, and whether its entities are those of before.
import type { TableChange, TableProfile } from '@weir/formats/period-profile'
import type { TableLimits } from '@weir/formats/plausible-schema'
import { type Measure, outside, shareNoise } from './bounds.ts'
import { type Finding, percent, shown } from './finding.ts'

const rows: Measure<number> = {
  distance: (now, before) => Math.abs(Math.log(Math.max(now, 0.5) / Math.max(before, 0.5))),
  noise: (now, before) => 3 * Math.sqrt(1 / Math.max(1, now) + 1 / Math.max(1, before)),
}

/** Rows, against those of the periods before; what lies between two of them is as good as one of them. */
export function judgeRows(
  now: TableProfile,
  earlier: readonly TableProfile[],
  limits: TableLimits,
): Finding[] {
  const counts = earlier.map((table) => table.rows)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  if (now.rows >= least && now.rows <= most) return []
  const limit = limits.rows === null ? null : Math.log(limits.rows)
  const far = outside(now.rows, counts, limit, rows)
  if (far === null) return []
  const factor = Math.exp(far.limit)
  return [
    {
      figure: 'rows',
      table: now.table,
      column: null,
      expected: `${shown(least / factor)} to ${shown(most * factor)} rows`,
      found: `${shown(now.rows)} rows`,
      ofLabels: false,
    },
  ]
}

/** Of a table of one row an entity, how its entities go with those of the period before. */
interface Ids {
  readonly kept: number
  readonly known: number
  readonly before: number
  readonly now: number
}

function idsOf({ shared, before, now }: TableChange): Ids {
  return { kept: shared / Math.max(1, before), known: shared / Math.max(1, now), before, now }
}

/** Entities that are gone, and entities that are new, against how many were in the periods before. */
export function judgeIds(
  now: TableChange,
  earlier: readonly TableChange[],
  limits: TableLimits,
): Finding[] {
  if (limits.ids === null) return []
  const [ids, past] = [idsOf(now), earlier.map(idsOf)]
  const findings: Finding[] = []
  for (const [share, what] of [
    ['kept', 'of the entities of the period before'],
    ['known', 'of the entities known from the period before'],
  ] as const) {
    const noise = shareNoise(ids[share], ids.before, ids.now)
    // Without an earlier pair of periods, as if in it all had stayed.
    const usual = Math.min(1, ...past.map((pair) => pair[share]))
    const least = Math.max(0, usual - limits.ids) - noise
    if (ids[share] >= least || least <= 0) continue
    findings.push({
      figure: 'ids',
      table: now.table,
      column: null,
      expected: `at least ${percent(least)} ${what}`,
      found: percent(ids[share]),
      ofLabels: false,
    })
  }
  return findings
}
