// SQL of a data set's features at a moment, from the snapshots of the periods up to it.
import { type Definition, tableOf, type ViewSpec } from '@weir/formats/definition'
import { pointInTime, type ViewSource } from './point-in-time.ts'
import { name, text } from './quote.ts'

/** A stored snapshot of a table. */
export interface Snapshot {
  readonly asOf: string
  readonly path: string
}

/** The snapshots of a table, by the table's name. */
export type Snapshots = (table: string) => readonly Snapshot[]

/** The moment that a date stands for: its last microsecond, so that what happened on the day is known. */
export function momentOf(date: string): string {
  return `TIMESTAMP '${date} 23:59:59.999999'`
}

/**
 * Query of the features at a period's as_of: `__entity`, `__moment`, `__label`, the features and each view's
 * event time. `entities` is a query of `__entity` and `__label`.
 * Only snapshots of periods up to as_of are read: what was exported later was not known.
 */
export function featureQuery(
  definition: Definition,
  snapshots: Snapshots,
  asOf: string,
  entities: string,
): string {
  const known: Snapshots = (table) => snapshots(table).filter((one) => one.asOf <= asOf)
  const views = definition.views.map((view) => viewSource(definition, view, known(view.table)))
  return pointInTime(`SELECT *, ${momentOf(asOf)} AS __moment FROM (${entities})`, views)
}

function viewSource(
  definition: Definition,
  view: ViewSpec,
  snapshots: readonly Snapshot[],
): ViewSource {
  const table = tableOf(definition, view.table)
  const time = (column: string) => {
    const type = table.columns.find((candidate) => candidate.name === column)?.type
    return type === 'date' ? endOfDay(name(column)) : name(column)
  }
  return {
    name: view.name,
    query: snapshots.map(exported).join(' UNION ALL BY NAME '),
    key: name(definition.entity.key),
    event: view.eventTime === null ? EXPORTED : time(view.eventTime),
    created: view.createdTime === null ? null : time(view.createdTime),
    createdBefore: true,
    ttlSeconds: view.ttlDays === null ? null : view.ttlDays * 86_400,
    // Where a later export repeats or corrects a row, the later one is used.
    tieBreaks: [EXPORTED, ...table.key.map(name)],
    features: view.features,
  }
}

/** The moment of the export that a row is from; no declared column begins with two underscores. */
const EXPORTED = '__exported'

function exported({ asOf, path }: Snapshot): string {
  return `SELECT *, ${momentOf(asOf)} AS ${EXPORTED} FROM read_parquet(${text(path)})`
}

function endOfDay(date: string): string {
  return `CAST(${date} AS TIMESTAMP) + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND`
}

/**
 * Query of a period's entities with their labels: everyone in the entity's table and whoever has a label row, with no
 * label where none is known yet. Labels come late, and never change who is in a period.
 */
export function labelledEntities(
  { entity, label }: Definition,
  labels: string | undefined,
  everyone: string,
): string {
  const key = name(entity.key)
  const people = `read_parquet(${text(everyone)})`
  if (labels === undefined) {
    return `SELECT ${key} AS __entity, NULL::BOOLEAN AS __label FROM ${people}`
  }
  const known = `SELECT ${key}, ${name(label.column)} AS __label FROM read_parquet(${text(labels)})`
  return `SELECT ${key} AS __entity, __label FROM (SELECT ${key} FROM ${people}) FULL JOIN (${known}) USING (${key})`
}
