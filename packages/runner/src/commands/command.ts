// What a command is given from outside: its streams, surroundings and signal; and the exit codes that it may give back.
import type { Surroundings } from '../plan/workspace.ts'

/** A stream for text; on a terminal it has columns. */
export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  /** Bytes that were written and that the reader has not taken yet. */
  readonly writableLength?: number
  readonly writableNeedDrain?: boolean
  once?(event: 'drain' | 'error' | 'close', listener: () => void): unknown
}

export interface CommandIo {
  readonly stdout: TextStream
  readonly stderr: TextStream
  readonly surroundings: Surroundings
  /** Aborts at the first signal that asks to end. */
  readonly signal: AbortSignal
  /** Aborts at the second one: nothing is waited for any more. */
  readonly kill: AbortSignal
}

/** A sub-command: its name and line in the overview, its help (unless it prints that itself), and what it does. */
export interface Command {
  readonly name: string
  readonly summary: string
  readonly help?: string
  /** It comes to an end of its own when the signal aborts; any other command is ended there and then. */
  readonly stopsItself?: true
  run(argv: readonly string[], io: CommandIo): Promise<number>
}

/** A sub-command that is loaded when it is called. */
export type LateCommand = Required<Pick<Command, 'help' | 'run'>>

export const EXIT = { fine: 0, stageFailed: 1, usage: 2, interrupted: 130 } as const
