// How commands say things: problems and reasons as text on stderr, or one JSON document on stdout.
import { type Reason, reasonText } from '../key/reason.ts'
import { type Problem, problemText } from '../problem.ts'
import type { CommandIo } from './io.ts'

/** Prints problems for people, and also as the one JSON document where that is asked for. */
export function sayProblems(io: CommandIo, problems: readonly Problem[], json: boolean): void {
  for (const problem of problems) io.stderr.write(`${problemText(problem)}\n`)
  if (json) sayJson(io, { stages: [], ok: false, errors: problems.map(problemJson) })
}

/** A problem in the JSON of every command. */
export function problemJson({ code, message, place, hint }: Problem): Record<string, unknown> {
  return {
    code,
    message,
    ...(place && { place: { file: place.file, line: place.line, col: place.col } }),
    ...(hint && { hint }),
  }
}

/** Prints the one JSON document of a command. */
export function sayJson(io: CommandIo, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Reasons in one line; the first few, and how many more there are. */
export function reasonsLine(reasons: readonly Reason[], most = 3): string {
  const texts = reasons.map(reasonText)
  const more = texts.length - most
  return more > 0 ? `${texts.slice(0, most).join('; ')}; and ${more} more` : texts.join('; ')
}
