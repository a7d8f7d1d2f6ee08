// Reads a data set's definition file; every problem in it is told at its line and column.
import { readFile } from 'node:fs/promises'
import { StageError } from '@weir/base'
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml'
import {
  type Definition,
  DefinitionError,
  type DefinitionProblem,
  parseDefinition,
} from './definition.ts'

const AS_YAML = 'correct the YAML at the place named'

/**
 * The checked definition in a YAML file.
 * @throws StageError DEFINITION_UNREADABLE, DEFINITION_SYNTAX or DEFINITION_INVALID, which lists all problems as `file:line:col message`.
 */
export async function readDefinition(path: string): Promise<Definition> {
  return definitionOf(await textOf(path), path)
}

/** The checked definition in a YAML text; `path` is what messages call it. */
export function definitionOf(text: string, path: string): Definition {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      (error) => `${at(path, lines, error.pos[0])} ${error.message}`,
    )
    throw new StageError('DEFINITION_SYNTAX', problems.join('\n'), { where: path, hint: AS_YAML })
  }
  try {
    return parseDefinition(document.toJS({ maxAliasCount: 100 }))
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw aliasBomb(error, path)
    const problems = error.problems.map(
      (problem) => `${at(path, lines, offsetOf(document, problem))} ${sentence(problem)}`,
    )
    throw new StageError('DEFINITION_INVALID', problems.join('\n'), {
      where: path,
      hint: 'mend what is named; each place is file:line:column',
    })
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new StageError('DEFINITION_UNREADABLE', `cannot read ${path}: ${messageOf(error)}`, {
      where: path,
      hint: 'data.definition in params.yaml names the file',
    })
  }
}

function aliasBomb(error: unknown, path: string): unknown {
  return error instanceof ReferenceError
    ? new StageError('DEFINITION_SYNTAX', `${path}: ${error.message}`, {
        where: path,
        hint: 'write values out instead of repeating them by aliases',
      })
    : error
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function sentence(problem: DefinitionProblem): string {
  const place = problem.path.join('.')
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`
  return `${place === '' ? '' : `${place}: `}${problem.message}${hint}`
}

function at(path: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset)
  return `${path}:${line}:${col}`
}

/** Where the problem's key or value begins; of a place that is not in the file, the nearest one above it. */
function offsetOf(document: Document.Parsed, problem: DefinitionProblem): number {
  for (let length = problem.path.length; length > 0; length--) {
    const path = problem.path.slice(0, length)
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => isPair(item) && keyOf(item.key) === String(path.at(-1)),
      )
      const node =
        problem.atKey || length < problem.path.length ? pair?.key : (pair?.value ?? pair?.key)
      if (isNode(node) && node.range) return node.range[0]
    }
    const node = document.getIn(path, true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function keyOf(key: unknown): string {
  return String(isNode(key) && 'value' in key ? key.value : key)
}
