// The answers of the GET routes: pure functions of what is served.
import { ServeError } from './errors.ts'
import { ageOf, type OnlineTable } from './online.ts'
import { unknownEntities } from './predict.ts'
import { shown } from './request-schema.ts'
import type { State } from './state.ts'

/** GET /features/:id: a user's features, with the date and age of each view. Throws ENTITY_UNKNOWN. */
export function featuresView(table: OnlineTable, id: string) {
  const { entity, features, views } = table.manifest
  const row = table.index.get(id)
  if (row === undefined) {
    const message = `no ${entity} ${shown(id)}`
    throw unknownEntities([{ code: 'ENTITY_UNKNOWN', message }])
  }
  const ages = Object.keys(views).map((view) => [view, ageOf(table, view, row)] as const)
  const values = features.map(({ name }) => [name, table.columns.get(name)?.[row] ?? null])
  return {
    [entity]: id,
    features: Object.fromEntries(values),
    as_of: Object.fromEntries(ages.map(([view, age]) => [view, age.as_of])),
    age_days: Object.fromEntries(ages.map(([view, age]) => [view, age.days])),
    expired: ages.filter(([, age]) => age.expired).map(([view]) => view),
  }
}

/** GET /model: what is served, since when it is in Production, and what was refused. Throws MODEL_NOT_READY. */
export function modelView(state: State) {
  const { version, model } = state.model()
  return {
    name: version.name,
    version: version.version,
    digest: version.digest,
    as_of: version.as_of,
    production_at: version.production_at,
    entity: model.entity,
    threshold: model.threshold,
    metrics: version.metrics,
    features: model.features,
    refused: state.models.refused,
  }
}

/** GET /ready. Throws NOT_READY with every reason. */
export function readyView(state: State) {
  const problems = state.problems()
  if (problems.length > 0) {
    const reasons = problems.map((problem) => problem.message).join('; ')
    throw new ServeError('NOT_READY', reasons, problems)
  }
  const { version } = state.model()
  const { as_of, rows } = state.table().manifest
  return {
    ready: true,
    model: { name: version.name, version: version.version },
    features: { as_of, rows },
    refused: { model: state.models.refused, features: state.online.refused },
  }
}
