// Expectations that the stored periods suggest: what held in all of them, with room, and is not in the definition yet.
import type { ColumnSpec, Definition, TableSpec } from '@weir/formats/definition'
import type { ColumnProfile, PeriodProfile, TableProfile } from '@weir/formats/period-profile'
import { isLabelTable, type Stored } from '@weir/tables/period-profile'
import { type KeySets, keySets, shapesOf } from './infer-queries.ts'

/** One thing that the definition could promise, at a path of its file. */
export interface Proposal {
  readonly path: readonly string[]
  readonly value: unknown
  /** What it rests on, for people. */
  readonly because: string
}

/** Texts of more different values than that are no levels. */
const LEVELS = 30
/** Rows from which on values that are all different say something. */
const DISTINCT_ROWS = 20

/**
 * Proposes what the periods suggest.
 * @param profiles of the periods, earliest first; at least one
 */
export async function inferExpectations(
  stored: Stored,
  profiles: readonly PeriodProfile[],
): Promise<Proposal[]> {
  const { definition } = stored
  const periods = profiles.map(({ asOf }) => asOf)
  const sets = await keySets(stored, periods)
  const shapes = await shapesOf(stored, periods)
  return [
    ...definition.tables.flatMap((table) => [
      ...columnProposals(table, profiles, shapes),
      ...rowProposals(table, profiles, definition),
    ]),
    ...referenceProposals(definition, sets),
    ...labelProposals(definition, profiles),
  ]
}

/** The figures of a table in each period. */
function tablesOf(profiles: readonly PeriodProfile[], table: string): TableProfile[] {
  return profiles.flatMap(({ tables }) => tables.find((one) => one.table === table) ?? [])
}

function columnProposals(
  table: TableSpec,
  profiles: readonly PeriodProfile[],
  shapes: ReadonlyMap<string, string>,
): Proposal[] {
  const past = tablesOf(profiles, table.name)
  return table.columns.flatMap((column) => {
    const path = ['tables', table.name, 'columns', column.name]
    const seen = past.flatMap(
      ({ columns }) => columns.find((one) => one.column === column.name) ?? [],
    )
    const shape = shapes.get(`${table.name} ${column.name}`)
    const pattern: Proposal[] =
      shape === undefined || column.pattern !== undefined || column.levels !== undefined
        ? []
        : [{ path: [...path, 'pattern'], value: shape, because: 'every text has this form' }]
    if (seen.length === 0) return pattern
    return [
      ...pattern,
      ...limitProposals(column, seen, path),
      ...uniqueProposals(table, column, past, path),
    ]
  })
}

function limitProposals(
  column: ColumnSpec,
  seen: readonly ColumnProfile[],
  path: readonly string[],
): Proposal[] {
  const proposals: Proposal[] = []
  if (seen[0]?.kind === 'number' && seen.every(({ quantiles }) => quantiles.length > 0)) {
    const least = Math.min(...seen.map(({ quantiles }) => quantiles[0] ?? 0))
    const most = Math.max(...seen.map(({ quantiles }) => quantiles.at(-1) ?? 0))
    if (column.min === undefined && least >= 0) {
      proposals.push({ path: [...path, 'min'], value: 0, because: `the least is ${least}` })
    }
    if (column.max === undefined && most > 0) {
      proposals.push({
        path: [...path, 'max'],
        value: roomy(most),
        because: `the greatest is ${most}`,
      })
    }
  }
  if (
    column.type === 'category' &&
    column.levels === undefined &&
    seen.every(({ whole }) => whole)
  ) {
    const levels = [...new Set(seen.flatMap(({ top }) => top.map(({ value }) => value)))].sort()
    if (levels.length > 0 && levels.length <= LEVELS) {
      const because = `${levels.length} levels in all periods`
      proposals.push({ path: [...path, 'levels'], value: levels, because })
    }
  }
  return proposals
}

/** Ten times as much, in one digit: a limit for what cannot be, and not for what was not yet. */
function roomy(most: number): number {
  const unit = 10 ** Math.floor(Math.log10(most))
  return Number((Math.ceil(most / unit) * unit * 10).toPrecision(1))
}

/** Whole numbers and texts that are all different; measured figures are so by chance. */
function uniqueProposals(
  table: TableSpec,
  column: ColumnSpec,
  past: readonly TableProfile[],
  path: readonly string[],
): Proposal[] {
  const named = column.type === 'string' || column.type === 'integer'
  if (!named || column.unique !== undefined || table.key.includes(column.name)) return []
  const unique = past.every(({ rows, sampled, columns }) => {
    const { distinct = 0, blanks = rows } = columns.find((one) => one.column === column.name) ?? {}
    return rows >= DISTINCT_ROWS && sampled === rows && blanks < rows && distinct === rows - blanks
  })
  return unique
    ? [{ path: [...path, 'unique'], value: true, because: 'no value is there twice' }]
    : []
}

function rowProposals(
  { name }: TableSpec,
  profiles: readonly PeriodProfile[],
  { expectations, ...definition }: Definition,
): Proposal[] {
  // Rows of labels come when the labels do.
  if (isLabelTable({ ...definition, expectations }, name)) return []
  const rows = tablesOf(profiles, name).map((table) => table.rows)
  const [least, most] = [Math.min(...rows), Math.max(...rows)]
  const proposals: Proposal[] = []
  if (expectations.rows.every(({ table }) => table !== name)) {
    const value = { min: Math.floor(least / 2), max: 2 * most }
    const because = `${least === most ? least : `${least} to ${most}`} rows`
    proposals.push({ path: ['expectations', 'rows', name], value, because })
  }
  const factors = rows.slice(1).map((count, at) => count / Math.max(1, rows[at] ?? 0))
  if (factors.length >= 2 && expectations.rowChange.every(({ table }) => table !== name)) {
    const [low, high] = [Math.min(...factors), Math.max(...factors)]
    const value = { min: Number((low / 2).toPrecision(2)), max: Number((2 * high).toPrecision(2)) }
    const because = `factors from ${low.toFixed(2)} to ${high.toFixed(2)}`
    proposals.push({ path: ['expectations', 'row_change', name], value, because })
  }
  return proposals
}

/** References that held in every period, both ways; of a label's table only its own, since labels come late. */
function referenceProposals(definition: Definition, sets: KeySets): Proposal[] {
  const known = definition.expectations.references
  return sets.flatMap(({ from, to }) => {
    const mine = known.filter((one) => one.from === from).map((one) => one.to)
    const news = to.filter((table) => !mine.includes(table) && !isLabelTable(definition, table))
    if (news.length === 0) return []
    const value = [...mine, ...news]
    return [
      {
        path: ['expectations', 'references', from],
        value: value.length === 1 ? value[0] : value,
        because: `every entity of ${from} has a row in ${news.join(', ')}`,
      },
    ]
  })
}

function labelProposals(
  { expectations, label }: Definition,
  profiles: readonly PeriodProfile[],
): Proposal[] {
  if (expectations.labelShare.min !== undefined || expectations.labelShare.max !== undefined)
    return []
  const complete = profiles.filter(
    ({ label: { known, entities } }) => known > 0 && known >= label.complete * entities,
  )
  if (complete.length === 0) return []
  const shares = complete.map(({ label: { positive, known } }) => positive / known)
  const [least, most] = [Math.min(...shares), Math.max(...shares)]
  const value = {
    min: Number((least / 3).toPrecision(1)),
    max: Number((1 - (1 - most) / 3).toPrecision(2)),
  }
  const because = `shares from ${least.toFixed(3)} to ${most.toFixed(3)}`
  return [{ path: ['expectations', 'label_share'], value, because }]
}
