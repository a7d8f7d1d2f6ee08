// `weir`: puts the rooms together: the runner's commands with the registry's references, and the registry and server beside them.

import { dagCommand } from '../runner/commands/dag.ts'
import { explainCommand } from '../runner/commands/explain.ts'
import { type Command, type CommandIo, EXIT } from '../runner/commands/io.ts'
import { runCommand } from '../runner/commands/run.ts'
import { statusCommand } from '../runner/commands/status.ts'

/** What the launcher says of the program that it started. */
export interface Program {
  readonly build: string
  readonly cellHost: string
}

const COMMANDS: readonly Command[] = [runCommand, statusCommand, explainCommand, dagCommand]

/** Carries a command line out; resolves to the exit code. */
export async function main(argv: readonly string[], program: Program): Promise<number> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const { command, rest } = commandOf(argv)
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(command?.help ?? overview())
    return EXIT.fine
  }
  const io: CommandIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: stop.signal,
    surroundings: {
      cwd: process.cwd(),
      env: process.env,
      ...program,
      schemes: { registry: resolveRegistry },
    },
  }
  return (command ?? runCommand).run(rest, io)
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
