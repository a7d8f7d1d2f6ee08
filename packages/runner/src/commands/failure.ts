// What `unlock` and the commands of plugins are given from outside, and how they say that something is wrong.

import { nearest } from '@weir/base/nearest'
import { type Problem, problemText } from '@weir/base/problem'
import { type CommandIo, EXIT, type TextStream } from './command.ts'
import { problemJson } from './say.ts'

export interface CliIo {
  readonly stdout: TextStream
  readonly stderr: TextStream
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends a command that runs on; without one, SIGINT and SIGTERM do. */
  readonly signal?: AbortSignal
}

/** The part of a command's surroundings that such a command needs. */
export function cliIo({ stdout, stderr, surroundings, signal }: CommandIo): CliIo {
  return { stdout, stderr, cwd: surroundings.cwd, env: surroundings.env, signal }
}

/** A command line that is wrong, or a command that failed, with its exit code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly problem: Problem
  readonly exit: number

  constructor(problem: Problem, exit: number) {
    super(problem.message)
    this.problem = problem
    this.exit = exit
  }
}

/** The failure of a wrong command line. */
export function usage(message: string, hint: string): CommandFailure {
  return new CommandFailure({ code: 'USAGE', message, hint }, EXIT.usage)
}

/** The known name nearest to an unknown one, as a hint. */
export function didYouMean(name: string, known: readonly string[], otherwise: string): string {
  const meant = nearest(name, known)
  return meant === undefined ? otherwise : `did you mean ${meant}?`
}

/** Runs a command; an expected failure is told, as text or as the one JSON document, and becomes its exit code. */
export async function guarded(
  io: CliIo,
  json: boolean,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work()
  } catch (error) {
    const { problem, exit } = asFailure(error)
    if (json)
      io.stdout.write(`${JSON.stringify({ ok: false, errors: [problemJson(problem)] }, null, 2)}\n`)
    else io.stderr.write(`${problemText(problem)}\n`)
    return exit
  }
}

/** Errors with a code of ours are expected, and so are parseArgs' own; anything else is a bug. */
function asFailure(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error
  if (!(error instanceof Error) || !('code' in error)) throw error
  const code = String(error.code)
  if (code.startsWith('ERR_PARSE_ARGS'))
    return usage(firstSentence(error.message), '--help tells more')
  if (error.name !== 'RegistryError') throw error
  const where = 'where' in error && typeof error.where === 'string' ? error.where : undefined
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined
  const place = where === undefined ? {} : { place: { file: where } }
  const problem = { code, message: error.message, ...place, ...(hint && { hint }) }
  return new CommandFailure(problem, EXIT.stageFailed)
}

function firstSentence(text: string): string {
  return text.split('. ')[0] ?? text
}
