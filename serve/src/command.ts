// `weir serve`: runs the server until it is told to stop.
import { isAbsolute, join } from 'node:path'
import { CodedError } from '@weir/base'
import { promoteParams } from '@weir/registry/promote-params'
import type { Command, Effects, Given, ProjectParams } from '@weir/runner/plugin'
import { startServer } from './server.ts'

const ABOUT = `Answers predictions with the model in Production and the feature table that is live with it, and
follows the registry: a promotion, a new table or a rollback is served at once, without a restart.`

const ENVIRONMENT = `Environment
  PORT       8000; 0 takes a free one     HOST           127.0.0.1
  LOG_LEVEL  info; debug logs requests    WEIR_POLL_MS   1000: how often to look where no notice comes`

const OPTIONS = {
  store: {
    type: 'string',
    value: 'DIR',
    description: 'folder of the registry (promote.store of params.yaml, else models)',
  },
  features: {
    type: 'string',
    value: 'DIR',
    description: 'folder of a feature table to serve from (what is live in the registry)',
  },
  predictions: {
    type: 'string',
    value: 'DIR',
    description: 'keep a log of predictions in this folder, for `weir monitor` (no log)',
  },
  name: {
    type: 'string',
    value: 'MODEL',
    description: 'the model (promote.name of params.yaml, else the only one)',
  },
} as const

type Options = Given<typeof OPTIONS>['options']

/** Runs the server until it is told to stop. A second signal ends the process at once. */
export const serveCommand: Command<typeof OPTIONS> = {
  about: ABOUT,
  options: OPTIONS,
  notes: ENVIRONMENT,
  examples: [
    'weir serve',
    'weir serve --predictions predictions',
    'PORT=9000 HOST=0.0.0.0 weir serve',
    `curl -s localhost:8000/predict -H 'content-type: application/json' -d '{"user_id":"0106-VCVFF"}'`,
  ],
  async run({ options }, effects) {
    const stopped = stopOf(effects.signal)
    const config = optionsOf(options, await effects.params(), effects)
    const server = await startServer(config).catch((error: unknown) => {
      throw cannotListen(error, effects)
    })
    // The log on stdout is for programs; this line is for people.
    effects.stderr.write(`weir serves at ${server.url} (Ctrl-C stops it)\n`)
    await stopped
    await server.close()
    return 0
  },
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

function optionsOf(options: Options, project: ProjectParams, { cwd, env, stdout }: Effects) {
  const params = promoteParams(project)
  const at = (given: string | undefined, otherwise: string) => {
    const path = given ?? otherwise
    return isAbsolute(path) ? path : join(given === undefined ? params.root : cwd, path)
  }
  return {
    store: at(options.store, params.store),
    name: options.name ?? params.name,
    features: options.features === undefined ? null : at(options.features, ''),
    ...(options.predictions !== undefined && { predictions: at(options.predictions, '') }),
    host: env.HOST || '127.0.0.1',
    port: numberIn(env, 'PORT', 8000, 65_535),
    pollMs: numberIn(env, 'WEIR_POLL_MS', 1000, 3_600_000) || 1000,
    logger: {
      level: levelIn(env),
      stream: { write: (line: string) => void stdout.write(line) },
    },
  }
}

function numberIn(env: Effects['env'], key: string, otherwise: number, most: number): number {
  const text = env[key]
  if (text === undefined || text === '') return otherwise
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= most) return value
  throw usage(`${key}=${text}`, `${key} is a whole number from 0 to ${most}`)
}

function levelIn(env: Effects['env']): string {
  const level = env.LOG_LEVEL || 'info'
  if (LEVELS.includes(level)) return level
  throw usage(`LOG_LEVEL=${level}`, `LOG_LEVEL is one of ${LEVELS.join(', ')}`)
}

function usage(message: string, hint: string): CodedError {
  return new CodedError('USAGE', message, { hint })
}

/** Resolves when the server is told to stop. */
function stopOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function cannotListen(error: unknown, { env }: Effects): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  const place = `${env.HOST || '127.0.0.1'}:${env.PORT || 8000}`
  const hint = 'PORT and HOST place the server; PORT=0 takes a free port'
  return new CodedError('LISTEN_FAILED', `cannot listen on ${place}: ${error.message}`, { hint })
}
