// What is wrong with raw or stored data, and the one error that tells all of it.
import { StageError } from '@weir/runner'

/** One thing that is wrong with the data of a stage. */
export interface DataProblem {
  readonly code: string
  /** `2024-01-31/users.csv, column age, rows 3, 17` */
  readonly where: string
  readonly message: string
  readonly hint?: string
}

/** How many problems an error spells out. */
const TOLD = 50

/**
 * The error that lists all problems, one a line. Its code and place are those of the first; a hint
 * that all of them share is told once.
 * @returns undefined when there are none
 */
export function errorOf(problems: readonly DataProblem[]): StageError | undefined {
  const [first, ...others] = problems
  if (first === undefined) return undefined
  if (others.length === 0) return new StageError(first.code, first.message, first)
  const shared = others.every(({ hint }) => hint === first.hint) ? first.hint : undefined
  const lines = problems.slice(0, TOLD).map((problem) => sentence(problem, shared))
  if (problems.length > TOLD) lines.push(`and ${problems.length - TOLD} more`)
  const message = `${problems.length} problems\n${lines.join('\n')}`
  return new StageError(first.code, message, {
    where: first.where,
    ...(shared !== undefined && { hint: shared }),
  })
}

function sentence({ code, where, message, hint }: DataProblem, shared?: string): string {
  return `${code} ${where}: ${message}${hint === undefined || hint === shared ? '' : ` (${hint})`}`
}

/** `row 3` or `rows 3, 17, …`; rows of data count from 1, the header is none of them. */
export function rowsText(rows: readonly number[], total: number): string {
  const more = total > rows.length ? ', …' : ''
  return `row${total === 1 ? '' : 's'} ${rows.join(', ')}${more}`
}
