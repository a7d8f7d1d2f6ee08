// The page of the stages' errors: it has every code that no other page has, and none that is not raised.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROW = /^\| `([A-Z_]+)` \| (.+) \| (.+) \| (.+) \|$/gm
const read = (page: string) => readFileSync(`docs/${page}`, 'utf8')
const rows = [...read('errors-stages.md').matchAll(ROW)]
const listed = rows.map(([, code]) => code ?? '')
const elsewhere = new Set(
  [...`${read('data.md')}${read('registry.md')}${read('tables.md')}`.matchAll(/`([A-Z_]+)`/g)].map(
    ([, code]) => code,
  ),
)

/** A code stands in quotes, as one of several words, or as the first argument of an error. */
const RAISED = /'([A-Z]+(?:_[A-Z]+)+)'|Error\(\s*'([A-Z]+)'/g
const files = ['stages', 'packages/ml/src', 'packages/formats/src', 'packages/tables/src'].flatMap(
  (room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(room, name)),
)
/** What begins the line of a decision: words of the log, and no errors. */
const LOG_WORDS = new Set(['RETRAINING_TRIGGERED', 'WAIT_FOR_LABELS', 'NO_ACTION'])
const raised = new Set(
  files.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(RAISED)].map(([, code, one]) => code ?? one ?? ''),
  ),
)

test('every code that a stage raises is on this page or on that of the data, tables or the registry', () => {
  expect(raised.size).toBeGreaterThan(50)
  const known = (code: string) => listed.includes(code) || elsewhere.has(code)
  expect([...raised].filter((code) => !known(code) && !LOG_WORDS.has(code))).toEqual([])
})

test('every code on the page is raised, and there once', () => {
  expect(listed.filter((code) => !raised.has(code))).toEqual([])
  expect(listed.length).toBe(new Set(listed).size)
})

test('every stage that the page names exists', () => {
  const names = new Set(readdirSync('stages').map((name) => name.replace('.ts', '')))
  const said = rows.flatMap(([, , stages]) => stages?.split(', '))
  expect(said.length).toBeGreaterThan(rows.length)
  expect(said.filter((name) => !names.has(name ?? ''))).toEqual([])
})
