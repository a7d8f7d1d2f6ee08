// The schema of a request's features, generated from the model's own feature specs, and what a body breaks of it.

import { nearest } from '@weir/base'
import { type FeatureRow, type FeatureSpec, useOf } from '@weir/formats/dataset'
import { Ajv, type ErrorObject } from 'ajv'
import { MAX_DETAILS, type Problem } from './errors.ts'

/** A JSON Schema as data. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** The JSON Schema of `features`: every feature is there, a blank is null, nothing else is allowed. */
function featuresSchema(features: readonly FeatureSpec[]): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: features.map((feature) => feature.name),
    properties: Object.fromEntries(features.map((feature) => [feature.name, valueSchema(feature)])),
  }
}

function valueSchema(feature: FeatureSpec): JsonSchema {
  const { type, levels, min, max, nullable } = feature
  const base = useOf(type).request
  return {
    type: nullable ? [base, 'null'] : base,
    ...(levels ? { enum: nullable ? [...levels, null] : levels } : {}),
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
  }
}

/** The JSON Schema of an answer of this model, for serialising it fast. `entity` is the key, `user_id`. */
export function answerSchema(entity: string, features: readonly FeatureSpec[]): JsonSchema {
  const values = features.map(({ name, type }) => {
    return [name, { type: [useOf(type).answer, 'null'] }]
  })
  const named = { name: { type: 'string' }, version: { type: 'integer' } }
  return {
    type: 'object',
    properties: {
      [entity]: { type: ['string', 'integer'] },
      prediction: { type: 'integer' },
      probability: { type: 'number' },
      model: { type: 'object', properties: named },
      features_used: { type: 'object', properties: Object.fromEntries(values) },
    },
  }
}

/** Says everything that is wrong with the features of a request; an empty list makes them a row. */
export type FeatureCheck = (features: unknown, path: string) => Problem[]

/** Compiles the check of a model's features. Nothing is converted, nothing is removed. */
export function featureCheck(features: readonly FeatureSpec[]): FeatureCheck {
  const ajv = new Ajv({
    allErrors: true,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    allowUnionTypes: true,
    verbose: true,
  })
  const validate = ajv.compile<FeatureRow>(featuresSchema(features))
  const specs = new Map(features.map((feature) => [feature.name, feature]))
  return (value, path) => {
    if (validate(value)) return []
    const problems = new Map<string, Problem>()
    for (const error of (validate.errors ?? []).slice(0, MAX_DETAILS)) {
      const problem = problemOf(error, path, specs)
      // A number in a category breaks type and level: the first of a place says it.
      const place = problem.path ?? ''
      if (!problems.has(place)) problems.set(place, problem)
    }
    return [...problems.values()]
  }
}

type Specs = ReadonlyMap<string, FeatureSpec>

function problemOf(error: ErrorObject, base: string, specs: Specs): Problem {
  const { keyword, params } = error
  if (keyword === 'required') {
    const name = String(params.missingProperty)
    return { code: 'FEATURE_MISSING', path: at(base, name), message: `${name} is missing` }
  }
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty)
    const message = `the model has no feature ${shown(name)}${didYouMean(name, [...specs.keys()])}`
    return { code: 'FEATURE_UNKNOWN', path: at(base, name), message }
  }
  const name = unescaped(error.instancePath.slice(1))
  const spec = specs.get(name)
  if (!spec) return { code: 'FIELD_TYPE', path: base, message: 'features must be an object' }
  return { path: at(base, name), ...valueProblem(error, spec) }
}

function valueProblem(error: ErrorObject, spec: FeatureSpec): Pick<Problem, 'code' | 'message'> {
  const { name, type, nullable, levels = [] } = spec
  const value = error.data
  if (error.keyword === 'minimum' || error.keyword === 'maximum') {
    const message = `${name} is ${String(value)}, ${error.message ?? 'out of range'}`
    return { code: 'FEATURE_RANGE', message }
  }
  if (error.keyword === 'enum' && typeof value === 'string') {
    const known = `not one of ${levels.map(shown).join(', ')}${didYouMean(value, levels)}`
    return { code: 'FEATURE_LEVEL', message: `${name} is ${shown(value)}, ${known}` }
  }
  const due = `${useOf(type).noun}${nullable ? ' or null' : ''}`
  return { code: 'FEATURE_TYPE', message: `${name} must be ${due}, not ${shown(value)}` }
}

/** A value as JSON, cut where it is long: a request does not get its own megabyte back. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** Longer names are not compared with the known ones: that takes time, and they were not mistyped. */
const LONGEST_TYPO = 64

/** The known name nearest to a mistyped one, as the end of a message; nothing where none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = name.length > LONGEST_TYPO ? undefined : nearest(name, known)
  return meant === undefined ? '' : `; did you mean ${shown(meant)}?`
}

/** The JSON pointer of a key below another. */
export function at(base: string, name: string): string {
  return `${base}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function unescaped(pointer: string): string {
  return pointer.replaceAll('~1', '/').replaceAll('~0', '~')
}
