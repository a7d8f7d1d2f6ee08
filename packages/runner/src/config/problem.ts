// A problem is a coded, positioned statement of what is wrong, where, and what to do; this file is its vocabulary.

/** A place in a text file; line and column count from 1. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly col?: number
  /** The source line itself, for the caret. */
  readonly excerpt?: string
}

/** Something that is wrong and expected to happen: a value, not an exception. */
export interface Problem {
  /** Stable and upper case, listed in docs/errors.md. */
  readonly code: ProblemCode
  readonly message: string
  readonly place?: Place
  readonly hint?: string
  /** The dotted key of the param of params.yaml whose value is the cause. */
  readonly param?: string
}

/** Every code that the runner can report, with what it means. docs/errors.md is tested against this list. */
export const PROBLEM_CODES = {
  USAGE: 'the command line is wrong',
  NO_PROJECT: 'no pipeline.yaml in this folder or above it',
  FILE_UNREADABLE: 'a configuration file cannot be read',
  FILE_UNWRITABLE: 'a file of the project or of its state cannot be written',
  YAML_SYNTAX: 'a file is not YAML',
  YAML_ALIASES: 'aliases expand to too much (an alias bomb)',
  UNKNOWN_KEY: 'a key that means nothing here',
  BAD_VALUE: 'a value has the wrong type or form',
  TEMPLATE: 'a ${} expression cannot be replaced',
  PARAM_MISSING: 'a param that is named does not exist',
  PARAM_TYPE: 'a param has the wrong type',
  PARAM_IS_OUT: 'a params file is the output of a stage',
  CYCLE: 'stages depend on each other in a circle',
  OUT_TWICE: 'two stages write the same output',
  OUT_OVERLAP: 'an output lies inside another one',
  DEP_IS_OUT: 'a stage depends on its own output',
  PATH_OUTSIDE: 'an output lies outside the project',
  PATH_RESERVED: 'a path belongs to the project itself or to the runner',
  DEP_MISSING: 'a dependency does not exist and no stage makes it',
  DEP_UNDECLARED: 'a cell reads a dependency that its stage does not declare',
  OUT_UNDECLARED: 'a cell writes an output that its stage does not declare',
  OUT_NO_PATH: 'a cell asks for the path of an output that is an effect',
  NOT_A_FILE:
    'a dependency or output is neither a file nor a folder, or something else stands where a file belongs',
  LINK_LOOP: 'a link leads to itself or to a folder that it is in',
  UNKNOWN_STAGE: 'a stage that is named does not exist',
  UNKNOWN_SCHEME: 'a dependency of an unknown scheme',
  PLUGIN_MISSING: 'a plugin that package.json names is not installed, or is none',
  CODE_BROKEN: 'a cell cannot be bundled or loaded, or is none',
  LOCK_HELD: 'a lock is not removed while its holder is at work',
  LOCK_LOST: 'the lock of a run was removed while it was at work',
  LOCK_DAMAGED: 'pipeline.lock cannot be read',
  LOCK_FUTURE: 'pipeline.lock was written by a newer version',
  CACHE_CORRUPT: 'an object of the cache does not have the content that its name says',
  CELL_MESSAGE: 'what a cell reports has a wrong form, or is too large',
  STAGE_FAILED: 'a stage ended with an error',
  STAGE_TIMEOUT: 'a stage took longer than its timeout',
  OUT_MISSING: 'a stage ended without writing a declared output',
  INPUT_CHANGED: 'a dependency changed while the stage ran, or params.yaml while `-S` was checked',
  FILE_CHANGING: 'a file is written to again and again while it is hashed',
  FROZEN_MISSING: 'a frozen stage lacks its outputs',
  THREAD_DIED: 'a thread that hashes files ended by itself',
  DISK_FULL: 'no space is left to write',
  INTERRUPTED: 'the run was interrupted',
  BUG: 'a mistake in weir itself',
} as const

/** The code of a problem; a cell's own StageError may bring further ones. */
export type ProblemCode = keyof typeof PROBLEM_CODES | (string & { readonly own?: never })

/** Line and column (from 1) of an offset in a text, with the line itself. */
export function placeAt(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  const start = before.lastIndexOf('\n') + 1
  const end = text.indexOf('\n', offset)
  return {
    file,
    line,
    col: offset - start + 1,
    excerpt: text.slice(start, end < 0 ? undefined : end).replace(/\r$/, ''),
  }
}

/** `file:line:col`, as editors and terminals make it a link. */
export function placeText(place: Place): string {
  return [place.file, place.line, place.col].filter((part) => part !== undefined).join(':')
}

/** The problem for people: code, message, place with a caret under the spot, and what to do. */
export function problemText(problem: Problem): string {
  const lines = [`error[${problem.code}]: ${problem.message}`]
  const { place } = problem
  if (place) lines.push(`  --> ${placeText(place)}`)
  if (place?.excerpt !== undefined && place.line !== undefined) {
    const margin = String(place.line)
    const excerpt = place.excerpt.replaceAll('\t', ' ')
    lines.push(`  ${margin} | ${excerpt}`)
    lines.push(`  ${' '.repeat(margin.length)} | ${' '.repeat((place.col ?? 1) - 1)}^`)
  }
  if (problem.hint) lines.push(`  help: ${problem.hint}`)
  return lines.join('\n')
}

const OF_STAGE = /^stage '([^']+)': /

/** Problems for people. What several stages find wrong at one place is said once, with the stages that find it. */
export function problemTexts(problems: readonly Problem[]): string[] {
  const groups = new Map<string, Problem[]>()
  for (const problem of problems) {
    const { code, message, place } = problem
    const group = JSON.stringify([code, place, place ? message.replace(OF_STAGE, '') : message])
    groups.set(group, [...(groups.get(group) ?? []), problem])
  }
  return [...groups.values()].map((group) => groupText(group))
}

function groupText([first, ...others]: readonly Problem[]): string {
  const stages = others.flatMap(({ message }) => OF_STAGE.exec(message)?.[1] ?? [])
  const also = stages.length > 0 ? `\n  the same in: ${stages.join(', ')}` : ''
  return first ? `${problemText(first)}${also}` : ''
}

/** The problems, each once: stages that share a params file share its problems too. */
export function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}

/** Collects the problems of one reading, so that a run reports them all. */
export type Report = (problem: Problem) => void
