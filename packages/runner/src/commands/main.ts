// `weir`: the command line. Its own commands, and those of the project's plugins.

import { type Command, type CommandIo, EXIT, type LateCommand } from './command.ts'
import { CommandFailure, cliIo, guarded } from './failure.ts'
import { type Plugins, readPlugins } from './plugins.ts'
import { runCommand } from './run.ts'
import { takeSignals } from './signals.ts'
import { forgiveStreams } from './streams.ts'

/** What the launcher says of the program that it started. */
export interface Program {
  readonly build: string
  readonly cellHost: string
  readonly fileThread: string
}

/** A command that is loaded only when it is called. A run is there from the start: it is the default. */
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

function unlockCommand(plugins: Plugins): Command {
  return {
    name: 'unlock',
    summary: 'who holds the locks of runs and of plugins; removes that of a holder who is gone',
    async run(argv, io) {
      const { unlockCommand: run } = await import('./unlock.ts')
      return run(argv, cliIo(io), plugins)
    },
  }
}

/** The commands of the tool and of the project's plugins. */
function commandsWith(plugins: Plugins): readonly Command[] {
  const own = [runCommand, statusCommand, explainCommand, dagCommand, unlockCommand(plugins)]
  return [...own, ...plugins.commands]
}

/** Carries a command line out; resolves to the exit code. */
export function main(argv: readonly string[], program: Program): Promise<number> {
  const [cwd, { stdout, stderr, env }] = [process.cwd(), process]
  return guarded({ stdout, stderr, cwd, env }, argv.includes('--json'), () =>
    carryOut(argv, program, cwd),
  )
}

async function carryOut(argv: readonly string[], program: Program, cwd: string): Promise<number> {
  const interrupts = takeSignals()
  forgiveStreams()
  const plugins = readPlugins(cwd)
  const commands = commandsWith(plugins)
  const { command, rest } = commandOf(argv, commands)
  const help = command ? command.help : overview(commands)
  if ((asksHelp(rest) || argv[0] === 'help') && help !== undefined) {
    process.stdout.write(help)
    return EXIT.fine
  }
  const io: CommandIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    ...interrupts,
    surroundings: {
      cwd,
      // A copy: each look into process.env asks the system, and every stage gets all of it.
      env: { ...process.env },
      ...program,
      schemes: plugins.references,
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
    if (error instanceof CommandFailure) throw error
    const { systemProblem } = await import('@weir/base/system-problem')
    const problem = systemProblem(error)
    const { sayProblems } = await import('./say.ts')
    sayProblems(io, [problem], json)
    return EXIT.stageFailed
  }
}

function asksHelp(words: readonly string[]): boolean {
  return words.includes('--help') || words.includes('-h')
}

/** The command that the first word names; without one it is a run of the words as they are. */
function commandOf(
  argv: readonly string[],
  commands: readonly Command[],
): {
  command: Command | undefined
  rest: readonly string[]
} {
  const [first, ...rest] = argv
  const named = commands.find((command) => command.name === first)
  return named ? { command: named, rest } : { command: undefined, rest: argv }
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `weir: from raw data to a served model\n\n${lines.join('\n')}\n\nweir COMMAND --help tells more, with examples.\n`
}
