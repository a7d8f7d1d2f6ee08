// The nearest known name: near enough to be meant, and the same one each time.
import { describe, expect, it } from 'vitest'
import { editDistance, nearest } from '../src/values/nearest.ts'

describe('nearest', () => {
  const known = ['deps', 'params', 'outs', 'metrics', 'timeout', 'always_changed']
  it.each([
    ['dep', 'deps'],
    ['dpes', 'deps'],
    ['parms', 'params'],
    ['metric', 'metrics'],
    ['alwayschanged', 'always_changed'],
    ['time_out', 'timeout'],
    ['xyzzy', undefined],
    ['', undefined],
    ['outs', 'outs'],
    ['Params', 'params'],
    ['TIMEOTU', 'timeout'],
  ])('%s -> %s', (name, expected) => {
    expect(nearest(name, known)).toBe(expected)
  })

  it('does not call one letter near another', () => {
    expect(nearest('a', ['b'])).toBeUndefined()
  })

  it('takes the first of equally near ones, so that the answer is stable', () => {
    expect(nearest('cat', ['car', 'cap'])).toBe('car')
  })
})

it('finds the name of a column', () => {
  expect(nearest('monthy_fee', ['months_active', 'monthly_fee'])).toBe('monthly_fee')
  expect(nearest('zzz', ['monthly_fee'])).toBeUndefined()
})

it.each([
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['a', 'a', 0],
  ['dpes', 'deps', 1],
])('from %j to %j it is %i edits', (from, to, edits) => {
  expect(editDistance(from, to)).toBe(edits)
})
