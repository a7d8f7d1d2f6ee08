// Periods in figures, made of values in memory as packages/tables makes them of stored tables; small and slow.
import { parseDefinition } from '@weir/formats/definition'
import {
  type ColumnProfile,
  type PeriodProfile,
  PROBABILITIES,
  type TableChange,
  type TableProfile,
} from '@weir/formats/period-profile'
import type { Plausible } from '@weir/formats/plausible-schema'
import { judgePeriod } from '../../src/door/plausibility.ts'

export type Values = readonly (number | string | null)[]

/** A column in figures: numbers if its first value is one. */
export function column(name: string, values: Values, kind?: ColumnProfile['kind']): ColumnProfile {
  const known = values.filter((value) => value !== null)
  const numbers = known.filter((value) => typeof value === 'number').sort((a, b) => a - b)
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
  const counts = new Map<string, number>()
  for (const value of known) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
  const top = [...counts].map(([value, rows]) => ({ value, rows })).sort((a, b) => b.rows - a.rows)
  const level = numbers.length === 0
  return {
    column: name,
    kind: kind ?? (level ? 'level' : 'number'),
    digest: values.join(),
    blanks: values.length - known.length,
    fractions: numbers.filter((value) => !Number.isInteger(value)).length,
    distinct: counts.size,
    mean: level ? null : mean,
    sd: level ? null : Math.sqrt(numbers.reduce((s, v) => s + (v - mean) ** 2, 0) / numbers.length),
    quantiles: level
      ? []
      : PROBABILITIES.map((p) => numbers[Math.max(0, Math.ceil(p * numbers.length) - 1)] ?? 0),
    top: top.slice(0, 200),
    whole: top.length <= 200,
    future: 0,
  }
}

export function table(name: string, columns: readonly ColumnProfile[], rows: number): TableProfile {
  const digest = `${columns.map((one) => one.digest).join('|')}-${rows}`
  return { table: name, rows, digest, columns, sampled: rows }
}

/** A period of one table `people`, with labels of all its rows. */
export function period(
  asOf: string,
  columns: Readonly<Record<string, Values>>,
  {
    positive = 265,
    change,
    labels = '',
  }: { positive?: number; change?: Partial<TableChange>; labels?: string } = {},
): PeriodProfile {
  const profiles = Object.entries(columns).map(([name, values]) => column(name, values))
  const rows = Object.values(columns)[0]?.length ?? 0
  const own = Object.fromEntries(Object.keys(columns).map((name) => [name, 0.9]))
  const whole = {
    table: 'people',
    before: rows,
    now: rows,
    shared: rows,
    compared: rows,
    own,
    cross: [],
  }
  return {
    asOf,
    tables: [table('people', profiles, rows)],
    changes: change === undefined ? [] : [{ ...whole, ...change }],
    label: { entities: rows, known: rows, positive, digest: `${asOf}${labels}`, own: null },
  }
}

/** What is suspicious of the last period, as `figure column`. */
export function findings(periods: readonly PeriodProfile[], plausible: Plausible = {}): string[] {
  const definition = parseDefinition({
    name: 'people',
    entity: { key: 'id', table: 'people' },
    tables: {
      people: {
        columns: { id: { type: 'string' }, fee: { type: 'number' }, plan: { type: 'category' } },
      },
      labels: { columns: { id: { type: 'string' }, left: { type: 'boolean' } } },
    },
    label: { table: 'labels', column: 'left' },
    views: { person: { table: 'people', features: ['fee'] } },
    plausible,
  })
  const [now] = periods.slice(-1)
  if (now === undefined) throw new RangeError('no period')
  return judgePeriod(now, periods.slice(0, -1), definition).map(
    ({ figure, column: where, table: of }) => `${figure} ${where ?? of ?? 'period'}`,
  )
}
