// The catalogue of every error that the server answers with; docs/errors-server.md is tested against it both ways.
import { CodedError } from '@weir/base'

interface Entry {
  readonly status: number
  /** What it means, for the documentation. */
  readonly meaning: string
}

/** The codes of `error.code`, with their HTTP status. */
export const ERRORS = {
  BODY_EMPTY: { status: 400, meaning: 'the request has no body' },
  BODY_NOT_JSON: { status: 400, meaning: 'the body is not JSON' },
  REQUEST_INVALID: { status: 400, meaning: 'the body is JSON, but not a request for a prediction' },
  URL_INVALID: { status: 400, meaning: 'the URL cannot be decoded' },
  ENTITY_UNKNOWN: { status: 404, meaning: 'the online features have no such user' },
  ROUTE_UNKNOWN: { status: 404, meaning: 'there is no such route' },
  METHOD_NOT_ALLOWED: { status: 405, meaning: 'the route exists, but not for this method' },
  BODY_TOO_LARGE: { status: 413, meaning: 'the body is larger than the limit' },
  INSTANCES_TOO_MANY: {
    status: 413,
    meaning: 'the request asks for more predictions than the limit',
  },
  BODY_TYPE: { status: 415, meaning: 'the content type is not application/json' },
  FEATURES_INVALID: {
    status: 422,
    meaning: 'the features do not fit what the model was trained on',
  },
  INTERNAL: { status: 500, meaning: 'a bug of the server; its log has the cause' },
  NOT_READY: { status: 503, meaning: 'the server lacks a model or features' },
  MODEL_NOT_READY: { status: 503, meaning: 'no model is in Production, or it was refused' },
  FEATURES_NOT_READY: {
    status: 503,
    meaning: 'there is no online feature table, or it was refused',
  },
  FEATURES_MISMATCH: {
    status: 503,
    meaning: 'the online features are not those that the model needs',
  },
} as const satisfies Record<string, Entry>

/** The codes of `error.details[].code`: one problem each. */
export const PROBLEMS = {
  FIELD_MISSING: 'none of the fields that say what to predict is there',
  FIELD_CONFLICT: 'two fields that exclude each other',
  FIELD_UNKNOWN: 'a field that means nothing here',
  FIELD_TYPE: 'a field of the wrong type',
  FEATURE_MISSING: 'a feature of the model is not there; a blank is written null',
  FEATURE_UNKNOWN: 'a feature that the model does not have',
  FEATURE_TYPE: 'a feature of the wrong type; nothing is converted',
  FEATURE_RANGE: 'a number outside the bounds of the feature',
  FEATURE_LEVEL: 'a level that the category does not have',
  ENTITY_UNKNOWN: 'a user that the online features do not have',
  MODEL_NOT_READY: 'why there is no model',
  FEATURES_NOT_READY: 'why there are no features',
  FEATURES_MISMATCH: 'why the features do not fit the model',
} as const

export type ErrorCode = keyof typeof ERRORS
export type ProblemCode = keyof typeof PROBLEMS

/** One problem of a request. `path` is a JSON pointer into the body. */
export interface Problem {
  readonly code: ProblemCode
  readonly path?: string
  readonly message: string
}

/** An expected failure; the error handler answers with its status and body. */
export class ServeError extends CodedError<ErrorCode> {
  override readonly name = 'ServeError'
  readonly details: readonly Problem[]

  constructor(code: ErrorCode, message: string, details: readonly Problem[] = []) {
    super(code, message)
    this.details = details
  }
}

/** More problems than this are not listed, and not looked for. */
export const MAX_DETAILS = 1000

/** The body of an error answer. */
export function errorBody({ code, message, details }: ServeError) {
  return { error: { code, message, details: details.slice(0, MAX_DETAILS) } }
}
