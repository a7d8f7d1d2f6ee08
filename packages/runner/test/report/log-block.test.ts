// A log as it is read: no control codes, lines as a terminal leaves them, the middle of a long one left out and counted.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HEAD_LINES, leftOutLine, readableLog, TAIL_LINES } from '../../src/report/log-block.ts'

const MOST = HEAD_LINES + TAIL_LINES
const line = fc.stringMatching(/^[a-z ]{0,12}[a-z]$/)
const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `line ${n}`)

describe('readableLog', () => {
  it('leaves a short plain log as it is, but for blanks at its end', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: MOST }), (lines) => {
        const text = lines.join('\n')
        expect(readableLog(text)).toBe(text)
        expect(readableLog(`${text}\n\n  \n`)).toBe(text)
      }),
    )
  })

  it('is idempotent on a log that fits', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const once = readableLog(text)
        expect(readableLog(once)).toBe(once.trimEnd())
      }),
    )
  })

  it('shows as many lines of a long log as it says, and counts the rest', () => {
    fc.assert(
      fc.property(fc.integer({ min: MOST + 1, max: 3 * MOST }), (count) => {
        const lines = numbered(count)
        const shown = readableLog(lines.join('\n')).split('\n')
        expect(shown).toHaveLength(MOST + 1)
        expect(shown.slice(0, HEAD_LINES)).toEqual(lines.slice(0, HEAD_LINES))
        expect(shown[HEAD_LINES]).toBe(`… ${count - MOST} lines left out …`)
        expect(shown.slice(HEAD_LINES + 1)).toEqual(lines.slice(-TAIL_LINES))
      }),
      { numRuns: 20 },
    )
  })

  it('leaves nothing out of a log of exactly the most lines', () => {
    const text = numbered(MOST).join('\n')
    expect(readableLog(text, 'log.txt')).toBe(text)
    expect(readableLog(`${text}\nmore`, 'log.txt')).toContain(
      '… 1 lines left out; the whole log: log.txt …',
    )
  })

  it('shows the last state of a line that was rewritten', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (states) => {
        expect(readableLog(states.join('\r'))).toBe(states.at(-1))
        expect(readableLog(`${states.join('\r')}\r\nnext`)).toBe(`${states.at(-1)}\nnext`)
      }),
    )
  })

  it.each([
    ['\u001b[31mred\u001b[39m', 'red'],
    ['\u001b[2K\u001b[1Gagain', 'again'],
    ['\u001b]8;;https://example.org\u0007link\u001b]8;;\u0007', 'link'],
    ['\r\r', ''],
    ['a\n\r\nb', 'a\n\nb'],
    ['', ''],
  ])('%j is read as %j', (text, read) => {
    expect(readableLog(text)).toBe(read)
  })

  it('cuts long lines one by one', () => {
    const shown = readableLog(`short\n${'x'.repeat(5000)}\nshort too`).split('\n')
    expect(shown.map((one) => one.length)).toEqual([5, 1001, 9])
    expect(shown[1]?.endsWith('x…')).toBe(true)
  })
})

describe('leftOutLine', () => {
  it('names the whole log where there is one', () => {
    expect(leftOutLine('3 lines', undefined)).toBe('… 3 lines left out …')
    expect(leftOutLine('1.2 MB', 'logs/a.log')).toBe(
      '… 1.2 MB left out; the whole log: logs/a.log …',
    )
  })
})
