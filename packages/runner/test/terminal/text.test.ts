// Texts on a terminal: widths, colours, tables, the end summary.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration } from '../../src/report/duration.ts'
import { hasColour, painter } from '../../src/terminal/colour.ts'
import { summaryLines } from '../../src/terminal/summary.ts'
import { textTable } from '../../src/terminal/table.ts'
import { displayWidth, pad, truncate } from '../../src/terminal/width.ts'

describe('widths', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['😀', 2],
    ['\u001b[31mred\u001b[0m', 3],
    ['━●…', 3],
    ['', 0],
  ])('%j takes %d columns', (text, width) => expect(displayWidth(text)).toBe(width))

  it('cuts and pads to columns, not to letters', () => {
    expect(truncate('日本語', 4)).toBe('日…')
    expect(truncate('a\nb\u001b[31mc', 9)).toBe('a bc')
    expect(truncate('abc', 0)).toBe('')
    expect(pad('日', 4)).toBe('日  ')
    expect(pad('7', 3, 'right')).toBe('  7')
  })

  it('pads to exactly the width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 30 }),
        (text, width) => {
          expect(displayWidth(pad(text, width))).toBe(width)
        },
      ),
    )
  })
})

describe('colours', () => {
  const tty = { isTTY: true }
  it.each([
    [tty, {}, true],
    [{}, {}, false],
    [tty, { TERM: 'dumb' }, false],
    [tty, { NO_COLOR: '1' }, false],
    [tty, { NO_COLOR: '' }, true],
    [{}, { FORCE_COLOR: '1' }, true],
    [{}, { FORCE_COLOR: '' }, true],
    [tty, { FORCE_COLOR: '0' }, false],
    [tty, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ])('%j with %j: %s', (stream, env, expected) => expect(hasColour(stream, env)).toBe(expected))

  it('paints and closes, or leaves the text alone', () => {
    expect(painter(tty, {})('red', 'x')).toBe('\u001b[31mx\u001b[39m')
    expect(painter(tty, {})('red', '')).toBe('')
    expect(painter({}, {})('red', 'x')).toBe('x')
  })
})

describe('formatDuration', () => {
  it.each([
    [-1, '0.00 s'],
    [0.041, '0.04 s'],
    [0.099, '0.10 s'],
    [7.26, '7.3 s'],
    [9.96, '10 s'],
    [59.6, '1 min 00 s'],
    [185, '3 min 05 s'],
    [3599.7, '1 h 00 min'],
    [7800, '2 h 10 min'],
  ])('%d s is %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))
})

describe('textTable', () => {
  const columns = [{ title: 'name' }, { title: 'n', align: 'right' }, { title: 'note' }] as const
  const rows = [
    ['a', '1', 'short'],
    ['long name', '1000', 'a note that is rather long'],
  ]

  it('aligns columns and leaves no blanks at the end of lines', () => {
    expect(textTable({ columns, rows }, 80)).toEqual([
      'name          n  note',
      'a             1  short',
      'long name  1000  a note that is rather long',
    ])
  })

  it('takes from the widest column first', () => {
    expect(textTable({ columns, rows }, 30)).toEqual([
      'name          n  note',
      'a             1  short',
      'long name  1000  a note that …',
    ])
  })

  it('fits any width that leaves each column four', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 40 })
    const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 })
    fc.assert(
      fc.property(table, fc.integer({ min: 16, max: 100 }), (cells, width) => {
        for (const line of textTable({ columns, rows: cells }, width)) {
          expect(displayWidth(line)).toBeLessThanOrEqual(width)
        }
      }),
    )
  })
})

describe('summaryLines', () => {
  const rows = [
    { name: 'ingest', outcome: 'cached', seconds: null, reasons: ['nothing changed'] },
    {
      name: 'train',
      outcome: 'ran',
      seconds: 12.4,
      reasons: ['param train.rate: 0.01 → 0.02', 'code'],
    },
    { name: 'promote', outcome: 'failed', seconds: 0.2, reasons: ['REGISTRY_LOCKED'] },
  ] as const

  it('shows each stage with its outcome, time and reason, then the counts', () => {
    expect(summaryLines(rows, 13.1, 80)).toEqual([
      'stage    outcome    time  reason',
      'ingest   ○ cached         nothing changed',
      'train    ● ran      12 s  param train.rate: 0.01 → 0.02 (and 1 more)',
      'promote  ✕ failed  0.2 s  REGISTRY_LOCKED',
      '',
      '1 ran, 1 cached, 1 failed in 13 s',
    ])
  })

  it('paints outcomes without moving a column', () => {
    const paint = painter({}, { FORCE_COLOR: '1' })
    const painted = summaryLines(rows, 13.1, 60, paint)
    expect(painted[3]).toContain('\u001b[31m✕ failed\u001b[39m')
    expect(painted.map(displayWidth)).toEqual(summaryLines(rows, 13.1, 60).map(displayWidth))
  })

  it('says none for a run without stages', () => {
    expect(summaryLines([], 0, 80).at(-1)).toBe('none in 0.00 s')
  })
})
