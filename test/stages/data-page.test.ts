// The page on bringing one's own data: its example is sound, and it lists exactly the codes that there are.
import { readFileSync } from 'node:fs'
import { COLUMN_TYPES } from '@weir/formats/column-types'
import { definitionOf } from '@weir/formats/definition-file'
import { describe, expect, test } from 'vitest'

const page = readFileSync('docs/data.md', 'utf8')
const CODE = /[A-Z]+(?:_[A-Z]+)+/

const SOURCES = [
  'stages/simulate.ts',
  'stages/ingest.ts',
  'stages/validate.ts',
  'stages/features.ts',
  'stages/materialize.ts',
  'packages/monitor/src/check-period.ts',
  'packages/monitor/src/suspicion.ts',
  'packages/monitor/src/acceptances.ts',
  'packages/monitor/src/commands/accept.ts',
  'packages/monitor/src/commands/data-set.ts',
  'packages/formats/src/definition-file.ts',
  'stages/periods/frame.ts',
  'stages/raw/raw-checks.ts',
  'stages/raw/raw-table.ts',
  'stages/snapshots/snapshots.ts',
  'stages/raw/source.ts',
  'packages/tables/src/row-checks.ts',
]

function codesOf(text: string, quote: string): string[] {
  const found = text.matchAll(new RegExp(`${quote}(${CODE.source})${quote}`, 'g'))
  return [...found].flatMap(([, code]) => code ?? [])
}

test('the example is a sound definition', () => {
  const [, example = ''] = page.split('```yaml\n')
  expect(definitionOf(example.split('```')[0] ?? '', 'example').name).toBe('shop')
})

describe('the table of codes', () => {
  const listed = new Set(codesOf(page, '`'))
  // A cell that is no value of its type has a code by type; any text is a string and a category.
  const byType = Object.keys(COLUMN_TYPES)
    .filter((type) => type !== 'string' && type !== 'category')
    .map((type) => `${type.toUpperCase()}_INVALID`)
  const raised = new Set([
    ...SOURCES.flatMap((path) => codesOf(readFileSync(path, 'utf8'), "'")),
    ...byType,
  ])

  test('names every code that is raised', () => {
    expect([...raised].filter((code) => !listed.has(code))).toEqual([])
  })

  test('names no other', () => {
    expect([...listed].filter((code) => !raised.has(code))).toEqual([])
  })
})
