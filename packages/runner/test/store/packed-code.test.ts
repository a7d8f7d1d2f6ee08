// What is swept of the packed code of cells: only what is old and not used.
import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { sweepPacked } from '../../src/store/packed-code.ts'
import { folderWith } from '../project-folder.ts'

const DAY = 24 * 3600 * 1000

/** A project with packed cells of a given age in days. */
function packedCells(ages: Readonly<Record<string, number>>): string {
  const names = Object.keys(ages)
  const root = folderWith(Object.fromEntries(names.map((name) => [`.weir/cells/${name}`, ''])))
  for (const [name, days] of Object.entries(ages)) {
    const time = new Date(Date.now() - days * DAY)
    utimesSync(join(root, '.weir/cells', name), time, time)
  }
  return root
}

it('packed code of earlier states goes with its map; used ones and young ones stay', () => {
  const root = packedCells({
    'used.mjs': 30,
    'used.mjs.map': 30,
    'old.mjs': 8,
    'old.mjs.map': 8,
    'young.mjs': 6,
  })
  sweepPacked(layoutOf(root), new Set(['.weir/cells/used.mjs']))
  expect(readdirSync(join(root, '.weir/cells')).sort()).toEqual([
    'used.mjs',
    'used.mjs.map',
    'young.mjs',
  ])
})

it('a project without cells has nothing to sweep', () => {
  const root = folderWith({})
  sweepPacked(layoutOf(root), new Set())
  expect(readdirSync(root)).toEqual([])
})
