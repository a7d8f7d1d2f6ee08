// The check of what cells report, and the form in which what they show is recorded.
import { describe, expect, it } from 'vitest'
import type { ShownBlock } from '../../src/execute/cell-message.ts'
import { wrongMessage } from '../../src/execute/cell-message-form.ts'
import { recordedBlock } from '../../src/execute/recorded-block.ts'

const table = (columns: unknown, rows: unknown, more: object = {}) => ({
  kind: 'show',
  block: { kind: 'table', view: { columns, rows, ...more } },
})

describe('a message', () => {
  it.each([
    { kind: 'title', title: '' },
    { kind: 'log', line: 'a' },
    { kind: 'done' },
    { kind: 'failed', code: 'A_1', message: 'm' },
    { kind: 'failed', code: 'A', message: 'm', where: 'w', hint: undefined },
    {
      kind: 'failed',
      code: 'A',
      message: 'm',
      place: { file: 'a', line: 1, col: 2, excerpt: 'x' },
    },
    { kind: 'progress', progress: { done: 0 } },
    { kind: 'progress', progress: { done: 1e308, total: 0, unit: 'u', note: 'n' } },
    { kind: 'metrics', values: {} },
    { kind: 'metrics', values: { a: 1, b: 'x', c: null, d: false, e: -0.5 } },
    { kind: 'show', block: { kind: 'markdown', text: '' } },
    { kind: 'show', block: { kind: 'chart', spec: {}, title: 't', alt: '' } },
    table([], []),
    table(['a'], [[1, 'x'], [5n, null], [Number.NaN, true], [undefined], []], { caption: 'c' }),
  ])('of the right form: %o', (message) => {
    expect(wrongMessage(message)).toBeUndefined()
  })

  it.each([
    [undefined, 'a message is undefined'],
    [7, 'a message is 7'],
    [{}, 'a message has the unknown kind undefined'],
    [{ kind: '__proto__' }, "a message has the unknown kind '__proto__'"],
    [{ kind: 'title' }, 'title: title must be a text; it is undefined'],
    [{ kind: 'failed', code: 'A', message: 5 }, 'failed: message must be a text; it is 5'],
    [
      { kind: 'failed', code: 'A', message: '', hint: null },
      'failed: hint must be a text; it is null',
    ],
    [
      { kind: 'failed', code: 'A', message: '', place: { file: 'a', line: 0 } },
      "failed: place must be a place: {file, line?, col?, excerpt?}; it is { file: 'a', line: 0 }",
    ],
    [
      { kind: 'progress', progress: { done: Number.POSITIVE_INFINITY } },
      'progress: done must be a finite number that is not negative; it is Infinity',
    ],
    [
      { kind: 'progress', progress: { done: 1, total: '2' } },
      "progress: total must be a finite number that is not negative; it is '2'",
    ],
    [
      { kind: 'metrics', values: JSON.parse('{"__proto__":4}') },
      "metrics: '__proto__' can be the name of no figure: name it otherwise",
    ],
    [
      { kind: 'metrics', values: { a: { b: 1 } } },
      'metrics: a must be what JSON can hold: a finite number, a text, true, false or null; it is { b: 1 }',
    ],
    [
      { kind: 'show', block: { kind: 'table' } },
      'show.table: view must be an object; it is undefined',
    ],
    [table('a', []), "show.table: columns must be a list; it is 'a'"],
    [table(['a', 5], []), 'show.table: columns[1] must be a text; it is 5'],
    [table(['a'], [[1], 2]), 'show.table: rows[1] must be a list; it is 2'],
    [
      table(['a'], [[() => 1]]),
      'show.table: rows[0][0] must be a number, a text, true, false or null; it is [Function (anonymous)]',
    ],
    [table(['a'], [], { caption: 1 }), 'show.table: caption must be a text; it is 1'],
    [
      { kind: 'show', block: { kind: 'chart', spec: [], title: '', alt: '' } },
      'show.chart: spec must be an object; it is []',
    ],
  ])('of a wrong form: %o', (message, why) => {
    expect(wrongMessage(message)).toBe(why)
  })

  it('names a long value by its beginning', () => {
    expect(wrongMessage('x'.repeat(1e6))?.length).toBeLessThan(120)
  })
})

describe('what is recorded', () => {
  const recorded = (block: ShownBlock) => JSON.parse(JSON.stringify(recordedBlock(block)))

  it('keeps the digits of a BigInt and what is no number, as text', () => {
    const rows = [[2n ** 70n, Number.NaN, -1 / 0, 1.5, null, true, 'x', undefined as never]]
    expect(recorded({ kind: 'table', view: { columns: ['a'], rows, caption: 'c' } })).toEqual({
      kind: 'table',
      view: {
        columns: ['a'],
        rows: [['1180591620717411303424', 'NaN', '-Infinity', 1.5, null, true, 'x', null]],
        caption: 'c',
      },
    })
  })

  it('gives a chart numbers, and a gap where there is none', () => {
    const spec = { data: { values: [{ a: 3n, b: Number.NaN, c: new Date(0) }] } }
    expect(recorded({ kind: 'chart', spec, title: 't', alt: 'a' })).toMatchObject({
      spec: { data: { values: [{ a: 3, b: null, c: '1970-01-01T00:00:00.000Z' }] } },
    })
  })

  it('is refused for a chart that holds itself', () => {
    const spec: Record<string, unknown> = {}
    spec.self = spec
    expect(() => recordedBlock({ kind: 'chart', spec, title: '', alt: '' })).toThrow('circular')
  })
})
