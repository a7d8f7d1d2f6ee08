// `weir`: puts the rooms together: the runner's commands with the registry's references, and the registry and server beside them.

import { dagCommand } from '../runner/commands/dag.ts'
import { explainCommand } from '../runner/commands/explain.ts'
import { type Command, type CommandIo, EXIT } from '../runner/commands/io.ts'
import { runCommand } from '../runner/commands/run.ts'
import { statusCommand } from '../runner/commands/status.ts'
import type { CliIo } from './io.ts'
import { takeSignals } from './signals.ts'
import { forgiveStreams } from './streams.ts'

/** What the launcher says of the program that it started. */
export interface Program {
  readonly build: string
  readonly cellHost: string
  readonly fileThread: string
}

/** The other rooms' commands are loaded only when they are called, and print their own help. */
const registryCommand: Command = {
  name: 'registry',
  summary: 'model versions: list, show, history, promote, approve, rollback, alias',
  async run(argv, io) {
    const { registryCommand: run } = await import('./registry.ts')
    return run(argv, cliIo(io))
  },
}

const serveCommand: Command = {
  name: 'serve',
  summary: 'serve predictions of the model in Production',
  stopsItself: true,
  async run(argv, io) {
    io.kill.addEventListener('abort', () => process.exit(EXIT.interrupted))
    const { serveCommand: run } = await import('./serve.ts')
    return run(argv, cliIo(io))
  },
}

const unlockCommand: Command = {
  name: 'unlock',
  summary: 'who holds the locks of runs and of the registry; removes that of a holder who is gone',
  async run(argv, io) {
    const { unlockCommand: run } = await import('./unlock.ts')
    return run(argv, cliIo(io))
  },
}

const COMMANDS: readonly Command[] = [
  runCommand,
  statusCommand,
  explainCommand,
  dagCommand,
  registryCommand,
  serveCommand,
  unlockCommand,
]

function cliIo({ stdout, stderr, surroundings, signal }: CommandIo): CliIo {
  return { stdout, stderr, cwd: surroundings.cwd, env: surroundings.env, signal }
}

/** Carries a command line out; resolves to the exit code. */
export async function main(argv: readonly string[], program: Program): Promise<number> {
  const interrupts = takeSignals()
  forgiveStreams()
  const { command, rest } = commandOf(argv)
  const asksHelp = rest.includes('--help') || rest.includes('-h') || argv[0] === 'help'
  const help = command ? command.help : overview()
  if (asksHelp && help !== undefined) {
    process.stdout.write(help)
    return EXIT.fine
  }
  const io: CommandIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    ...interrupts,
    surroundings: {
      cwd: process.cwd(),
      env: process.env,
      ...program,
      schemes: { registry: resolveRegistry },
    },
  }
  const chosen = command ?? runCommand
  if (!chosen.stopsItself)
    interrupts.signal.addEventListener('abort', () => process.exit(EXIT.interrupted))
  return chosen.run(rest, io)
}

/** The registry's answer to a reference; loaded only where a pipeline has one. */
async function resolveRegistry(reference: string, root: string): Promise<string | null> {
  const { resolveRegistryRef } = await import('../registry/refs.ts')
  return resolveRegistryRef(reference, root)
}

/** The command that the first word names; without one it is a run of the words as they are. */
function commandOf(argv: readonly string[]): {
  command: Command | undefined
  rest: readonly string[]
} {
  const [first, ...rest] = argv
  const named = COMMANDS.find((command) => command.name === first)
  return named ? { command: named, rest } : { command: undefined, rest: argv }
}

function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length))
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `weir: from raw data to a served model\n\n${lines.join('\n')}\n\nweir COMMAND --help tells more, with examples.\n`
}
