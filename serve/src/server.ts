// The running server: slots that follow the registry and the feature table, the app, and its port.
import type { AddressInfo } from 'node:net'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { buildApp } from './app.ts'
import { following, type Places } from './followed.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { appendOnDisk, NO_LOG, openPredictionLog, type PredictionLog } from './prediction-log.ts'
import type { Refusal } from './slot.ts'
import { stateOf } from './state.ts'
import { watchFolder } from './watch.ts'

export interface ServerOptions extends Places {
  readonly host: string
  /** 0 lets the system choose one. */
  readonly port: number
  /** How often to look for changes of which the system gave no notice, in ms. */
  readonly pollMs: number
  readonly logger: FastifyServerOptions['logger']
  /** Folder of the log of predictions; none is kept where none is named. */
  readonly predictions?: string
}

export interface RunningServer {
  readonly app: FastifyInstance
  /** `http://127.0.0.1:41234` */
  readonly url: string
  /** Stops taking requests, answers those that run, and stops watching. */
  close(): Promise<void>
}

/** Loads what there is, listens, and follows what comes. Throws when the port cannot be had. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const metrics = createMetrics({ process: true })
  // The log is the app's, and the app needs the slots first.
  const log = { current: null as FastifyInstance['log'] | null }
  const refused = (what: 'model' | 'features') => (refusal: Refusal) => {
    metrics.refused(what)
    log.current?.error(refusal, `refused the newest ${what}; what was served before stays`)
  }
  const { models, online, looks } = following(options, {
    models: {
      swapped: (next, before) => {
        metrics.modelSwapped(next)
        const { name, version } = next.version
        const from = before?.version.version ?? null
        log.current?.info({ name, version, from }, `serving ${name} v${version}`)
      },
      refused: refused('model'),
    },
    online: {
      swapped: (next) => {
        metrics.onlineSwapped(next)
        const { as_of, rows } = next.manifest
        log.current?.info({ as_of, rows }, `serving features of ${as_of}`)
      },
      refused: refused('features'),
    },
  })
  const state = stateOf(models, online)
  const predictions = predictionLog(options.predictions, metrics, log)
  const app = buildApp({ state, metrics, logger: options.logger, predictions })
  log.current = app.log
  await Promise.all(looks.map(({ refresh }) => refresh()))
  for (const problem of state.problems()) app.log.warn({ code: problem.code }, problem.message)
  const stops = looks.map(({ folder, refresh }) =>
    watchFolder(folder, () => void refresh(), options.pollMs),
  )
  app.addHook('onClose', async () => {
    for (const stop of stops) stop()
    await predictions.close()
  })
  return { app, url: await listen(app, options), close: () => app.close() }
}

/** The log in a folder: what is lost is counted, and told at the first loss. */
function predictionLog(
  folder: string | undefined,
  metrics: Metrics,
  log: { readonly current: FastifyInstance['log'] | null },
): PredictionLog {
  if (folder === undefined) return NO_LOG
  let told = false
  return openPredictionLog(folder, {
    now: () => new Date(),
    append: appendOnDisk,
    dropped(count, why) {
      metrics.predictionsDropped(count)
      if (!told) log.current?.error({ folder, why }, 'predictions are served and not logged')
      told = true
    },
  })
}

async function listen(app: FastifyInstance, { host, port }: ServerOptions): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw error
  }
  const address = app.server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${name}:${address.port}`
}
