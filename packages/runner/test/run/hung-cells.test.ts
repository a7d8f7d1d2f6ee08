// What is remembered of cells that hung: for a while, and for one state of their code.

import { type Problem, sha256 } from '@weir/base'
import { expect, it } from 'vitest'
import { openHungCells } from '../../src/plan/hung-cells.ts'
import { memory } from '../store/memory.ts'

const [OLD, NEW] = [sha256('old'), sha256('new')]
const PROBLEM: Problem = { code: 'CODE_BROKEN', message: 'a.ts cannot be loaded', hint: 'mend it' }
const MINUTE = 60_000

it.each([
  ['a moment ago', 0, 'seen 0 min ago; a run tries it again'],
  ['nine minutes ago', 9 * MINUTE, 'seen 9 min ago; a run tries it again'],
  ['ten minutes ago', 10 * MINUTE, undefined],
  ['in the future, by a clock that was set back', -MINUTE, undefined],
])('a cell that hung %s', (_, age, hint) => {
  const memo = memory()
  openHungCells(memo, () => 1e12).note('a.ts', OLD, PROBLEM)
  const found = openHungCells(memo, () => 1e12 + age).find('a.ts', OLD)
  expect(found).toEqual(hint === undefined ? undefined : { ...PROBLEM, hint })
})

it('another state of its code, and another cell, are not known', () => {
  const cells = openHungCells(memory())
  cells.note('a.ts', OLD, PROBLEM)
  expect(cells.find('a.ts', OLD)).toBeDefined()
  expect([cells.find('a.ts', NEW), cells.find('b.ts', OLD)]).toEqual([undefined, undefined])
})
