// Exports in a folder of their own, of which tests change single files: a month in Production, and the month after it.
import { type Churn, freshClone, MONTH_1, MONTH_2, prepared } from './rig.ts'

/** The folder of the second month. */
export const MONTH = `exports/${MONTH_2}`

/** A folder of exports of two months, the first of which is in Production. */
export const withExports = prepared(async () => {
  const it = freshClone(600)
  await it.outcomes('--until', 'simulate')
  for (const month of [MONTH_1, MONTH_2])
    for (const path of it.files(`simulated/${month}`))
      it.write(path.replace('simulated', 'exports'), it.read(path))
  it.remove('simulated')
  await it.outcomes('-S', 'data.source=exports')
  return it
})

/** Changes the lines of a table; the header is the first. */
export function lines(it: Churn, table: string, change: (rows: string[]) => string[]): void {
  const path = `${MONTH}/${table}.csv`
  it.write(path, `${change(it.read(path).trimEnd().split('\n')).join('\n')}\n`)
}

/** Sets the value of a column in some rows of data, counted from 1; without rows in all. */
export function set(
  it: Churn,
  table: string,
  column: string,
  value: string | ((old: string) => string),
  ...rows: number[]
): void {
  lines(it, table, ([head = '', ...data]) => {
    const at = head.split(',').indexOf(column)
    const changed = data.map((row, index) => {
      if (rows.length > 0 && !rows.includes(index + 1)) return row
      const cells = row.split(',')
      return cells.with(at, typeof value === 'string' ? value : value(cells[at] ?? '')).join(',')
    })
    return [head, ...changed]
  })
}
