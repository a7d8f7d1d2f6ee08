// Problems as people read them: the caret under the spot, and the nearest known name.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeAt, placeText, problemText, problemTexts } from '../src/values/problem.ts'

describe('problemText', () => {
  it('shows code, place, line, caret and help', () => {
    const text = 'stages:\n  train:\n    deos: [a]\n'
    const place = placeAt('pipeline.yaml', text, text.indexOf('deos'))
    const problem = {
      code: 'UNKNOWN_KEY',
      message: "unknown key 'deos'",
      place,
      hint: "did you mean 'deps'?",
    }
    expect(problemText(problem)).toBe(
      [
        "error[UNKNOWN_KEY]: unknown key 'deos'",
        '  --> pipeline.yaml:3:5',
        '  3 |     deos: [a]',
        '    |     ^',
        "  help: did you mean 'deps'?",
      ].join('\n'),
    )
  })

  it('keeps the caret in its column after a tab and with a wide line number', () => {
    const text = `${'\n'.repeat(99)}a:\tx\r\n`
    const problem = {
      code: 'BAD_VALUE',
      message: 'm',
      place: placeAt('f', text, text.indexOf('x')),
    }
    expect(problemText(problem).split('\n').slice(1)).toEqual([
      '  --> f:100:4',
      '  100 | a: x',
      '      |    ^',
    ])
  })

  it('does without a place, a line, or a hint', () => {
    expect(problemText({ code: 'USAGE', message: 'm' })).toBe('error[USAGE]: m')
    expect(problemText({ code: 'USAGE', message: 'm', place: { file: 'f' } })).toBe(
      'error[USAGE]: m\n  --> f',
    )
  })
})

describe('placeAt', () => {
  it('counts from 1, at the start and at the very end', () => {
    expect(placeAt('f', 'ab\ncd', 0)).toEqual({ file: 'f', line: 1, col: 1, excerpt: 'ab' })
    expect(placeAt('f', 'ab\ncd', 5)).toEqual({ file: 'f', line: 2, col: 3, excerpt: 'cd' })
    expect(placeAt('f', '', 0)).toEqual({ file: 'f', line: 1, col: 1, excerpt: '' })
    expect(placeText({ file: 'f', line: 2 })).toBe('f:2')
  })

  it('property: the character at line and column is the one at the offset', () => {
    const lines = fc.array(
      fc.string({ maxLength: 5 }).map((s) => s.replace(/[\r\n]/g, '')),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(lines, fc.nat(), (rows, seed) => {
        const text = rows.join('\n')
        const offset = seed % (text.length + 1)
        const { line = 0, col = 0 } = placeAt('f', text, offset)
        const before = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0)
        return before + col - 1 === offset
      }),
    )
  })
})

describe('problemTexts', () => {
  const place = { file: 'params.yaml', line: 2, col: 8 }
  const of = (stage: string, said: string, at?: typeof place) => ({
    code: 'PARAM_TYPE' as const,
    message: `stage '${stage}': ${said}`,
    ...(at && { place: at }),
    hint: `see stages/${stage}.ts`,
  })

  it('says once what several stages find wrong at one place', () => {
    expect(
      problemTexts([of('a', 'no', place), of('b', 'never', place), of('c', 'no', place)]),
    ).toEqual([
      "error[PARAM_TYPE]: stage 'a': no\n  --> params.yaml:2:8\n  help: see stages/a.ts\n  the same in: c",
      "error[PARAM_TYPE]: stage 'b': never\n  --> params.yaml:2:8\n  help: see stages/b.ts",
    ])
  })

  it('keeps apart what has no place, or another one', () => {
    expect(problemTexts([of('a', 'no'), of('b', 'no')])).toHaveLength(2)
    expect(problemTexts([of('a', 'no', place), of('b', 'no', { ...place, col: 9 })])).toHaveLength(
      2,
    )
  })
})
