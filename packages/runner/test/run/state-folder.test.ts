// The folder of the state: git does not see it, and what was remembered long ago goes.
import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { sweepMemo } from '../../src/store/state-folder.ts'
import { folderWith } from '../project-folder.ts'
import { Pipeline } from './rig.ts'

const DAY = 24 * 3600 * 1000

it('what was remembered of selections and charts a month ago goes; the rest of the memo stays', () => {
  const names = ['files.json', 'idle-1.json', 'idle-2.json', 'rest-1.json']
  const all = [...names, 'charts/a.svg', 'charts/b.svg']
  const root = folderWith(Object.fromEntries(all.map((name) => [`.weir/memo/${name}`, ''])))
  const old = new Date(Date.now() - 31 * DAY)
  for (const name of ['files.json', 'idle-1.json', 'rest-1.json', 'charts/a.svg'])
    utimesSync(join(root, '.weir/memo', name), old, old)
  sweepMemo(layoutOf(root))
  const left = readdirSync(join(root, '.weir/memo'), { recursive: true, encoding: 'utf8' })
  expect(left.sort()).toEqual(['charts', 'charts/b.svg', 'files.json', 'idle-2.json'])
})

it('without a memo there is nothing to sweep', () => {
  const root = folderWith()
  sweepMemo(layoutOf(root))
  expect(readdirSync(root)).toEqual([])
})

it('a run hides its state from git, and leaves what a person has written there', async () => {
  const it = new Pipeline({ a: { cmd: 'echo > a', outs: ['a'] } })
  await it.run()
  expect(it.read('.weir/.gitignore')).toBe('*\n')
  it.write({ '.weir/.gitignore': 'cache/\n' })
  await it.run({ force: true })
  expect(it.read('.weir/.gitignore')).toBe('cache/\n')
})
