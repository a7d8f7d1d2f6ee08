// What a body of POST /predict asks for: users, features, or many of both; all problems are told at once.
import { isRecord } from '@weir/base'
import type { FeatureRow } from '@weir/formats/dataset'
import { MAX_DETAILS, type Problem, ServeError } from './errors.ts'
import { at, didYouMean, type FeatureCheck, shown } from './request-schema.ts'

/** Most predictions that one request may ask for. */
const MAX_INSTANCES = 1000

/** One prediction that is asked for: of a user by id, or of a row of features. */
export type Ask = AskById | { readonly features: FeatureRow }
/** `id` as it was asked for: a text, or a whole number where the key is one. */
export type AskById = { readonly id: string | number }

/** A whole request. */
export type Request =
  | { readonly form: 'one'; readonly ask: Ask }
  | { readonly form: 'many'; readonly asks: readonly Ask[] }

/** What requests are read against: the name of the entity's field, and the model's features. */
export interface Grammar {
  /** `user_id` */
  readonly entity: string
  /** True when the key is a whole number, which may be asked for as one. */
  readonly wholeIds: boolean
  readonly check: FeatureCheck
}

/**
 * Reads a parsed body. Throws ServeError BODY_EMPTY, REQUEST_INVALID (its form), INSTANCES_TOO_MANY,
 * or FEATURES_INVALID (its values).
 */
export function readRequest(body: unknown, grammar: Grammar): Request {
  if (body === undefined)
    throw new ServeError('BODY_EMPTY', `send {"${grammar.entity}": …} as JSON`)
  if (isRecord(body) && Object.hasOwn(body, 'instances')) return many(body, grammar)
  const problems: Problem[] = []
  const ask = readAsk(body, '', grammar, problems, 'instances')
  if (ask === null || problems.length > 0) throw refusal(problems)
  return { form: 'one', ask }
}

function many(body: Record<string, unknown>, grammar: Grammar): Request {
  const { instances, ...others } = body
  const names = Object.keys(others).slice(0, MAX_DETAILS)
  const problems = names.map((name) => otherField(name, grammar))
  if (!Array.isArray(instances) || instances.length === 0) {
    const message = 'instances must be a list of at least one'
    throw refusal([...problems, { code: 'FIELD_TYPE', path: '/instances', message }])
  }
  if (instances.length > MAX_INSTANCES) {
    const message = `${instances.length} instances; at most ${MAX_INSTANCES} in one request`
    throw new ServeError('INSTANCES_TOO_MANY', message)
  }
  const asks: Ask[] = []
  for (const [i, item] of instances.entries()) {
    // A body of nothing but mistakes does not keep the server busy.
    if (problems.length >= MAX_DETAILS) break
    const ask = readAsk(item, `/instances/${i}`, grammar, problems)
    if (ask !== null) asks.push(ask)
  }
  if (problems.length > 0) throw refusal(problems)
  return { form: 'many', asks }
}

/** Reads `{user_id}` or `{features}`; what is wrong goes to `problems`. `also` is a field that may be meant. */
function readAsk(
  value: unknown,
  path: string,
  { entity, wholeIds, check }: Grammar,
  problems: Problem[],
  also?: string,
): Ask | null {
  const fields = [entity, 'features', ...(also === undefined ? [] : [also])]
  const choice = fields.join(' or ')
  if (!isRecord(value)) {
    const message = `an object with ${choice} is due, not ${shown(value)}`
    problems.push({ code: 'FIELD_TYPE', path, message })
    return null
  }
  for (const name of Object.keys(value).slice(0, MAX_DETAILS)) {
    if (name !== entity && name !== 'features') problems.push(unknownField(name, path, fields))
  }
  const byId = Object.hasOwn(value, entity)
  const byFeatures = Object.hasOwn(value, 'features')
  if (byId === byFeatures) {
    const code = byId ? 'FIELD_CONFLICT' : 'FIELD_MISSING'
    problems.push({ code, path, message: `${byId ? 'either' : 'one of'} ${choice} is due` })
    return null
  }
  if (byFeatures) {
    const found = check(value.features, `${path}/features`)
    problems.push(...found)
    return found.length > 0 ? null : { features: value.features as FeatureRow }
  }
  return readId(value[entity], wholeIds, at(path, entity), problems)
}

/** Past 2^53 a JSON number is no longer the one that was sent; as a text it is. */
function readId(id: unknown, whole: boolean, path: string, problems: Problem[]): Ask | null {
  if (typeof id === 'string') return { id }
  if (whole && typeof id === 'number' && Number.isSafeInteger(id)) return { id }
  const due = whole ? 'a whole number up to 2^53, or a text,' : 'a text'
  problems.push({ code: 'FIELD_TYPE', path, message: `${due} is due, not ${shown(id)}` })
  return null
}

function otherField(name: string, { entity }: Grammar): Problem {
  if (name !== entity && name !== 'features') return unknownField(name, '', [entity, 'features'])
  const message = `${name} and instances exclude each other`
  return { code: 'FIELD_CONFLICT', path: at('', name), message }
}

function unknownField(name: string, path: string, known: readonly string[]): Problem {
  const message = `no field ${shown(name)} here${didYouMean(name, known)}`
  return { code: 'FIELD_UNKNOWN', path: at(path, name), message }
}

/** The form comes before the values: a request that is not understood is a 400, one that does not fit a 422. */
function refusal(problems: readonly Problem[]): ServeError {
  const ofForm = problems.some((problem) => problem.code.startsWith('FIELD_'))
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  const first = problems[0]?.message ?? ''
  const message = `${count}: ${first}${problems.length > 1 ? '; …' : ''}`
  return new ServeError(ofForm ? 'REQUEST_INVALID' : 'FEATURES_INVALID', message, problems)
}
