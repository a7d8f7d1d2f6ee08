// Whether the names in a definition file resolve, and fit what they are used for.

import { nearest } from '@weir/base'
import type { FormProblem } from '@weir/base/forms'
import { COLUMN_TYPES } from './column-types.ts'
import { FEATURE_TYPES, isFeatureType } from './dataset.ts'
import type { DefinitionFile } from './definition-schema.ts'

/** One thing that is wrong with a definition file. */
export type DefinitionProblem = FormProblem

type Path = readonly (string | number)[]
type Report = (path: Path, message: string, hint?: string) => void
type Columns = DefinitionFile['tables'][string]['columns']

/** Every problem of reference in a file of sound form. */
export function referenceProblems(file: DefinitionFile): DefinitionProblem[] {
  const problems: DefinitionProblem[] = []
  const report: Report = (path, message, hint) =>
    problems.push(hint === undefined ? { path, message } : { path, message, hint })
  checkPeriods(file, report)
  checkTables(file, report)
  checkEntity(file, report)
  checkLabel(file, report)
  checkViews(file, report)
  checkExpectations(file, report)
  checkPlausible(file, report)
  return problems
}

function checkPeriods(file: DefinitionFile, report: Report): void {
  const folders = new Map<string, string>()
  for (const [folder, asOf] of Object.entries(file.periods ?? {})) {
    const path = ['periods', folder]
    if (!isDate(asOf)) report(path, `${asOf} is no date`)
    const other = folders.get(asOf)
    if (other !== undefined) report(path, `${asOf} is already the period of ${other}`)
    folders.set(asOf, folder)
  }
}

function checkTables(file: DefinitionFile, report: Report): void {
  checkNames(Object.keys(file.tables), ['tables'], report)
  for (const [name, table] of Object.entries(file.tables)) {
    const path = ['tables', name]
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) {
      report(path, `${name} cannot be a file's name`, 'use letters, digits, _ . and -')
    }
    for (const column of table.key ?? [file.entity.key]) {
      resolve(column, table.columns, table.key ? [...path, 'key'] : path, 'column', report)
      if (table.columns[column]?.nullable) report(path, `the key column ${column} is nullable`)
    }
    checkNames(Object.keys(table.columns), [...path, 'columns'], report)
    for (const [column, spec] of Object.entries(table.columns)) {
      checkColumn(spec, [...path, 'columns', column], report)
    }
  }
}

/** SQL does not tell names apart by case, and joins use names that begin with two underscores. */
function checkNames(names: readonly string[], path: Path, report: Report): void {
  const seen = new Map<string, string>()
  for (const name of names) {
    const other = seen.get(name.toLowerCase())
    if (other !== undefined) report([...path, name], `${name} differs from ${other} by case alone`)
    if (name.startsWith('__')) report([...path, name], `${name} begins with two underscores`)
    seen.set(name.toLowerCase(), name)
  }
}

function checkColumn(column: Columns[string], path: Path, report: Report): void {
  const { limits } = COLUMN_TYPES[column.type]
  for (const limit of ['min', 'max'] as const) {
    if (column[limit] !== undefined && limits !== 'range') {
      report([...path, limit], `${column.type} columns have no ${limit}`)
    }
  }
  if (column.levels !== undefined && limits !== 'levels') {
    report([...path, 'levels'], `${column.type} columns have no levels`, 'only a category has')
  }
  if (column.pattern !== undefined && COLUMN_TYPES[column.type].sql !== 'VARCHAR') {
    report([...path, 'pattern'], `${column.type} columns have no pattern`, 'only a text has')
  }
  checkRange(column, path, report)
}

function checkRange(range: { min?: number; max?: number }, path: Path, report: Report): void {
  if (range.min !== undefined && range.max !== undefined && range.min > range.max) {
    report(path, `min ${range.min} is above max ${range.max}`)
  }
}

/** Joins compare keys as they are: the key has one type, and one whose text names an entity. */
function checkEntity(file: DefinitionFile, report: Report): void {
  const { key, table } = file.entity
  const type = requireOneRow(file, table, ['entity', 'table'], report)?.columns[key]?.type
  if (type === undefined) return
  if (type !== 'string' && type !== 'integer') {
    report(['entity', 'key'], `${key} is of type ${type}`, 'a key is a string or an integer')
  }
  for (const [name, { columns }] of Object.entries(file.tables)) {
    const other: string = columns[key]?.type ?? type
    const path = ['tables', name, 'columns', key, 'type']
    if (other !== type) report(path, `${key} is of type ${other} here and ${type} in ${table}`)
  }
}

/** A table of one row an entity, whose key is the entity's; undefined where there is no table of that name. */
function requireOneRow(
  file: DefinitionFile,
  name: string,
  path: Path,
  report: Report,
): DefinitionFile['tables'][string] | undefined {
  const table = resolve(name, file.tables, path, 'table', report)
  if (table === undefined) return undefined
  requireKey(file, table.columns, name, path, report)
  if (table.key !== undefined && table.key.join() !== file.entity.key) {
    report(path, `the key of ${name} is not ${file.entity.key}`, 'it has one row an entity')
  }
  return table
}

function checkLabel(file: DefinitionFile, report: Report): void {
  const columns = requireOneRow(file, file.label.table, ['label', 'table'], report)?.columns
  if (columns === undefined) return
  const path = ['label', 'column']
  const type = resolve(file.label.column, columns, path, 'column', report)?.type
  if (type !== undefined && type !== 'boolean')
    report(path, `the label is not a boolean but ${type}`)
}

function checkViews(file: DefinitionFile, report: Report): void {
  checkNames(Object.keys(file.views), ['views'], report)
  const owners = ownersOf(file)
  for (const [name, view] of Object.entries(file.views)) {
    const path = ['views', name]
    const columns = columnsOf(file, view.table, [...path, 'table'], report)
    if (columns === undefined) continue
    requireKey(file, columns, view.table, [...path, 'table'], report)
    checkTimes(view, columns, path, report)
    for (const [at, feature] of view.features.entries()) {
      const here = [...path, 'features', at]
      checkFeature(feature, columns, here, report)
      const owner = owners.get(feature.toLowerCase())
      if (owner !== undefined) report(here, `${feature} is already used by ${owner}`)
      owners.set(feature.toLowerCase(), `the view ${name}`)
    }
  }
}

/** Who uses a name, in lower case, beside the features: all are columns of one table, where SQL ignores case. */
function ownersOf({ entity, label, views }: DefinitionFile): Map<string, string> {
  const owners = new Map([
    [entity.key.toLowerCase(), 'the entity'],
    [label.column.toLowerCase(), 'the label'],
  ])
  for (const view of Object.keys(views)) {
    owners.set(`${view.toLowerCase()}__as_of`, `the view ${view} for its time`)
    owners.set(`${view.toLowerCase()}__event`, `the view ${view} for its time`)
  }
  return owners
}

function checkTimes(
  view: DefinitionFile['views'][string],
  columns: Columns,
  path: Path,
  report: Report,
): void {
  for (const role of ['event_time', 'created_time'] as const) {
    const name = view[role]
    if (name === undefined) continue
    const here = [...path, role]
    const type = resolve(name, columns, here, 'column', report)?.type
    if (type !== undefined && type !== 'date' && type !== 'timestamp') {
      report(here, `${name} is a ${type}`, 'a time is a date or a timestamp')
    }
  }
}

function checkFeature(name: string, columns: Columns, path: Path, report: Report): void {
  const type = resolve(name, columns, path, 'column', report)?.type
  if (type !== undefined && !isFeatureType(type)) {
    report(path, `${name} is a ${type}`, `a feature is one of ${FEATURE_TYPES.join(', ')}`)
  }
}

function checkExpectations(file: DefinitionFile, report: Report): void {
  const { label_share: share = {}, ...byTable } = file.expectations ?? {}
  for (const part of ['rows', 'row_change'] as const) {
    for (const [table, range] of Object.entries(byTable[part] ?? {})) {
      const path = ['expectations', part, table]
      resolve(table, file.tables, path, 'table', report)
      checkRange(range, path, report)
    }
  }
  for (const [from, to] of Object.entries(byTable.references ?? {})) {
    for (const table of [from, to].flat()) {
      const path = ['expectations', 'references', from]
      const columns = columnsOf(file, table, path, report)
      if (columns !== undefined) requireKey(file, columns, table, path, report)
    }
  }
  checkColumnSets(file, report)
  checkRange(share, ['expectations', 'label_share'], report)
}

/** The tables and columns of `unique`, `freshness` and `checks`; what a check's SQL says shows when it is run. */
function checkColumnSets(file: DefinitionFile, report: Report): void {
  const { unique = {}, freshness = {}, checks = {} } = file.expectations ?? {}
  for (const [table, sets] of Object.entries(unique)) {
    const path = ['expectations', 'unique', table]
    const columns = columnsOf(file, table, path, report)
    if (columns === undefined) continue
    for (const column of sets.flat()) resolve(column, columns, path, 'column', report)
  }
  for (const [table, { column }] of Object.entries(freshness)) {
    const path = ['expectations', 'freshness', table]
    const columns = columnsOf(file, table, path, report)
    if (columns === undefined) continue
    const type = resolve(column, columns, [...path, 'column'], 'column', report)?.type
    if (type !== undefined && type !== 'date' && type !== 'timestamp') {
      report([...path, 'column'], `${column} is a ${type}`, 'a time is a date or a timestamp')
    }
  }
  for (const table of Object.keys(checks)) {
    resolve(table, file.tables, ['expectations', 'checks', table], 'table', report)
  }
}

function checkPlausible({ plausible, tables }: DefinitionFile, report: Report): void {
  for (const [name, { columns = {} }] of Object.entries(plausible?.tables ?? {})) {
    const path = ['plausible', 'tables', name]
    const table = resolve(name, tables, path, 'table', report)
    if (table === undefined) continue
    for (const column of Object.keys(columns)) {
      resolve(column, table.columns, [...path, 'columns', column], 'column', report)
    }
  }
}

function requireKey(
  file: DefinitionFile,
  columns: Columns,
  table: string,
  path: Path,
  report: Report,
): void {
  if (!Object.hasOwn(columns, file.entity.key)) {
    report(path, `the table ${table} has no column ${file.entity.key}`, 'it is the entity key')
  }
}

function columnsOf(
  file: DefinitionFile,
  table: string,
  path: Path,
  report: Report,
): Columns | undefined {
  return resolve(table, file.tables, path, 'table', report)?.columns
}

/** What a name stands for; reports and gives undefined when nothing. */
function resolve<T>(
  name: string,
  known: Readonly<Record<string, T>>,
  path: Path,
  kind: string,
  report: Report,
): T | undefined {
  if (Object.hasOwn(known, name)) return known[name]
  const near = nearest(name, Object.keys(known))
  report(
    path,
    `there is no ${kind} ${name}`,
    near === undefined ? `there are: ${Object.keys(known).join(', ')}` : `did you mean '${near}'?`,
  )
  return undefined
}

/** Whether a text is a day of the calendar, written YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
