// The page of errors and the catalogue agree, both ways.
import { readFileSync } from 'node:fs'
import { REGISTRY_CODES } from '@weir/registry/error'
import { describe, expect, it } from 'vitest'
import { ERRORS, errorBody, MAX_DETAILS, PROBLEMS, ServeError } from '../src/errors.ts'

const read = (page: string) => readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')

/** The rows of the tables of a page whose first cell is a code. */
function rowsOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => /^`[A-Z_]+`$/.test(cells[1] ?? ''))
    .map((cells) => cells.slice(1, -1).map((cell) => cell.replaceAll('`', '')))
}

describe('docs/errors-server.md', () => {
  const [errors = '', problems = ''] = read('errors-server.md').split('## Details')

  it('lists every error with its status and meaning, and no other', () => {
    const due = Object.entries(ERRORS).map(([code, { status, meaning }]) => [
      code,
      String(status),
      meaning,
    ])
    expect(rowsOf(errors)).toEqual(due)
  })

  it('lists every detail with its meaning, and no other', () => {
    expect(rowsOf(problems)).toEqual(Object.entries(PROBLEMS))
  })
})

it('docs/registry.md lists every error of the registry, and no other', () => {
  expect(rowsOf(read('registry.md'))).toEqual(Object.entries(REGISTRY_CODES))
})

it('an error with too many details lists the first of them', () => {
  const details = Array.from({ length: MAX_DETAILS + 5 }, () => ({
    code: 'FEATURE_TYPE' as const,
    message: 'x',
  }))
  const { error } = errorBody(new ServeError('FEATURES_INVALID', 'many', details))
  expect(error.details).toHaveLength(MAX_DETAILS)
})
