// The HTTP application: routes over what is served now. It opens no port, reads no file and knows no clock.
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  type HTTPMethods,
  LogController,
} from 'fastify'
import { ServeError } from './errors.ts'
import { answerFailure, onFailure } from './failure.ts'
import type { Metrics } from './metrics.ts'
import { notedOf, resultOf } from './predict.ts'
import { NO_LOG, type PredictionLog } from './prediction-log.ts'
import type { State } from './state.ts'
import { featuresView, modelView, readyView } from './views.ts'

/** Most bytes of a request's body. */
const BODY_LIMIT = 1024 * 1024

/** What the app needs. `logger` is Fastify's: a pino setting, or false for silence. */
export interface AppDeps {
  readonly state: State
  readonly metrics: Metrics
  /** Takes what was answered by id; nothing is logged without it. */
  readonly predictions?: PredictionLog
  readonly logger?: FastifyServerOptions['logger']
}

/** Builds the app; `app.listen` or `app.inject` is the caller's. */
export function buildApp(deps: AppDeps): FastifyInstance {
  const { state, metrics, logger = false, predictions = NO_LOG } = deps
  const app = Fastify({
    logger,
    bodyLimit: BODY_LIMIT,
    // One line a request is more than a busy server should write; `answered` is there at level debug.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: onFailure,
  })
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler(onFailure)
  app.setNotFoundHandler((request, reply) => {
    const message = `no route ${request.method} ${request.url.split('?')[0]}`
    answerFailure(reply, new ServeError('ROUTE_UNKNOWN', message))
  })
  measure(app, metrics)
  predictRoute(app, state, metrics, predictions)
  readRoutes(app, state, metrics)
  return app
}

function measure(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    const seconds = reply.elapsedTime / 1000
    metrics.request(request.method, route, reply.statusCode, seconds)
    request.log.debug({ route, status: reply.statusCode, seconds }, 'answered')
    done()
  })
}

function predictRoute(
  app: FastifyInstance,
  state: State,
  metrics: Metrics,
  predictions: PredictionLog,
): void {
  only(app, 'POST', '/predict', (request, reply) => {
    // Taken once: a swap during the request does not touch it.
    const model = state.model()
    const result = resultOf(state, model, request.body)
    predictions.note(notedOf(result, model, request.id))
    reply.type('application/json; charset=utf-8')
    if (result.form === 'one') {
      metrics.predictions(model, result.answer.prediction, 1)
      return reply.compileSerializationSchema(model.answers)(result.answer)
    }
    const positive = result.answers.filter((answer) => answer.prediction === 1).length
    metrics.predictions(model, 1, positive)
    metrics.predictions(model, 0, result.answers.length - positive)
    return JSON.stringify({ predictions: result.answers })
  })
}

function readRoutes(app: FastifyInstance, state: State, metrics: Metrics): void {
  only(app, 'GET', '/health', () => ({ status: 'alive' }))
  only(app, 'GET', '/ready', () => readyView(state))
  only(app, 'GET', '/model', () => modelView(state))
  only(app, 'GET', '/features/:id', (request) => {
    const { id } = request.params as { id: string }
    return featuresView(state.table(), id)
  })
  only(app, 'GET', '/metrics', async (_, reply) => {
    reply.type(metrics.registry.contentType)
    return metrics.registry.metrics()
  })
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** One route, and a 405 with the `allow` header for its other methods. */
function only(app: FastifyInstance, method: 'GET' | 'POST', url: string, handler: Handler): void {
  app.route({ method, url, handler })
  const allowed = method === 'GET' ? ['GET', 'HEAD'] : [method]
  app.route({
    method: METHODS.filter((other) => !allowed.includes(other)),
    url,
    // Its body does not matter, so it is not read.
    onRequest: (request, reply) => {
      reply.header('allow', allowed.join(', '))
      const message = `${request.method} ${url}: ${allowed.join(' or ')} only`
      answerFailure(reply, new ServeError('METHOD_NOT_ALLOWED', message))
    },
    handler: () => undefined,
  })
}
