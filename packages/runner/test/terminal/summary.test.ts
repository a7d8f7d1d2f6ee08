// The table at the end of a run: every stage once, within the width, and the counts below.
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countOutcomes, OUTCOMES, outcomeSign } from '../../src/report/outcome.ts'
import { hasColour, painter, plain, type Style } from '../../src/terminal/colour.ts'
import { type SummaryRow, summaryLines } from '../../src/terminal/summary.ts'
import { displayWidth, pad, truncate } from '../../src/terminal/width.ts'

const outcome = fc.constantFrom(...OUTCOMES)
const row: fc.Arbitrary<SummaryRow> = fc.record({
  name: fc.stringMatching(/^[a-z]{1,30}$/),
  outcome,
  seconds: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true })),
  reasons: fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 3 }),
})
const rows = fc.array(row, { maxLength: 12 })
const painted = painter({ isTTY: true }, {})

describe('summaryLines', () => {
  it('has a heading, a line a stage, a blank and the counts', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const lines = summaryLines(some, 1, 80)
        expect(lines).toHaveLength(some.length + 3)
        expect(lines.at(-2)).toBe('')
        expect(lines.at(-1)?.startsWith(countOutcomes(some.map((one) => one.outcome)))).toBe(true)
      }),
    )
  })

  it('is no wider than the terminal', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 22, max: 120 }), (some, width) => {
        for (const line of summaryLines(some, 12, width))
          expect(displayWidth(line)).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('is the same text with colours as without', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 22, max: 120 }), (some, width) => {
        const [bare, coloured] = [
          summaryLines(some, 3, width),
          summaryLines(some, 3, width, painted),
        ]
        expect(coloured.map((line) => stripVTControlCharacters(line))).toEqual(bare)
      }),
    )
  })

  it('counts the reasons that it leaves out', () => {
    const one: SummaryRow = { name: 'a', outcome: 'ran', seconds: 1.5, reasons: ['x', 'y', 'z'] }
    expect(summaryLines([one], 2, 80)).toEqual([
      'stage  outcome   time  reason',
      'a      ● ran    1.5 s  x (and 2 more)',
      '',
      '1 ran in 2.0 s',
    ])
  })
})

describe('countOutcomes', () => {
  it('counts each outcome, and does not depend on their order', () => {
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 30 }), (some) => {
        const text = countOutcomes(some)
        expect(countOutcomes([...some].reverse())).toBe(text)
        const counts = [...text.matchAll(/(\d+) /g)].map(([, n]) => Number(n))
        expect(counts.reduce((sum, n) => sum + n, 0)).toBe(some.length)
        expect(counts).toHaveLength(new Set(some).size)
      }),
    )
    expect(countOutcomes([])).toBe('none')
  })

  it('gives each outcome a sign of its own, and none to another word', () => {
    expect(new Set(OUTCOMES.map(outcomeSign)).size).toBe(OUTCOMES.length)
    expect(['', 'toString', 'running'].map(outcomeSign)).toEqual(['', '', ''])
  })
})

describe('widths', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 })
  const width = fc.nat(50)

  it('cuts to at most the width, and cuts nothing twice', () => {
    fc.assert(
      fc.property(text, width, (some, columns) => {
        const cut = truncate(some, columns)
        expect(displayWidth(cut)).toBeLessThanOrEqual(columns)
        expect(truncate(cut, columns)).toBe(cut)
      }),
    )
  })

  it('pads to exactly the width, on the side that is left free', () => {
    fc.assert(
      fc.property(text, width, (some, columns) => {
        const [left, right] = [pad(some, columns), pad(some, columns, 'right')]
        const cut = truncate(some, columns)
        expect([displayWidth(left), displayWidth(right)]).toEqual([columns, columns])
        expect([left.startsWith(cut), right.endsWith(cut)]).toEqual([true, true])
      }),
    )
  })

  it('keeps what a smaller width shows as the beginning of what a larger one shows', () => {
    fc.assert(
      fc.property(text, width, (some, columns) => {
        const small = truncate(some, columns).replace(/…$/, '')
        expect(truncate(some, columns + 5).startsWith(small)).toBe(true)
      }),
    )
  })
})

describe('colours', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [undefined, {}, false],
    [true, { TERM: 'dumb' }, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: 'false' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }, true],
  ])('on a terminal %j with %j: %j', (isTTY, env, coloured) => {
    const stream = isTTY === undefined ? {} : { isTTY }
    expect(hasColour(stream, env)).toBe(coloured)
    expect(painter(stream, env) === plain).toBe(!coloured)
  })

  it('gives the colour back after each text, and paints no empty one', () => {
    const styles: Style[] = ['bold', 'dim', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan']
    const codes = styles.map((style) => painted(style, 'x'))
    expect(new Set(codes).size).toBe(styles.length)
    for (const code of codes) {
      expect(stripVTControlCharacters(code)).toBe('x')
      expect(['[22m', '[39m']).toContain(code.slice(-4))
    }
    expect(styles.map((style) => painted(style, ''))).toEqual(styles.map(() => ''))
  })
})
