// The commands of the pages that ask about a user ask about one whom the made-up data has.
import { readFileSync } from 'node:fs'
import { makeProfile } from '@weir/ml/simulate'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { call } from '../../packages/runner/test/commands/effects.ts'
import { serveCommand } from '../src/command.ts'

const { seed }: { seed: number } = parse(readFileSync('test/shipped/params.yaml', 'utf8'))
const known = [0, 1, 2].map((index) => makeProfile(seed, index).id)
const idsIn = (text: string) => text.match(/\b\d{4}-[A-Z]{5}\b/g) ?? []

it.each([
  ['README.md', readFileSync('README.md', 'utf8')],
  ['docs/serving.md', readFileSync('docs/serving.md', 'utf8')],
  ['weir serve --help', (await call('serve', serveCommand, ['--help'], '.')).out],
])('%s', (_, text) => {
  const ids = idsIn(text)
  expect(ids.length).toBeGreaterThan(0)
  expect(known).toEqual(expect.arrayContaining(ids))
})
