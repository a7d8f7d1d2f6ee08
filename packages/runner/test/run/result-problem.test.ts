// What people are told of how a task ended: every end has its code, its words and its place.
import { describe, expect, it } from 'vitest'
import type { Result, TaskEnd } from '../../src/execute/task.ts'
import { maskOf } from '../../src/session/mask.ts'
import { resultProblem, withoutSecrets } from '../../src/session/result-problem.ts'
import { stage } from '../graph/stages.ts'

const SHELL = stage('a', [], [], { command: { kind: 'cmd', lines: ['make it'] }, timeoutMs: 1500 })
const CELL = stage('a', [], [], { command: { kind: 'run', file: 'stages/a.ts' } })

function resultOf(ended: TaskEnd, more: Partial<Result> = {}): Result {
  return { ended, metrics: {}, shown: [], outputs: [], seconds: 0, ...more }
}

describe('the problem of a result', () => {
  it('is none for a task that is done', () => {
    expect(resultProblem(SHELL, resultOf({ how: 'done' }))).toBe(undefined)
  })

  it.each<[TaskEnd, string, string]>([
    [
      { how: 'exit', code: 2, line: 'make it' },
      'STAGE_FAILED',
      "stage 'a' failed: `make it` exited with 2",
    ],
    [
      { how: 'signal', signal: 'SIGSEGV', line: 'first\nsecond' },
      'STAGE_FAILED',
      "stage 'a' failed: `first …` was killed by SIGSEGV",
    ],
    [
      { how: 'not_started', message: 'spawn E2BIG', line: 'make it' },
      'STAGE_FAILED',
      "stage 'a' failed: `make it` could not be started: spawn E2BIG",
    ],
    [
      { how: 'exit', code: 1, line: 'make it', full: true },
      'DISK_FULL',
      "stage 'a' failed: `make it` exited with 1",
    ],
    [
      { how: 'timeout' },
      'STAGE_TIMEOUT',
      "stage 'a' took longer than its timeout of 1.5 s and was stopped",
    ],
    [{ how: 'cancelled' }, 'INTERRUPTED', "stage 'a' was interrupted"],
  ])('tells %j', (ended, code, message) => {
    const problem = resultProblem(SHELL, resultOf(ended))
    expect(problem).toMatchObject({ code, message, place: SHELL.place })
  })

  it('calls a cell by its file, and tells one that ended too early', () => {
    expect(resultProblem(CELL, resultOf({ how: 'exit', code: 0 }))?.message).toBe(
      "stage 'a' failed: `stages/a.ts` ended before it was finished (process.exit, or a promise that nothing settles)",
    )
  })

  it('is what the cell said, at the place and with the param that it named', () => {
    const ended = { how: 'error', code: 'BAD_ROWS', message: 'too few', hint: 'more' } as const
    const problem = { code: 'BAD_ROWS', message: "stage 'a': too few", hint: 'more' }
    expect(resultProblem(CELL, resultOf(ended))).toEqual({ ...problem, place: CELL.place })
    const placed = { ...ended, where: 'data/x.yaml', param: 'n' }
    const place = { file: 'data/x.yaml' }
    expect(resultProblem(CELL, resultOf(placed))).toEqual({ ...problem, place, param: 'n' })
    const thrown = { file: 'stages/a.ts', line: 3, col: 5 }
    const both = { ...placed, place: thrown }
    expect(resultProblem(CELL, resultOf(both))).toMatchObject({ place })
    expect(resultProblem(CELL, resultOf({ ...ended, place: thrown }))).toEqual({
      ...problem,
      place: thrown,
    })
  })
})

describe('a result without secrets', () => {
  const mask = maskOf(['S'], { S: 'done-secret' })

  it('has none in title, figures and what is shown; names of outputs and its end stay', () => {
    const said = 'the done-secret'
    const shown = [{ kind: 'markdown', text: said }] as const
    const result = resultOf(
      { how: 'done' },
      { title: said, metrics: { key: said }, shown, outputs: ['done-secret'] },
    )
    expect(withoutSecrets(result, mask)).toEqual({
      ...result,
      title: 'the ***',
      metrics: { key: 'the ***' },
      shown: [{ kind: 'markdown', text: 'the ***' }],
    })
  })

  it('is a failure where what is shown cannot be searched', () => {
    let spec: Record<string, unknown> = {}
    for (let depth = 0; depth < 1e5; depth++) spec = { spec }
    const shown = [{ kind: 'chart', spec, title: '', alt: '' }] as const
    expect(withoutSecrets(resultOf({ how: 'done' }, { shown }), mask).ended).toMatchObject({
      how: 'error',
      code: 'CELL_MESSAGE',
    })
  })
})
