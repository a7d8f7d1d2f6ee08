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
  /** Stable and upper case. */
  readonly code: string
  readonly message: string
  readonly place?: Place
  readonly hint?: string
  /** The dotted key of the param of params.yaml whose value is the cause. */
  readonly param?: string
}

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

/** Problems for people. A problem that several stages share is printed once, with their names. */
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
