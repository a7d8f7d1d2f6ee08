// `weir`: the command line. Its own commands, and those of the project's plugins.

import type { Command, CommandEntry } from './command.ts'
import { impliedRun, ownCommands } from './command-table.ts'
import { type Effects, type Outside, type Program, processEffects } from './effects.ts'
import { EXIT } from './exit.ts'
import { CommandFailure, tellFailure } from './failure.ts'
import { asksHelp, readCommandLine } from './options.ts'
import { NO_PLUGINS, type Plugins, readPlugins } from './plugins.ts'
import { guardProcess } from './process-guard.ts'

export type { Program } from './effects.ts'

/** Carries the command line of this process out; resolves to the exit code. */
export function main(argv: readonly string[], program: Program): Promise<number> {
  return guardProcess(argv, () => weir(argv, processEffects(program)))
}

/** Carries a command line out; resolves to the exit code. */
export async function weir(argv: readonly string[], outside: Outside): Promise<number> {
  if (argv[0] === '--version') {
    outside.stdout.write(`weir ${outside.version}\n`)
    return EXIT.fine
  }
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv
  try {
    const plugins = pluginsFor(words, outside)
    const effects = { ...outside, schemes: plugins.references }
    const entries: CommandEntry[] = [...ownCommands(plugins), ...plugins.commands]
    const [first = '--', ...rest] = words
    const named = entries.find(({ name }) => name === first)
    if (named) return await carryOut(named, rest, effects)
    if (first.startsWith('-') && asksHelp(words)) return await sayOverview(entries, outside)
    return await carryOut(impliedRun(entries), words, effects)
  } catch (error) {
    return tellFailure(error, argv.includes('--json'), outside)
  }
}

/** The project's plugins. Help is given without them where they are wrong. */
function pluginsFor(words: readonly string[], { cwd, stderr }: Outside): Plugins {
  try {
    return readPlugins(cwd)
  } catch (error) {
    if (!asksHelp(words) || !(error instanceof CommandFailure)) throw error
    stderr.write(`warning: no plugin's command is listed: ${error.message}\n`)
    return NO_PLUGINS
  }
}

/** Executes one command. Reports an expected failure and returns its exit code. */
export async function carryOut(
  entry: CommandEntry,
  argv: readonly string[],
  effects: Effects,
): Promise<number> {
  if (!entry.stopsItself)
    effects.signal.addEventListener('abort', () => effects.exit(EXIT.interrupted))
  try {
    const command = await entry.load()
    if (asksHelp(argv)) return await sayHelp(entry.name, command, effects)
    return await command.run(readCommandLine(entry.name, command, argv), effects)
  } catch (error) {
    return tellFailure(error, argv.includes('--json'), effects)
  }
}

async function sayHelp(name: string, command: Command, { stdout }: Effects): Promise<number> {
  const { commandHelp } = await import('./help.ts')
  stdout.write(commandHelp(name, command))
  return EXIT.fine
}

async function sayOverview(entries: readonly CommandEntry[], { stdout }: Outside): Promise<number> {
  const { overview } = await import('./help.ts')
  stdout.write(overview(entries))
  return EXIT.fine
}
