// Coded errors: known by their shape, and the problems that they and failed system calls are.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { describe, expect, it } from 'vitest'
import { systemProblem } from '../src/files/system-problem.ts'
import { CodedError, isCodedError, problemOf } from '../src/values/coded-error.ts'
import { StageError } from '../src/values/stage-error.ts'

/** What a function throws. */
function thrown(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

const STAGE = { name: 'train', place: { file: 'pipeline.yaml', line: 3 } }
const ABOUT = { where: 'users.csv', hint: 'mend it', param: 'data.source' }

describe('isCodedError', () => {
  it('knows the class, what extends it, and a copy of the class', () => {
    expect(isCodedError(new CodedError('X', 'y'))).toBe(true)
    expect(isCodedError(new StageError('COLUMN_MISSING', 'y', ABOUT))).toBe(true)
    class Copy extends Error {
      readonly code = 'X'
      readonly hint = undefined
    }
    expect(isCodedError(new Copy())).toBe(true)
  })

  it.each<[string, () => unknown]>([
    ['a failed system call', () => readFileSync('/nowhere/at/all')],
    ['an error of Node', () => parseArgs({ args: ['--no'], options: {} })],
    ['a bug', () => JSON.parse('{')],
    ['a code in lower case', () => raise(Object.assign(new Error('x'), { code: 'x', hint: 'y' }))],
    ['a plain object', () => raise({ code: 'X', message: 'y', hint: 'z' })],
    ['nothing', () => raise(undefined)],
  ])('does not know %s', (_, work) => {
    expect(isCodedError(thrown(work))).toBe(false)
  })
})

function raise(error: unknown): never {
  throw error
}

describe('problems', () => {
  it('are what the error says; without a place of its own it has that of the stage', () => {
    const error = new StageError('COLUMN_MISSING', 'there is no age', ABOUT)
    expect(problemOf(error)).toEqual({
      code: 'COLUMN_MISSING',
      message: 'there is no age',
      place: { file: 'users.csv' },
      hint: 'mend it',
      param: 'data.source',
    })
    expect(problemOf(new CodedError('X', 'y'), STAGE)).toEqual({
      code: 'X',
      message: "stage 'train': y",
      place: STAGE.place,
    })
    expect(problemOf(new CodedError('X', 'y'))).toEqual({ code: 'X', message: 'y' })
  })

  it('are made of coded errors and of failed system calls, and of nothing else', () => {
    expect(systemProblem(new CodedError('LINK_LOOP', 'y', { hint: 'z' }))).toEqual({
      code: 'LINK_LOOP',
      message: 'y',
      hint: 'z',
    })
    const missing = thrown(() => readFileSync('/nowhere/at/all'))
    expect(systemProblem(missing, STAGE)).toMatchObject({
      code: 'STAGE_FAILED',
      place: { file: '/nowhere/at/all' },
    })
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC', errno: -28 })
    expect(systemProblem(full).code).toBe('DISK_FULL')
    for (const work of [() => JSON.parse('{'), () => parseArgs({ args: ['--no'], options: {} })]) {
      const bug = thrown(work)
      expect(thrown(() => systemProblem(bug))).toBe(bug)
    }
  })
})
