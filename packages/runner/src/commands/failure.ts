// How a command fails: by an error that carries a problem, told in one place as text and as the one JSON document.
// Errors are known by what they carry: those of a plugin may come from another copy of this class.
import { CodedError, type Place, type Problem } from '@weir/base'
import { systemProblem } from '@weir/base/files'
import { EXIT } from './exit.ts'
import { sayFailed } from './say.ts'
import type { TextStream } from './streams.ts'

/** A command line that is wrong, or a command that failed, with its exit code. */
export class CommandFailure extends CodedError {
  override readonly name = 'CommandFailure'
  readonly place: Place | undefined
  readonly exit: number

  constructor({ code, message, place, hint }: Problem, exit: number, cause?: Error) {
    super(code, message, { hint })
    this.place = place
    this.exit = exit
    this.cause = cause
  }
}

/** The failure of a wrong command line. */
export function usage(message: string, hint: string): CommandFailure {
  return new CommandFailure({ code: 'USAGE', message, hint }, EXIT.usage)
}

/** Tells an expected error, one with a code; gives the exit code. @throws any other, which is a bug */
export function tellFailure(
  error: unknown,
  json: boolean,
  streams: { readonly stdout: TextStream; readonly stderr: TextStream },
): number {
  sayFailed(streams, [problemOf(error)], json)
  if (error instanceof CommandFailure && error.cause instanceof Error)
    streams.stderr.write(`${error.cause.stack}\n`)
  return exitOf(error)
}

function problemOf(error: unknown): Problem {
  const problem = systemProblem(error)
  const place = hasPlace(error) ? error.place : problem.place
  return { ...problem, ...(place && { place }) }
}

function hasPlace(error: unknown): error is { place: Place } {
  return error instanceof Error && 'place' in error && error.place !== undefined
}

function exitOf(error: unknown): number {
  if (!(error instanceof Error)) return EXIT.stageFailed
  if ('exit' in error && typeof error.exit === 'number') return error.exit
  return 'code' in error && error.code === 'USAGE' ? EXIT.usage : EXIT.stageFailed
}
