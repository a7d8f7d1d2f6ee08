// How commands say things: problems and reasons as text on stderr, or one JSON document on stdout.

import { distinct, type Problem, problemTexts } from '@weir/base'
import { type Taken, takenText } from '@weir/base/mutex'
import type { Foresight } from '../plan/look-ahead.ts'
import type { Warning } from '../plan/warnings.ts'
import { type Reason, reasonText } from '../store/reason.ts'
import { EXIT } from './exit.ts'
import type { Streams } from './streams.ts'

/** The problem of a refusal without any problem, which is a bug: no command ends with exit 2 and no message. */
const NO_REASON: Problem = {
  code: 'BUG',
  message: 'this was refused without a reason, which is a mistake in weir',
  hint: 'please report it, with pipeline.yaml, params.yaml and the command line',
}

/** Says why a command does not do what it was asked; gives its exit code. */
export function refuse(io: Streams, problems: readonly Problem[], json: boolean): number {
  sayProblems(io, problems.length > 0 ? problems : [NO_REASON], json)
  return EXIT.usage
}

/** Prints problems for people, and also as the one JSON document where that is asked for. */
export function sayProblems(io: Streams, problems: readonly Problem[], json: boolean): void {
  for (const text of problemTexts(problems)) io.stderr.write(`${text}\n`)
  if (json) sayJson(io, { stages: [], ok: false, errors: problems.map(problemJson) })
}

/** Prints why a command failed, for people and as the one JSON document. */
export function sayFailed(io: Streams, problems: readonly Problem[], json: boolean): void {
  for (const text of problemTexts(problems)) io.stderr.write(`${text}\n`)
  if (json) sayJson(io, { ok: false, errors: problems.map(problemJson) })
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

/** What is said on stderr beside an answer that tells of all stages: problems in full, and warnings. */
export function sayNotes(
  io: Streams,
  { stages, warnings }: { stages: readonly Foresight[]; warnings: readonly Warning[] },
): void {
  sayProblems(io, distinct(stages.flatMap((stage) => stage.problems ?? [])), false)
  for (const warning of warnings) io.stderr.write(`${warningText(warning)}\n`)
}

/** The problems of a stage that cannot run, as a part of its JSON. */
export function problemsJson(problems: readonly Problem[] = []): Record<string, unknown> {
  return problems.length > 0 ? { problems: problems.map(problemJson) } : {}
}

/** That a run waits, for whom, and what a person can do. */
export function waitingText(taken: Taken): string {
  return `waiting for another run in this project: ${takenText(taken)}; if it is gone for good: weir unlock`
}

/** Warnings, as a part of a command's JSON where there are any. */
export function warningsJson(warnings: readonly Warning[]): Record<string, unknown> {
  return warnings.length > 0 ? { warnings } : {}
}

/** A warning in one line. */
export function warningText({ stage, message }: Warning): string {
  return `warning: ${stage === undefined ? '' : `${stage}: `}${message}`
}

/** Prints the one JSON document of a command. */
export function sayJson(io: Pick<Streams, 'stdout'>, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Reasons in one line; the first few, and how many more there are. */
export function reasonsLine(reasons: readonly Reason[], most = 3): string {
  const texts = reasons.map(reasonText)
  const more = texts.length - most
  return more > 0 ? `${texts.slice(0, most).join('; ')}; and ${more} more` : texts.join('; ')
}
