// What profiles do not tell and expectations rest on: which tables have the entities of which, and the form of texts.
import type { Definition } from '@weir/formats/definition'
import { rowsOf } from '@weir/tables/duckdb'
import type { Stored } from '@weir/tables/period-profile'
import { name, text } from '@weir/tables/quote'
import { snapshotPath } from '@weir/tables/snapshot-files'

/** By table, the other tables that have a row of each of its entities in every period. */
export type KeySets = readonly { readonly from: string; readonly to: readonly string[] }[]

export async function keySets(stored: Stored, periods: readonly string[]): Promise<KeySets> {
  const { definition } = stored
  const key = name(definition.entity.key)
  const tables = withKey(definition)
  const sets: { from: string; to: string[] }[] = []
  for (const from of tables) {
    const to: string[] = []
    for (const other of tables) {
      if (other !== from && (await holds(stored, periods, from, other, key))) to.push(other)
    }
    sets.push({ from, to })
  }
  return sets
}

function withKey({ tables, entity }: Definition): string[] {
  return tables.flatMap(({ name: table, columns }) =>
    columns.some((column) => column.name === entity.key) ? [table] : [],
  )
}

async function holds(
  { db, folder }: Stored,
  periods: readonly string[],
  from: string,
  to: string,
  key: string,
): Promise<boolean> {
  for (const asOf of periods) {
    const of = (table: string) =>
      `SELECT ${key} FROM read_parquet(${text(snapshotPath(folder, table, asOf))})`
    const rows = await rowsOf(db, `${of(from)} EXCEPT ${of(to)} LIMIT 1`)
    if (rows.length > 0) return false
  }
  return true
}

/** More kinds of characters in a row than that are no form, but names and sentences. */
const RUNS = 6

/** The one form that all texts of a column have, as a regular expression, by `table column`; of keys and strings. */
export async function shapesOf(
  { db, folder, definition }: Stored,
  periods: readonly string[],
): Promise<Map<string, string>> {
  const shapes = new Map<string, string>()
  for (const { name: table, columns } of definition.tables) {
    const files = periods.map((asOf) => text(snapshotPath(folder, table, asOf))).join(', ')
    for (const { name: column, type } of columns) {
      if (type !== 'string') continue
      const digits = `regexp_replace(CAST(${name(column)} AS VARCHAR), '[0-9]', '0', 'g')`
      const capitals = `regexp_replace(${digits}, '[A-Z]', 'A', 'g')`
      const shape = `regexp_replace(${capitals}, '[a-z]', 'a', 'g')`
      const rows = await rowsOf(
        db,
        `SELECT DISTINCT ${shape} AS shape FROM read_parquet([${files}]) WHERE ${name(column)} IS NOT NULL LIMIT 2`,
      )
      const pattern = rows.length === 1 ? patternOf(String(rows[0]?.shape)) : undefined
      if (pattern !== undefined) shapes.set(`${table} ${column}`, pattern)
    }
  }
  return shapes
}

const CLASSES: Readonly<Record<string, string>> = { '0': '[0-9]', A: '[A-Z]', a: '[a-z]' }

/** `0000-AAAAA` is `^[0-9]{4}-[A-Z]{5}$`; undefined for what is too long or has no such class. */
function patternOf(shape: string): string | undefined {
  const runs = shape.match(/(.)\1*/gsu) ?? []
  if (runs.length > RUNS || !/[0Aa]/.test(shape)) return undefined
  const parts = runs.map((run) => {
    const [first = ''] = run
    const one = CLASSES[first] ?? first.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
    return run.length === first.length ? one : `${one}{${run.length / first.length}}`
  })
  return `^${parts.join('')}$`
}
