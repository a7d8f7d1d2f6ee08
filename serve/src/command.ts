// `weir serve`: runs the server until it is told to stop.
import { isAbsolute, join } from 'node:path'
import { parseArgs } from 'node:util'
import { readPromoteParams } from '@weir/registry/commands/promote-params'
import { type CliIo, CommandFailure, EXIT, guarded, usage } from '@weir/runner/plugin'
import { startServer } from './server.ts'

export const SERVE_HELP = `weir serve [--store DIR] [--features DIR] [--name MODEL]

Answers predictions with the model in Production, and follows the registry and the online
features: a promotion or a rollback is served at once, without a restart.

  --store DIR     folder of the registry (promote.store of params.yaml, else models)
  --features DIR  folder of the online features (artifacts/online)
  --name MODEL    the model (promote.name of params.yaml, else the only one)

Environment
  PORT       8000; 0 takes a free one     HOST           127.0.0.1
  LOG_LEVEL  info; debug logs requests    WEIR_POLL_MS   1000: how often to look where no notice comes

Examples
  weir serve
  PORT=9000 HOST=0.0.0.0 weir serve
  curl -s localhost:8000/predict -H 'content-type: application/json' -d '{"user_id":"0106-VCVFF"}'
`

const OPTIONS = {
  store: { type: 'string' },
  features: { type: 'string' },
  name: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/** Carries out one `weir serve` command line; resolves when the server has stopped. */
export async function serveCommand(argv: readonly string[], io: CliIo): Promise<number> {
  return guarded(io, false, async () => {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS })
    if (values.help) {
      io.stdout.write(SERVE_HELP)
      return EXIT.fine
    }
    const stopped = stopOf(io)
    const server = await startServer(optionsOf(values, io)).catch((error: unknown) => {
      throw cannotListen(error, io)
    })
    // The log on stdout is for programs; this line is for people.
    io.stderr.write(`weir serves at ${server.url} (Ctrl-C stops it)\n`)
    await stopped
    await server.close()
    return EXIT.fine
  })
}

function optionsOf(values: { store?: string; features?: string; name?: string }, io: CliIo) {
  const params = readPromoteParams(io.cwd)
  const at = (given: string | undefined, otherwise: string) => {
    const path = given ?? otherwise
    return isAbsolute(path) ? path : join(given === undefined ? params.root : io.cwd, path)
  }
  return {
    store: at(values.store, params.store),
    name: values.name ?? params.name,
    features: at(values.features, 'artifacts/online'),
    host: io.env.HOST || '127.0.0.1',
    port: numberIn(io.env, 'PORT', 8000, 65_535),
    pollMs: numberIn(io.env, 'WEIR_POLL_MS', 1000, 3_600_000) || 1000,
    logger: {
      level: levelIn(io.env),
      stream: { write: (line: string) => void io.stdout.write(line) },
    },
  }
}

function numberIn(env: CliIo['env'], key: string, otherwise: number, most: number): number {
  const text = env[key]
  if (text === undefined || text === '') return otherwise
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= most) return value
  throw usage(`${key}=${text}`, `${key} is a whole number from 0 to ${most}`)
}

function levelIn(env: CliIo['env']): string {
  const level = env.LOG_LEVEL || 'info'
  if (LEVELS.includes(level)) return level
  throw usage(`LOG_LEVEL=${level}`, `LOG_LEVEL is one of ${LEVELS.join(', ')}`)
}

/** Resolves when the server is told to stop. A second signal ends the process at once. */
function stopOf(io: CliIo): Promise<void> {
  return new Promise((resolve) => {
    if (io.signal) {
      if (io.signal.aborted) resolve()
      io.signal.addEventListener('abort', () => resolve(), { once: true })
      return
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

function cannotListen(error: unknown, io: CliIo): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  const place = `${io.env.HOST || '127.0.0.1'}:${io.env.PORT || 8000}`
  const message = `cannot listen on ${place}: ${error.message}`
  const hint = 'PORT and HOST place the server; PORT=0 takes a free port'
  return new CommandFailure({ code: 'LISTEN_FAILED', message, hint }, EXIT.stageFailed)
}
