// What a command takes from outside and does to it: streams, folder, environment, clock, files, signals, a person's
// answer. `processEffects` are the defaults; a test gives others, and so runs a command in its own process.

import { diskFiles, type Files } from '@weir/base/files'
import { type Clock, systemClock } from '@weir/base/process'
import type { Surroundings } from '../plan/workspace.ts'
import { type TextTable, textTable } from '../terminal/table.ts'
import type { ProjectParams } from './project-params.ts'
import { takeSignals } from './signals.ts'
import { forgiveStreams, type Streams, type TextStream } from './streams.ts'

/** Asks a yes-or-no question; null where nobody can answer. */
export type Ask = (question: string) => Promise<boolean | null>

/** What every command is given. */
export interface Effects extends Surroundings, Streams {
  readonly clock: Clock
  readonly files: Files
  readonly ask: Ask
  /** Aborts at the first signal that asks to end. */
  readonly signal: AbortSignal
  /** Aborts at the second one: nothing is waited for any more. */
  readonly kill: AbortSignal
  /** Ends the process at once. */
  exit(code: number): void
  /** @throws an error with the problem of a params.yaml that cannot be read */
  params(): Promise<ProjectParams>
  /** The lines of a table for a stream: a terminal's width, and every text whole in a pipe or a file. */
  table(table: TextTable, stream: TextStream): string[]
}

/** Effects before the project's plugins are known. */
export type Outside = Omit<Effects, 'schemes'>

/** What the launcher says of the program that it started. */
export interface Program {
  readonly build: string
  readonly version: string
  readonly cellHost: string
  readonly fileThread: string
}

/** The effects on this process and its machine. Takes its signals. */
export function processEffects(program: Program): Outside {
  forgiveStreams()
  const { stdout, stderr } = process
  // Copies process.env once: each read of it is a system call, and every stage gets all variables.
  const [cwd, env] = [process.cwd(), { ...process.env }]
  return {
    ...program,
    ...takeSignals(),
    ...commonEffects(cwd),
    cwd,
    env,
    stdout,
    stderr,
    clock: systemClock,
    files: diskFiles,
    ask: async (question) => (await import('./ask.ts')).askOnTerminal(question),
    exit: (code) => process.exit(code),
  }
}

/** The effects that derive from the others. */
export function commonEffects(cwd: string): Pick<Effects, 'params' | 'table'> {
  return {
    params: async () => (await import('./project-params.ts')).readProjectParams(cwd),
    table: (table, stream) => textTable(table, stream.columns || Number.POSITIVE_INFINITY),
  }
}
