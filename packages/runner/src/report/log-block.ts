// A stage's output as text to read: no terminal codes, and only as much as a reader wants.
import { stripVTControlCharacters } from 'node:util'
import { clip } from './escape.ts'

/** Lines shown of a longer log: its first and its last ones. */
export const HEAD_LINES = 60
export const TAIL_LINES = 140
const LONGEST_LINE = 1000

/** The last state of a line that carriage returns have rewritten, as a terminal shows it. */
function lastState(line: string): string {
  const states = line.split('\r').filter((state) => state !== '')
  return states.at(-1) ?? ''
}

/** The line in the place of what is left out of a log. */
export function leftOutLine(what: string, path: string | undefined): string {
  return `… ${what} left out${path === undefined ? '' : `; the whole log: ${path}`} …`
}

/**
 * A log without colour codes and rewritten lines, its middle left out beyond 200 lines, and that said, with the path
 * of the whole.
 */
export function readableLog(text: string, path?: string): string {
  const lines = stripVTControlCharacters(text)
    .trimEnd()
    .split('\n')
    .map((line) => clip(lastState(line), LONGEST_LINE))
  if (lines.length <= HEAD_LINES + TAIL_LINES) return lines.join('\n')
  const left = lines.length - HEAD_LINES - TAIL_LINES
  return [
    ...lines.slice(0, HEAD_LINES),
    leftOutLine(`${left} lines`, path),
    ...lines.slice(-TAIL_LINES),
  ].join('\n')
}
