// The types that cells are written against: when they change, somebody decides on the number that enters all keys.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { sha256 } from '@weir/base'
import { expect, it } from 'vitest'
import { emitTypes } from '../../build/types.js'

const REPO = resolve(import.meta.dirname, '../..')
const CELLS = join(REPO, 'packages/runner/dist/door/cells.d.ts')

/** The types of each door of base. */
const BASE = (
  JSON.parse(readFileSync(join(REPO, 'packages/base/package.json'), 'utf8')) as {
    exports: Readonly<Record<string, { types: string }>>
  }
).exports

/** The number as its source has it. */
function doorNumber(): string | undefined {
  const text = readFileSync(join(REPO, 'packages/runner/src/plan/packages.ts'), 'utf8')
  return /const DOOR = '(.+)'/.exec(text)?.[1]
}

const WHAT_TO_DO = `the types of the door for cells (${CELLS}) have changed.
Could a cell that was not edited come to other outputs with this version of the tool?
- Yes: raise DOOR in packages/runner/src/plan/packages.ts, which reruns every cell of every project.
- No (something was added, or a type says the same in other words): leave DOOR as it is.
Then pin what this test has found.`

/** The declarations that a file leads to, itself included, by path; those of other packages than our own left out. */
function declarations(file: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(file)) return found
  const text = readFileSync(file, 'utf8')
  found.set(file, bare(text))
  for (const [, name = ''] of text.matchAll(/(?:from |import\()['"]([^'"]+)['"]/g)) {
    const door = BASE[name.replace('@weir/base', '.')]
    if (door) declarations(join(REPO, 'packages/base', door.types), found)
    else if (name.startsWith('.'))
      declarations(resolve(dirname(file), name.replace(/\.ts$/, '.d.ts')), found)
  }
  return found
}

/** A text without comments and white space. */
function bare(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/\s+/g, ' ')
}

it('the door for cells has the types that its number stands for', { timeout: 120_000 }, () => {
  expect(emitTypes(REPO)).toBe(true)
  const found = [...declarations(CELLS)].map(([path, text]) => [path.slice(REPO.length), text])
  expect(found.length).toBeGreaterThan(5)
  expect([doorNumber(), sha256(JSON.stringify(found)).slice(0, 16)], WHAT_TO_DO).toEqual([
    'door 2',
    '3b42e55455487818',
  ])
})

it('comments and white space are no part of it', () => {
  expect(bare('/** a\n * b */\nexport declare const a: 1 // c\n')).toBe(
    ' export declare const a: 1 ',
  )
})
