// Figures of the same entities in two periods: a column that agrees with itself no more, with its opposite, or with another.
import type { TableChange } from '@weir/formats/period-profile'
import type { ColumnLimits } from '@weir/formats/plausible-schema'
import { type Finding, shown } from './finding.ts'

/** Entities that two periods must share before agreement says something. */
const ENTITIES = 50
/** From which agreement on a column is steady; as far below zero it is turned round. */
const STEADY = 0.5
/** By how much two columns must go better with each other's past than with their own to have been swapped. */
const BETTER = 0.3

type LimitsOf = (column: string) => ColumnLimits

/** Every finding of a table's agreement with the period before. */
export function judgeAgreement(
  now: TableChange,
  earlier: readonly TableChange[],
  limitsOf: LimitsOf,
): Finding[] {
  if (now.compared < ENTITIES) return []
  const findings: Finding[] = []
  for (const [column, value] of Object.entries(now.own)) {
    const limit = limitsOf(column).steadiness
    if (limit === null || value === null) continue
    const past = earlier.flatMap((pair) => pair.own[column] ?? [])
    const least = leastAgreement(past, limit, now.compared)
    if (value >= least) continue
    findings.push({
      figure: 'steadiness',
      table: now.table,
      column,
      expected: `agreement of ${shown(least)} or more with the same entities’ values before`,
      found: shown(value),
      ofLabels: false,
    })
  }
  return [...findings, ...swapped(now, limitsOf)]
}

/** Below which agreement is strange: with no pair of periods before, where a column is the opposite of itself. */
function leastAgreement(past: readonly number[], limit: number, compared: number): number {
  const usual = Math.min(...past)
  if (past.length === 0 || usual < STEADY) return Math.min(-STEADY, usual - limit)
  return usual - limit - 3 / Math.sqrt(compared)
}

/** Two columns of which each goes with the other's past. */
function swapped(now: TableChange, limitsOf: LimitsOf): Finding[] {
  const own = (column: string) => Math.max(0, now.own[column] ?? 0)
  return now.cross.flatMap(({ now: a, before: b, value }): Finding[] => {
    const back = now.cross.find((other) => other.now === b && other.before === a)
    if (back === undefined || a > b || limitsOf(a).steadiness === null) return []
    if (value < own(a) + BETTER || back.value < own(b) + BETTER) return []
    return [
      {
        figure: 'swapped',
        table: now.table,
        column: `${a}, ${b}`,
        expected: 'each column to go with its own values before',
        found: `each goes with the other’s (agreement ${shown(value)} and ${shown(back.value)})`,
        ofLabels: false,
      },
    ]
  })
}
