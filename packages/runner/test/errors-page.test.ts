// The codes that the source raises, the list of them, and docs/errors.md say the same.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROBLEM_CODES } from '../src/config/problem-codes.ts'

const ROW = /^\| `([A-Z_]+)` \| (.*?) \| (`.+`) \| (.+) \|$/gm
const rows = [...readFileSync('docs/errors.md', 'utf8').matchAll(ROW)]
const codes = Object.keys(PROBLEM_CODES)

/** The runner, and base, which says what a failed system call is. */
const text = ['packages/runner/src', 'packages/base/src'].flatMap(sources).join('\n')

function sources(room: string): string[] {
  return readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(room, name), 'utf8'))
}

it('the page has every code once, and no other', () => {
  expect(rows.map(([, code]) => code).sort()).toEqual([...codes].sort())
})

it('the page gives each code the meaning that the list gives it, an example and a way out', () => {
  const meanings = Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning]))
  expect(meanings).toEqual(PROBLEM_CODES)
  expect(rows.every(([, , , example, advice]) => example!.length > 10 && advice!.length > 10)).toBe(
    true,
  )
})

it('every code of the list is raised somewhere', () => {
  expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([])
})

it('every code that the runner raises is in the list', () => {
  const raised = [...text.matchAll(/\bcode: (?:\w+ \? )?'([A-Z_]+)'/g)].map(([, code]) => code)
  expect(raised.length).toBeGreaterThan(20)
  expect(raised.filter((code) => !codes.includes(code ?? ''))).toEqual([])
})
