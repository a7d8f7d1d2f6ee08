// The command table: each command of the tool is one line here and a file of its own. Plugins bring further ones.
import type { CommandEntry } from './command.ts'
import type { OwnCommand } from './own-names.ts'
import type { PluginMutexes } from './plugins.ts'
import { runCommand } from './run.ts'

const RUN = {
  name: 'run',
  summary: 'bring the pipeline up to date (the default command)',
  stopsItself: true,
} as const

interface OwnEntry extends CommandEntry {
  readonly name: OwnCommand
}

/**
 * The tool's own commands. `run` is loaded at the start, since it must be fast where there is nothing to do; the
 * others on use.
 */
export function ownCommands(mutexes: PluginMutexes): readonly OwnEntry[] {
  return [
    { ...RUN, load: async () => runCommand() },
    {
      name: 'status',
      summary: 'which stages are fresh, and why the others are not',
      load: async () => (await import('./status.ts')).statusCommand,
    },
    {
      name: 'explain',
      summary: 'why a stage would run, and what its key is made of',
      load: async () => (await import('./explain.ts')).explainCommand,
    },
    {
      name: 'dag',
      summary: 'draw the pipeline (text, or --mermaid)',
      load: async () => (await import('./dag.ts')).dagCommand,
    },
    {
      name: 'add',
      summary: 'write the entry of a cell into pipeline.yaml',
      load: async () => (await import('./add.ts')).addCommand,
    },
    {
      name: 'runs',
      summary: 'the last runs, and what each came to',
      load: async () => (await import('./runs.ts')).runsCommand,
    },
    {
      name: 'log',
      summary: 'what a stage wrote in a run',
      load: async () => (await import('./log.ts')).logCommand,
    },
    {
      name: 'unlock',
      summary: 'who holds the mutexes of runs and of plugins; removes that of a holder who is gone',
      load: async () => (await import('./unlock.ts')).unlockCommand(mutexes),
    },
  ]
}

/** `weir STAGE…` without the name of a command: a run of these stages. */
export function impliedRun(entries: readonly CommandEntry[]): CommandEntry {
  return { ...RUN, load: async () => runCommand(entries.map(({ name }) => name)) }
}
