// The small parts of a page: numbers, tables, figures, logs.
import { describe, expect, it } from 'vitest'
import { metricsHtml } from '../../src/report/figures.ts'
import { readableLog } from '../../src/report/log-block.ts'
import { columnFormat, formatChange, formatNumber } from '../../src/report/number.ts'
import { tableHtml } from '../../src/report/table-html.ts'
import { textWidth } from '../../src/report/text-width.ts'

describe('numbers', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [7043, '7043'],
    [2024, '2024'],
    [12345, '12\u202f345'],
    [-1234567, '−1\u202f234\u202f567'],
    [0.83123, '0.8312'],
    [0.5, '0.5'],
    [12.345678, '12.35'],
    [1234.56, '1234.6'],
    [0.00123, '0.0012'],
    [0.0000123, '1.23e-5'],
    [-1e21, '−1.00e21'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%d is written %s', (value, text) => expect(formatNumber(value)).toBe(text))

  it('gives a column the same decimals, but for what they cannot show', () => {
    const format = columnFormat([0.5, 0.8312345, 3, -0.25, 1e-7, Number.NaN])
    expect([0.5, 0.8312345, 3, -0.25, 1e-7, Number.NaN].map(format)).toEqual([
      '0.5000',
      '0.8312',
      '3.0000',
      '−0.2500',
      '1.00e-7',
      'NaN',
    ])
  })

  it('never writes a minus before a zero', () => {
    expect(columnFormat([0.5])(-0.001)).toBe('0.0')
  })

  it('says a change with its sign', () => {
    expect([0.0123, -4, 0].map(formatChange)).toEqual(['+0.0123', '−4', '±0'])
  })
})

describe('tableHtml', () => {
  it('sets numbers right, nulls as dashes, texts as they are', () => {
    const html = tableHtml({
      columns: ['a', 'b'],
      rows: [
        ['x', 1],
        [true, null],
      ],
    })
    expect(html).toContain('<th scope="col">a</th><th scope="col" class="num">b</th>')
    expect(html).toContain('<td>x</td><td class="num">1</td>')
    expect(html).toContain('<td>true</td><td class="num"><span class="none">–</span></td>')
    expect(html).not.toContain('Shown')
  })

  it('cuts rows, columns and cells, and says so', () => {
    const columns = Array.from({ length: 61 }, (_, n) => `c${n}`)
    const rows = Array.from({ length: 201 }, () => columns.map(() => 'x'.repeat(500)))
    const html = tableHtml({ columns, rows })
    expect(html.match(/<tr>/g)).toHaveLength(201)
    expect(html).not.toContain('c60')
    expect(html).not.toContain('x'.repeat(401))
    expect(html).toContain('Shown: the first 200 of 201 rows and the first 60 of 61 columns.')
  })
})

describe('metricsHtml', () => {
  it('shows the change since the last run', () => {
    const html = metricsHtml(
      { auc: 0.8312, n: 5, kind: 'mlp', fresh: 1, gone: null },
      { auc: 0.8, n: 5, kind: 'logistic', gone: 3 },
    )
    const changes = [...html.matchAll(/<span class="change"[^>]*>([^<]*)</g)].map(
      ([, text]) => text,
    )
    expect(changes).toEqual(['▲ +0.0312', 'unchanged', 'was logistic', 'was 3'])
  })

  it('a figure that rounds to zero from below is unchanged from zero, and NaN from NaN', () => {
    const html = metricsHtml({ drift: -0, auc: Number.NaN }, { drift: 0, auc: Number.NaN })
    expect(html.match(/>unchanged</g)).toHaveLength(2)
    expect(html).not.toContain('▼')
  })

  it('shows the first 60 figures, and says how many there are', () => {
    const figures = (count: number) =>
      metricsHtml(Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n])))
    expect(figures(60)).not.toContain('Shown')
    expect(figures(61).match(/class="tile"/g)).toHaveLength(60)
    expect(figures(61)).toContain('Shown: the first 60 of 61 figures.')
  })

  it('is not fooled by names that objects inherit', () => {
    expect(metricsHtml({ constructor: 1, toString: 2 })).not.toContain('change')
  })
})

describe('readableLog', () => {
  it('takes out colours and keeps the last state of a rewritten line', () => {
    expect(readableLog('\u001b[31mred\u001b[0m\r\n10 %\r50 %\r100 %\ndone\n\n')).toBe(
      'red\n100 %\ndone',
    )
  })

  it('leaves out the middle of a long log and says how much', () => {
    const lines = readableLog(Array.from({ length: 1000 }, (_, n) => `l${n}`).join('\n')).split(
      '\n',
    )
    expect(lines).toHaveLength(201)
    expect([lines[0], lines[59], lines[60], lines[61], lines[200]]).toEqual([
      'l0',
      'l59',
      '… 800 lines left out …',
      'l860',
      'l999',
    ])
  })

  it('says where the whole log is, if that is known', () => {
    expect(readableLog('l\n'.repeat(201), '.weir/logs/a.txt')).toContain(
      '… 1 lines left out; the whole log: .weir/logs/a.txt …',
    )
  })

  it('cuts a line that is too long', () => {
    expect(readableLog('x'.repeat(5000))).toHaveLength(1001)
  })
})

describe('textWidth', () => {
  it('grows with the letters and their size, and knows narrow from wide', () => {
    expect(textWidth('', 12)).toBe(0)
    expect(textWidth('iii', 12)).toBeLessThan(textWidth('mmm', 12))
    expect(textWidth('abc', 24)).toBeGreaterThan(1.9 * textWidth('abc', 12))
    expect(textWidth('日本', 10)).toBe(20)
  })
})
