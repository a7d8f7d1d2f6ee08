// docs/contracts.md has a table of each schema, and each table is what its schema says.
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { namesOf, renewed, TABLES } from './contracts-page.ts'

const PAGE = 'docs/contracts.md'
const read = () => readFileSync(PAGE, 'utf8')

// To renew: npm run schema
test('every table of the page is made from its schema', () => {
  if (process.env.UPDATE_SCHEMA) writeFileSync(PAGE, renewed(read()))
  expect(read()).toBe(renewed(read()))
})

test('every schema has one table', () => {
  expect(namesOf(read()).sort()).toEqual(Object.keys(TABLES).sort())
})

test('a table that no schema is called by is refused', () => {
  expect(() => renewed('<!-- fields Nothing -->\n<!-- end -->')).toThrow(/Nothing/)
})

test('a key at any depth has its row', () => {
  const table = renewed('<!-- fields Drift -->\nstale words\n<!-- end -->')
  expect(table).toContain('| `reference` | text or null | the reference period; null')
  expect(table).toContain('| `columns[].adjusted` | number from 0 to 1 or null |')
  expect(table).not.toContain('stale words')
})
