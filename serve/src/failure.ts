// Turns every failure of a request into its coded answer.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS, type ErrorCode, errorBody, ServeError } from './errors.ts'

/** Fastify's own refusals of a body or URL, by our code. */
const FRAMEWORK: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BODY_EMPTY',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BODY_NOT_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BODY_NOT_JSON',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'BODY_TYPE',
  FST_ERR_BAD_URL: 'URL_INVALID',
  FST_ERR_MAX_PARAM_LENGTH: 'URL_INVALID',
}

/** The error handler of the app: expected failures get their code, anything else is a bug and a 500. */
export function onFailure(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const known = knownFailure(error)
  if (known === null) request.log.error({ err: error }, 'a bug')
  else request.log.debug({ code: known.code }, known.message)
  answerFailure(reply, known ?? new ServeError('INTERNAL', 'an unexpected error; see the log'))
}

/** Sends a coded error. */
export function answerFailure(reply: FastifyReply, error: ServeError): void {
  reply.code(ERRORS[error.code].status).send(errorBody(error))
}

function knownFailure(error: FastifyError): ServeError | null {
  if (error instanceof ServeError) return error
  const code = FRAMEWORK[error.code]
  if (code !== undefined) return new ServeError(code, error.message)
  // The parser's own errors (a forbidden __proto__, a bad length) have a status and no code of ours.
  const fromParser = error.statusCode === 400
  return fromParser ? new ServeError('BODY_NOT_JSON', error.message) : null
}
