// The checks that a data set's definition promises, each as a query of the rows that break it.
import type { ColumnSpec, Definition, TableSpec } from '@weir/formats/definition'
import { name, text } from './quote.ts'

/** A check of single rows: it holds when its query gives none. */
export interface RowCheck {
  /** Code of its failure. */
  readonly code: string
  readonly table: string
  /** Null where it is of whole rows. */
  readonly column: string | null
  /** What must hold, for people: `at least 0`. */
  readonly expects: string
  /** Query of `key` and `value` (texts) of the rows that break it. */
  readonly query: string
  readonly hint?: string
}

/** The row checks of a definition; a table of the definition is a view of the same name in the schema `period`. */
export function rowChecks(definition: Definition): RowCheck[] {
  return [
    ...definition.tables.flatMap((table) => [uniqueKey(table), ...columnChecks(table, definition)]),
    ...references(definition),
    ...uniqueSets(definition),
    ...conditions(definition),
  ]
}

/** A table of the period, in SQL. */
export function periodTable(table: string): string {
  return `period.${name(table)}`
}

function keyText(table: TableSpec): string {
  return table.key.map((key) => `CAST(${name(key)} AS VARCHAR)`).join(" || ' ' || ")
}

function uniqueKey(table: TableSpec): RowCheck {
  const keys = table.key.map(name).join(', ')
  return {
    code: 'KEY_DUPLICATE',
    table: table.name,
    column: table.key.join(', '),
    expects: 'one row a key',
    hint: 'declare a longer key where rows have more than one',
    query: `SELECT ${keyText(table)} AS key, CAST(count(*) AS VARCHAR) || ' rows' AS value FROM ${periodTable(table.name)} GROUP BY ${keys} HAVING count(*) > 1`,
  }
}

function columnChecks(table: TableSpec, { label }: Definition): RowCheck[] {
  return table.columns.flatMap((column) => {
    // Labels come late: until then they are blank, or have no row.
    const isLate = !label.required && table.name === label.table && column.name === label.column
    const make = (code: string, expects: string, broken: string, hint?: string): RowCheck => ({
      code,
      table: table.name,
      column: column.name,
      expects,
      query: `SELECT ${keyText(table)} AS key, CAST(${name(column.name)} AS VARCHAR) AS value FROM ${periodTable(table.name)} WHERE ${broken}`,
      ...(hint === undefined ? {} : { hint }),
    })
    return limits(isLate ? { ...column, nullable: true } : column, name(column.name), make)
  })
}

function limits(
  { nullable, min, max, levels, pattern }: ColumnSpec,
  column: string,
  make: (code: string, expects: string, broken: string, hint?: string) => RowCheck,
): RowCheck[] {
  const checks: RowCheck[] = []
  if (!nullable) {
    const hint = 'where a blank is legal, say nullable: true'
    checks.push(make('VALUE_MISSING', 'no blank', `${column} IS NULL`, hint))
  }
  if (min !== undefined) checks.push(make('BELOW_MIN', `at least ${min}`, `${column} < ${min}`))
  if (max !== undefined) checks.push(make('ABOVE_MAX', `at most ${max}`, `${column} > ${max}`))
  if (levels !== undefined) {
    const known = levels.map(text).join(', ')
    const hint = 'a new legal value belongs under levels'
    checks.push(
      make('LEVEL_UNKNOWN', `one of ${levels.join(', ')}`, `${column} NOT IN (${known})`, hint),
    )
  }
  if (pattern !== undefined) {
    const broken = `NOT regexp_matches(${column}, ${text(pattern)})`
    checks.push(make('PATTERN_BROKEN', `a match of ${pattern}`, broken))
  }
  return checks
}

/** Columns that are unique alone, and those that are together; a row with a blank among them has no twin. */
function uniqueSets({ tables, expectations }: Definition): RowCheck[] {
  return tables.flatMap((table) => {
    const alone = table.columns.flatMap(({ name: column, unique }) => (unique ? [[column]] : []))
    const sets = expectations.unique.flatMap((one) =>
      one.table === table.name ? [one.columns] : [],
    )
    return [...alone, ...sets].map((columns): RowCheck => {
      const cells = columns.map(name)
      const whole = cells.map((cell) => `${cell} IS NOT NULL`).join(' AND ')
      const value = cells.map((cell) => `CAST(${cell} AS VARCHAR)`).join(" || ' ' || ")
      return {
        code: 'NOT_UNIQUE',
        table: table.name,
        column: columns.join(', '),
        expects: 'each value once',
        query: `SELECT ${keyText(table)} AS key, ${value} AS value FROM ${periodTable(table.name)} WHERE ${whole} QUALIFY count(*) OVER (PARTITION BY ${cells.join(', ')}) > 1`,
      }
    })
  })
}

/** Conditions in SQL: a row breaks one where it is false, not where it is unknown. */
function conditions({ tables, expectations }: Definition): RowCheck[] {
  return expectations.checks.flatMap(({ table: of, name: called, sql }) => {
    const table = tables.find((one) => one.name === of)
    if (table === undefined) return []
    const query = `SELECT ${keyText(table)} AS key, '' AS value FROM ${periodTable(of)} WHERE NOT (${sql})`
    return [{ code: 'CHECK_FAILED', table: of, column: null, expects: `${called}: ${sql}`, query }]
  })
}

function references({ entity, expectations }: Definition): RowCheck[] {
  const key = name(entity.key)
  return expectations.references.map(({ from, to }) => ({
    code: 'REFERENCE_BROKEN',
    table: from,
    column: entity.key,
    expects: `a row in ${to}`,
    hint: `export ${to} whole, or drop the expectation`,
    query: `SELECT DISTINCT CAST(${key} AS VARCHAR) AS key, '' AS value FROM ${periodTable(from)} WHERE ${key} NOT IN (SELECT ${key} FROM ${periodTable(to)} WHERE ${key} IS NOT NULL)`,
  }))
}
