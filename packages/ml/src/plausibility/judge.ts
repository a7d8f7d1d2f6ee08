// Holds a period against those before it. Never looks at a model: what a model makes of the data is for other gates.
import type { Definition } from '@weir/formats/definition'
import type { PeriodProfile, TableChange, TableProfile } from '@weir/formats/period-profile'
import { judgeAgreement } from './agreement-figures.ts'
import type { Finding } from './finding.ts'
import { judgeLabel } from './label-figures.ts'
import { judgeBlanks, judgeConstant, judgeLevels } from './level-figures.ts'
import { type InPeriod, judgeNumbers } from './number-figures.ts'
import { judgeRepeat } from './repeat.ts'
import { swappedColumns } from './swapped-columns.ts'
import { judgeIds, judgeRows } from './table-figures.ts'

/** Texts of more different values than that are names, and not levels. */
const NAMES = 1000

/**
 * What is suspicious about a period.
 * @param earlier the periods before it, earliest first; without any nothing is suspicious
 */
export function judgePeriod(
  now: PeriodProfile,
  earlier: readonly PeriodProfile[],
  definition: Pick<Definition, 'label' | 'plausible'>,
): Finding[] {
  const { label, plausible } = definition
  const before = earlier.slice(-plausible.periods)
  if (before.length === 0) return []
  return [
    ...judgeRepeat(now, before, label.complete),
    ...now.tables.flatMap((table) => judgeTable(table, now, before, definition)),
    ...judgeLabel(now, before, { ...label, rate: plausible.labelRate }),
  ]
}

function judgeTable(
  table: TableProfile,
  now: PeriodProfile,
  earlier: readonly PeriodProfile[],
  { plausible }: Pick<Definition, 'plausible'>,
): Finding[] {
  const named = (one: { table: string }) => one.table === table.table
  const past = earlier.flatMap(({ tables }) => tables.find(named) ?? [])
  const change = now.changes.find(named)
  const changes = earlier.flatMap((period) => period.changes.find(named) ?? [])
  const limits = plausible.of(table.table)
  const latest = past.at(-1)
  return [
    ...judgeRows(table, past, limits),
    ...(change === undefined ? [] : judgeIds(change, changes, limits)),
    ...table.columns.flatMap((_, at) => judgeColumn(at, table, now, earlier, plausible)),
    ...swaps(table, latest, change, changes, (column) => plausible.ofColumn(table.table, column)),
  ]
}

/** Agreement of entities tells more of a swap than distributions do; a pair is told of once. */
function swaps(
  table: TableProfile,
  before: TableProfile | undefined,
  change: TableChange | undefined,
  changes: readonly TableChange[],
  limitsOf: Parameters<typeof judgeAgreement>[2],
): Finding[] {
  const agreed = change === undefined ? [] : judgeAgreement(change, changes, limitsOf)
  const told = new Set(agreed.map(({ column }) => column))
  const lying = before === undefined ? [] : swappedColumns(table, before)
  const pair = ({ column }: Finding) => column?.split(', ').sort().join(', ') ?? ''
  return [...agreed, ...lying.filter((finding) => !told.has(pair(finding)))]
}

function judgeColumn(
  at: number,
  table: TableProfile,
  now: PeriodProfile,
  earlier: readonly PeriodProfile[],
  plausible: Definition['plausible'],
): Finding[] {
  const column = table.columns[at]
  const limits = plausible.ofColumn(table.table, column.column)
  const here = { column, table, day: dayOf(now.asOf) }
  const past = earlier.flatMap((period): InPeriod[] => {
    const then = period.tables.find((one) => one.table === table.table)
    const was = then?.columns.find((one) => one.column === column.column)
    // A table without rows tells nothing of its columns.
    if (then === undefined || was === undefined || then.rows === 0) return []
    return [{ column: was, table: then, day: dayOf(period.asOf) }]
  })
  if (past.length === 0 || table.rows === 0) return []
  const names = [here, ...past].some((one) => one.column.distinct > NAMES)
  const levels = column.kind === 'level' && !names
  const findings = [
    ...judgeBlanks(here, past, limits),
    ...(limits.spike === null ? [] : judgeConstant(here, past)),
    ...(levels ? judgeLevels(here, past, limits) : []),
    ...(column.kind === 'level' ? [] : judgeNumbers(here, past, limits)),
  ]
  // That it is constant says all of it.
  const constant = findings.filter(({ figure }) => figure === 'constant')
  return constant.length > 0 ? constant : findings
}

function dayOf(asOf: string): number {
  return Date.parse(`${asOf}T00:00:00Z`) / 86_400_000
}
