// What a command is given from outside: its streams, surroundings and signal; and the exit codes that it may give back.
import type { Surroundings } from '../run/workspace.ts'

/** A stream for text; on a terminal it has columns. */
export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface CommandIo {
  readonly stdout: TextStream
  readonly stderr: TextStream
  readonly surroundings: Surroundings
  readonly signal: AbortSignal
}

/** A sub-command: its name and line in the overview, its help (unless it prints that itself), and what it does. */
export interface Command {
  readonly name: string
  readonly summary: string
  readonly help?: string
  run(argv: readonly string[], io: CommandIo): Promise<number>
}

export const EXIT = { fine: 0, stageFailed: 1, usage: 2, interrupted: 130 } as const
