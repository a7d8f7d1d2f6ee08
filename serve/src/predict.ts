// POST /predict: from a request to its answer.
import type { FeatureRow } from '@weir/formats/dataset'
import { type Problem, ServeError } from './errors.ts'
import type { ServedModel } from './model.ts'
import type { Pair } from './pair.ts'
import type { Noted } from './prediction-log.ts'
import { type Ask, type AskById, readRequest } from './request.ts'
import { shown } from './request-schema.ts'
import type { State } from './state.ts'

/** One answer; the entity's key (`user_id`) is there when it was asked by id. */
export interface Answer {
  readonly [entity: string]: unknown
  readonly prediction: 0 | 1
  readonly probability: number
  readonly model: { readonly name: string; readonly version: number }
  readonly features_used: FeatureRow
}

/** What a request gets: one answer, or many; `asOf` is the period of the table that those by id rest on. */
export type Result = { readonly asOf: string | null } & (
  | { readonly form: 'one'; readonly answer: Answer }
  | { readonly form: 'many'; readonly answers: readonly Answer[] }
)

/** What a body gets by a model; the pair is taken only when it asks by id. Throws ServeError. */
export function resultOf(state: State, model: ServedModel, body: unknown): Result {
  // Without a table the key's type is not known: a number is read, and then refused for want of the table.
  const wholeIds = state.online.current?.wholeIds ?? true
  const request = readRequest(body, { entity: model.model.entity, wholeIds, check: model.check })
  if (request.form === 'one') {
    const pair = isById(request.ask) ? state.pair() : null
    return { form: 'one', asOf: asOf(pair), answer: answerOne(model, pair, request.ask) }
  }
  const pair = request.asks.some(isById) ? state.pair() : null
  refuseUnknown(pair, request.asks)
  const answers = request.asks.map((ask) => answerOne(model, pair, ask))
  return { form: 'many', asOf: asOf(pair), answers }
}

function asOf(pair: Pair | null): string | null {
  return pair?.table.manifest.as_of ?? null
}

/** What the log of predictions keeps of a result: the answers by an entity's key, by which a label is found. */
export function notedOf(result: Result, { model, label }: ServedModel, request: string): Noted[] {
  const { asOf: as_of } = result
  if (as_of === null) return []
  const answers = result.form === 'one' ? [result.answer] : result.answers
  return answers.flatMap((answer) => {
    const id = answer[model.entity]
    if (id === undefined) return []
    const { probability, prediction } = answer
    const { name, version } = label
    return [{ request, model: name, version, entity: String(id), as_of, probability, prediction }]
  })
}

function isById(ask: Ask): ask is AskById {
  return 'id' in ask
}

function answerOne(model: ServedModel, pair: Pair | null, ask: Ask): Answer {
  if (!isById(ask)) {
    const { prediction, probability } = model.model.predict(ask.features)
    return { prediction, probability, model: model.label, features_used: ask.features }
  }
  const { entity } = model.model
  const score = pair?.scoreOf(String(ask.id))
  if (score === undefined) throw unknownEntities([unknown(entity, ask.id)])
  const { prediction, probability, row } = score
  return { [entity]: ask.id, prediction, probability, model: model.label, features_used: row }
}

/** Names every unknown user of a request, not only the first. */
function refuseUnknown(pair: Pair | null, asks: readonly Ask[]): void {
  if (pair === null) return
  const { entity } = pair.model.model
  const problems = asks.flatMap((ask, i) =>
    isById(ask) && !pair.table.index.has(String(ask.id))
      ? [{ ...unknown(entity, ask.id), path: `/instances/${i}/${entity}` }]
      : [],
  )
  if (problems.length > 0) throw unknownEntities(problems)
}

function unknown(entity: string, id: string | number): Problem {
  return { code: 'ENTITY_UNKNOWN', path: `/${entity}`, message: `no ${entity} ${shown(id)}` }
}

/** The refusal of users that the online table does not have. */
export function unknownEntities(problems: readonly Problem[]): ServeError {
  const count = problems.length === 1 ? '' : ` and ${problems.length - 1} more`
  return new ServeError('ENTITY_UNKNOWN', `${problems[0]?.message ?? ''}${count}`, problems)
}
