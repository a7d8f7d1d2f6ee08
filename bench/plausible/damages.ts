// Ways in which an export breaks. Each takes the month that is damaged and the months before it.
import { type Random, randomStream } from '@weir/ml/statistics'
import type { Month, RawTable } from './months.ts'

export interface Damage {
  readonly name: string
  apply(month: Month, before: readonly Month[]): Month
}

/** What a damage changes in a data set. */
export interface Places {
  readonly key: string
  readonly label: readonly [table: string, column: string]
  readonly fee: readonly [table: string, column: string]
  /** A number with decimals that is drawn anew each month, or any with decimals. */
  readonly figure: readonly [table: string, column: string]
  readonly flag: readonly [table: string, column: string]
  readonly level: readonly [table: string, column: string, from: string, to: string]
  readonly segment: readonly [table: string, column: string, value: string]
  readonly nullable: readonly [table: string, column: string]
  readonly swaps: readonly (readonly [table: string, a: string, b: string])[]
  readonly constants: readonly (readonly [table: string, column: string])[]
  readonly opposite: Readonly<Record<string, string>>
  readonly halves: readonly string[]
}

type Cell = (value: string, at: number, row: readonly string[]) => string

function changed(month: Month, table: string, change: (raw: RawTable) => RawTable): Month {
  const raw = month.get(table)
  if (raw === undefined) throw new RangeError(`no table ${table}`)
  return new Map([...month, [table, change(raw)]])
}

function each(
  month: Month,
  [table, column]: readonly [string, string, ...unknown[]],
  cell: Cell,
): Month {
  return changed(month, table, ({ columns, rows }) => {
    const at = columns.indexOf(column)
    if (at < 0) throw new RangeError(`no column ${column}`)
    return { columns, rows: rows.map((row, i) => row.with(at, cell(row[at] ?? '', i, row))) }
  })
}

const all = (month: Month, change: (raw: RawTable) => RawTable): Month =>
  new Map([...month].map(([name, raw]) => [name, change(raw)]))

const times =
  (by: number): Cell =>
  (value) =>
    value.trim() === '' ? value : String(Number((Number(value) * by).toPrecision(12)))

const kept =
  (keep: (at: number) => boolean) =>
  ({ columns, rows }: RawTable) => ({
    columns,
    rows: rows.filter((_, at) => keep(at)),
  })

function ids(month: Month, key: string, rename: (id: string, at: number) => string): Month {
  return all(month, ({ columns, rows }) => {
    const at = columns.indexOf(key)
    return { columns, rows: rows.map((row, i) => row.with(at, rename(row[at] ?? '', i))) }
  })
}

/** The rows of a table dealt anew to its entities. */
function dealt(raw: RawTable, key: string, random: Random): RawTable {
  const at = raw.columns.indexOf(key)
  const order = raw.rows.map((row) => ({ row, by: random.uniform() })).sort((a, b) => a.by - b.by)
  return {
    columns: raw.columns,
    rows: raw.rows.map((row, i) => (order[i]?.row ?? row).with(at, row[at] ?? '')),
  }
}

function swapped(month: Month, [table, a, b]: Places['swaps'][number]): Month {
  return changed(month, table, ({ columns, rows }) => {
    const [i, j] = [columns.indexOf(a), columns.indexOf(b)]
    return { columns, rows: rows.map((row) => row.with(i, row[j] ?? '').with(j, row[i] ?? '')) }
  })
}

/** The damages that the gate was built for. */
export function listed(p: Places): Damage[] {
  const opposite: Cell = (value) => p.opposite[value] ?? value
  const damages: Damage[] = [
    {
      name: 'half the rows gone',
      apply: (m) =>
        all(
          m,
          kept((at) => at % 2 === 0),
        ),
    },
    ...p.halves.map((table) => ({
      name: `half of ${table} gone`,
      apply: (m: Month) =>
        changed(
          m,
          table,
          kept((at) => at % 2 === 0),
        ),
    })),
    { name: `${p.fee[1]} × 10`, apply: (m) => each(m, p.fee, times(10)) },
    ...p.swaps.map((pair) => ({
      name: `${pair[1]} and ${pair[2]} swapped`,
      apply: (m: Month) => swapped(m, pair),
    })),
    { name: 'labels inverted', apply: (m) => each(m, p.label, opposite) },
    { name: 'the month before again', apply: (m, before) => before.at(-1) ?? m },
    { name: 'all ids new', apply: (m) => ids(m, p.key, (id) => `N${id}`) },
    ...p.constants.map((place) => ({
      name: `${place[1]} constant`,
      apply: (m: Month) => {
        const raw = m.get(place[0])
        const value = raw?.rows[0]?.[raw.columns.indexOf(place[1])] ?? ''
        return each(m, place, () => value)
      },
    })),
  ]
  return damages
}

/** Damages of our own. */
export function own(p: Places, seed: number): Damage[] {
  const random = randomStream(seed, 5)
  const opposite: Cell = (value) => p.opposite[value] ?? value
  const [labels, label] = p.label
  return [
    { name: `${p.fee[1]} in cents`, apply: (m) => each(m, p.fee, times(100)) },
    { name: `${p.fee[1]} ÷ 10`, apply: (m) => each(m, p.fee, times(0.1)) },
    { name: `${p.figure[1]} × 60`, apply: (m) => each(m, p.figure, times(60)) },
    {
      name: `${p.figure[1]} without decimals`,
      apply: (m) =>
        each(m, p.figure, (value) =>
          value.trim() === '' ? value : String(Math.floor(Number(value))),
        ),
    },
    {
      name: `${p.figure[1]} 0 in half the rows`,
      apply: (m) => each(m, p.figure, (v, at) => (at % 2 ? '0' : v)),
    },
    {
      name: `${p.fee[1]} 9999 in 1 % of the rows`,
      apply: (m) => each(m, p.fee, (v, at) => (at % 100 === 0 ? '9999' : v)),
    },
    {
      name: `${p.fee[1]} capped at its median`,
      apply: (m) => {
        const raw = m.get(p.fee[0])
        const at = raw?.columns.indexOf(p.fee[1]) ?? 0
        const sorted = (raw?.rows ?? []).map((row) => Number(row[at])).sort((a, b) => a - b)
        const median = sorted[sorted.length >> 1] ?? 0
        return each(m, p.fee, (v) => String(Math.min(Number(v), median)))
      },
    },
    {
      name: `${p.nullable[1]} blank in half the rows`,
      apply: (m) => each(m, p.nullable, (v, at) => (at % 2 ? '' : v)),
    },
    {
      name: `${p.flag[1]} blank in half the rows`,
      apply: (m) => each(m, p.flag, (v, at) => (at % 2 ? '' : v)),
    },
    { name: `${p.flag[1]} turned round`, apply: (m) => each(m, p.flag, opposite) },
    {
      name: `${p.level[2]} written as ${p.level[3]}`,
      apply: (m) => each(m, p.level, (v) => (v === p.level[2] ? p.level[3] : v)),
    },
    { name: `${p.level[1]} in capitals`, apply: (m) => each(m, p.level, (v) => v.toUpperCase()) },
    {
      name: `${p.segment[2]} alone`,
      apply(m) {
        const raw = m.get(p.segment[0])
        const at = raw?.columns.indexOf(p.segment[1]) ?? 0
        const keyAt = raw?.columns.indexOf(p.key) ?? 0
        const keep = new Set(
          raw?.rows.filter((row) => row[at] === p.segment[2]).map((row) => row[keyAt]),
        )
        return all(m, ({ columns, rows }) => ({
          columns,
          rows: rows.filter((row) => keep.has(row[columns.indexOf(p.key)])),
        }))
      },
    },
    {
      name: 'every row twice, under another id',
      apply: (m) =>
        all(m, ({ columns, rows }) => {
          const at = columns.indexOf(p.key)
          return { columns, rows: [...rows, ...rows.map((row) => row.with(at, `2${row[at]}`))] }
        }),
    },
    { name: 'ids in lower case', apply: (m) => ids(m, p.key, (id) => id.toLowerCase()) },
    {
      name: 'three ids of four new',
      apply: (m) => ids(m, p.key, (id, at) => (at % 4 ? `N${id}` : id)),
    },
    {
      name: 'labels of the month before',
      apply(m, before) {
        const raw = before.at(-1)?.get(labels)
        if (raw === undefined) return m
        const [keyAt, at] = [raw.columns.indexOf(p.key), raw.columns.indexOf(label)]
        const old = new Map(raw.rows.map((row) => [row[keyAt], row[at] ?? '']))
        return each(m, p.label, (v, _, row) => old.get(row[keyAt]) ?? v)
      },
    },
    {
      name: 'half the positive labels negative',
      apply: (m) =>
        each(m, p.label, (v, at) =>
          at % 2
            ? p.opposite.Yes === 'No'
              ? v === 'Yes'
                ? 'No'
                : v
              : v === 'True'
                ? 'False'
                : v
            : v,
        ),
    },
    {
      name: 'labels dealt at random, half positive',
      apply: (m) => each(m, p.label, (v) => (random.chance(0.5) ? (p.opposite[v] ?? v) : v)),
    },
    {
      name: `${p.fee[0]} dealt to other entities`,
      apply: (m) => changed(m, p.fee[0], (raw) => dealt(raw, p.key, random)),
    },
    {
      name: `${p.fee[1]} sorted`,
      apply(m) {
        const raw = m.get(p.fee[0])
        const at = raw?.columns.indexOf(p.fee[1]) ?? 0
        const sorted = (raw?.rows ?? [])
          .map((row) => row[at] ?? '')
          .sort((a, b) => Number(a) - Number(b))
        return each(m, p.fee, (v, i) => sorted[i] ?? v)
      },
    },
  ]
}
