// `weir`: puts the rooms together: the runner's commands with the registry's references, and the registry and server beside them.

import { type Command, type CommandIo, EXIT, type LateCommand } from './command.ts'
import { runCommand } from './run.ts'
import type { CliIo } from './failure.ts'
import { takeSignals } from './signals.ts'
import { forgiveStreams } from './streams.ts'

/** What the launcher says of the program that it started. */
export interface Program {
  readonly build: string
  readonly cellHost: string
  readonly fileThread: string
}

/** A command that is loaded only when it is called. A run is there from the start: nothing to do is told fastest. */
function late(name: string, summary: string, load: () => Promise<LateCommand>): Command {
  return {
    name,
    summary,
    async run(argv, io) {
      const command = await load()
      if (!asksHelp(argv)) return command.run(argv, io)
      io.stdout.write(command.help)
      return EXIT.fine
    },
  }
}

const statusCommand = late(
  'status',
  'which stages are fresh, and why the others are not',
  async () => (await import('./status.ts')).statusCommand,
)

const explainCommand = late(
  'explain',
  'why a stage would run, and what its key is made of',
  async () => (await import('./explain.ts')).explainCommand,
)

const dagCommand = late(
  'dag',
  'draw the pipeline (text, or --mermaid)',
  async () => (await import('./dag.ts')).dagCommand,
)

/** The other rooms' commands print their own help. */
const registryCommand: Command = {
  name: 'registry',
  summary: 'model versions: list, show, history, promote, approve, rollback, alias',
  async run(argv, io) {
    const { registryCommand: run } = await import('@weir/registry/commands/registry')
    return run(argv, cliIo(io))
  },
}

const serveCommand: Command = {
  name: 'serve',
  summary: 'serve predictions of the model in Production',
  stopsItself: true,
  async run(argv, io) {
    io.kill.addEventListener('abort', () => process.exit(EXIT.interrupted))
    const { serveCommand: run } = await import('@weir/serve/command')
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
  const help = command ? command.help : overview()
  if ((asksHelp(rest) || argv[0] === 'help') && help !== undefined) {
    process.stdout.write(help)
    return EXIT.fine
  }
  const io: CommandIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    ...interrupts,
    surroundings: {
      cwd: process.cwd(),
      // A copy: each look into process.env asks the system, and every stage gets all of it.
      env: { ...process.env },
      ...program,
      schemes: { registry: resolveRegistry },
    },
  }
  const chosen = command ?? runCommand
  if (!chosen.stopsItself)
    interrupts.signal.addEventListener('abort', () => process.exit(EXIT.interrupted))
  return told(io, rest.includes('--json'), () => chosen.run(rest, io))
}

/** What the system refused is told as a problem, whatever the command; any other error is a bug and goes on. */
async function told(io: CommandIo, json: boolean, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    const { systemProblem } = await import('../config/system-problem.ts')
    const problem = systemProblem(error)
    const { sayProblems } = await import('./say.ts')
    sayProblems(io, [problem], json)
    return EXIT.stageFailed
  }
}

function asksHelp(words: readonly string[]): boolean {
  return words.includes('--help') || words.includes('-h')
}

/** The registry's answer to a reference; loaded only where a pipeline has one. */
async function resolveRegistry(reference: string, root: string): Promise<string | null> {
  const { resolveRegistryRef } = await import('@weir/registry/refs')
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
