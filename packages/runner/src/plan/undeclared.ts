// Files of the project that a stage's commands name and the stage does not declare: a change there does not rerun it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isOutside, isWithin, normalPath } from '@weir/base'
import { STATE_FOLDER } from '../config/layout.ts'
import { isReference, type Stage } from '../config/model.ts'

/** The files and folders of the project that the stage's commands name and that it does not declare. */
export function undeclaredPaths(root: string, stage: Stage): string[] {
  if (stage.command.kind !== 'cmd') return []
  const declared = [
    ...stage.deps,
    ...stage.outs.map((out) => out.path),
    ...stage.params.map((ref) => ref.file),
  ]
  const isDeclared = (path: string): boolean =>
    declared.some((one) => isWithin(path, one) || isWithin(one, path))
  const paths = stage.command.lines.flatMap(wordsOf).map(normalPath)
  return [...new Set(paths)].filter(
    (path) => mayBeDependency(path) && !isDeclared(path) && existsSync(join(root, path)),
  )
}

/** False for what lies outside the project, and for what is no part of its own: packages, history, state. */
function mayBeDependency(path: string): boolean {
  const foreign = ['.git', 'node_modules', STATE_FOLDER].some((folder) => isWithin(path, folder))
  return path !== '.' && !foreign && !isOutside(path) && !isReference(path)
}

/** A word with its quotes, a sign between commands, or a redirection. */
const TOKEN = /\d*>+&?|<|(?:[^\s;|&<>()'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+|[;|&()\n]+/g
const BEFORE_COMMAND = new Set([
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  'until',
  '!',
  '{',
  'time',
  'exec',
])

/**
 * The words of a shell command that may be paths, as far as it can be told without a shell: no options, no names of
 * commands, no targets of `>`, nothing that the shell would replace. What stands behind `=` counts too.
 */
export function wordsOf(command: string): string[] {
  const words: string[] = []
  let isCommand = true
  let skipped: 'target' | 'comment' | undefined
  for (const [token] of command.matchAll(TOKEN)) {
    if (/^[;|&()\n]/.test(token)) {
      isCommand = true
      if (skipped === 'target' || token.includes('\n')) skipped = undefined
    } else if (skipped === 'comment') continue
    else if (/^(?:\d*>|<)/.test(token)) skipped = token.includes('>') ? 'target' : undefined
    else if (token.startsWith('#')) skipped = 'comment'
    else if (skipped === 'target') skipped = undefined
    else {
      words.push(...candidates(token, isCommand))
      isCommand &&= BEFORE_COMMAND.has(token) || /^\w+=/.test(token)
    }
  }
  return words
}

function candidates(token: string, isCommand: boolean): string[] {
  const word = token.replace(/\\(.)|['"]/g, '$1')
  const behind = /=(.+)$/s.exec(word)?.[1]
  const whole = word.startsWith('-') || (isCommand && !word.includes('/')) ? [] : [word]
  return [...whole, ...(behind === undefined ? [] : [behind])].filter(
    (path) => path !== '' && !/[$*?`]/.test(path),
  )
}
