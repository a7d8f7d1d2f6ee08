// The point-in-time join: for each entity and moment, the latest row of each view that was known then.
import { name } from './quote.ts'

/** A source of features to join. All fields but `name` and `features` are SQL over the view's relation. */
export interface ViewSource {
  readonly name: string
  /** A query with the columns that the other fields speak of. */
  readonly query: string
  readonly key: string
  /** TIMESTAMP of what the row tells of. */
  readonly event: string
  /** TIMESTAMP at which the row was written; null where that is not known. */
  readonly created: string | null
  /** Whether rows written after the moment, or who knows when, are unknown at it, so that a backfill cannot leak. */
  readonly createdBefore: boolean
  /** For how long a row holds after its event; null: for ever. */
  readonly ttlSeconds: number | null
  /** What decides between rows of one event and one creation; the greatest wins. */
  readonly tieBreaks: readonly string[]
  /** Columns to take, by the names that they keep. */
  readonly features: readonly string[]
}

/** Name of the column with the time of the event that a view's values come from. */
export function eventColumn(view: string): string {
  return `${view}__event`
}

/**
 * SQL of the join. `entities` is a query of `__entity` (the key), `__moment` (TIMESTAMP) and whatever is
 * to be kept; the result has a row for each of its rows, alike ones too, with the features of every view and the
 * time of its winning event.
 *
 * Of a view's rows with the entity's key, those count with event ≤ moment and, given a ttl,
 * event ≥ moment − ttl, both inclusive (the convention of Feast's point-in-time joins). The latest event
 * wins, then the latest creation. Without such a row the features are null; nulls of the winner stay null.
 */
export function pointInTime(entities: string, views: readonly ViewSource[]): string {
  const winners = views.map((view, at) => `w${at} AS (${winnerQuery(view)})`)
  const columns = views.flatMap((view, at) => [
    ...view.features.map((feature) => `w${at}.${name(feature)}`),
    `w${at}.__event AS ${name(eventColumn(view.name))}`,
  ])
  const joins = views.map((_, at) => `LEFT JOIN w${at} ON w${at}.__row = e.__row`)
  return [
    `WITH e AS MATERIALIZED (SELECT row_number() OVER () AS __row, * FROM (${entities}))`,
    winners.map((winner) => `, ${winner}`).join(''),
    `SELECT ${['e.* EXCLUDE (__row)', ...columns].join(', ')} FROM e ${joins.join(' ')}`,
  ].join(' ')
}

/** The winning row of a view for each entity row that has one. */
function winnerQuery(view: ViewSource): string {
  const created = view.created ?? 'NULL::TIMESTAMP'
  const ties = view.tieBreaks.map((tie, at) => `${tie} AS __tie${at}`)
  const features = view.features.map(name)
  const rows = `SELECT ${[`${view.key} AS __entity`, `${view.event} AS __event`, `${created} AS __created`, ...ties, ...features].join(', ')} FROM (${view.query})`
  const holds = ['v.__entity = e.__entity', 'v.__event <= e.__moment']
  if (view.ttlSeconds !== null) {
    holds.push(`v.__event >= e.__moment - to_microseconds(${Math.round(view.ttlSeconds * 1e6)})`)
  }
  if (view.created !== null && view.createdBefore) holds.push('v.__created <= e.__moment')
  const order = ['v.__event', 'v.__created', ...view.tieBreaks.map((_, at) => `v.__tie${at}`)]
  const latest = order.map((column) => `${column} DESC NULLS LAST`).join(', ')
  return `SELECT e.__row, v.__event, ${features.map((feature) => `v.${feature}`).join(', ')} FROM e JOIN (${rows}) v ON ${holds.join(' AND ')} QUALIFY row_number() OVER (PARTITION BY e.__row ORDER BY ${latest}) = 1`
}
