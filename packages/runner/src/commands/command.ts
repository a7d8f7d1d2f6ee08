// What a command is: its help, its options and operands as data, and what it does with them.
import type { Effects } from './effects.ts'
import type { CommandLine, Given, OptionTable } from './options.ts'

/** A command. Its help is printed from these fields, and its command line is checked against them. */
export interface Command<Options extends OptionTable = OptionTable> extends CommandLine<Options> {
  /** What it does, in some lines. */
  readonly about: string
  /** What the help says below the options. */
  readonly notes?: string
  run(given: Given<Options>, effects: Effects): Promise<number>
}

/** A line of the command table: what the overview tells, and how the command itself is loaded when it is called. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  /** True if the command ends by itself when the signal aborts; the process of any other command is ended at once. */
  readonly stopsItself?: true
  load(): Promise<Command>
}

/** Defines a command: the types of its options follow from their table. */
export function defineCommand<const Options extends OptionTable>(
  command: Command<Options>,
): Command<Options> {
  return command
}
