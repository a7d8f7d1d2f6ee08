// How the width of a terminal is divided among the columns of a table.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textTable } from '../../src/terminal/table.ts'
import { displayWidth } from '../../src/terminal/width.ts'

/** Columns, all set right so that no blank at the end is cut, each with one cell of that width. */
function tableOf(widths: readonly number[], width: number): string[][] {
  const columns = widths.map(() => ({ title: '', align: 'right' as const }))
  const rows = [widths.map((count) => 'x'.repeat(count))]
  const cells: string[][] = []
  textTable({ columns, rows }, width, (text, { row, column }) => {
    const line = row + 1
    cells[line] ??= []
    const at = cells[line]
    if (at) at[column] = text
    return text
  })
  return cells
}

/** The widths that columns get when a column is taken from the widest, the last of equals, until all fit. */
function slowly(natural: readonly number[], room: number): number[] {
  const widths = [...natural]
  while (widths.reduce((sum, width) => sum + width, 0) > room) {
    const widest = Math.max(...widths)
    if (widest <= 4) break
    widths[widths.lastIndexOf(widest)] = widest - 1
  }
  return widths
}

const natural = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 })

describe('the columns', () => {
  it('property: give from the widest, column by column, until all fit', () => {
    fc.assert(
      fc.property(natural, fc.integer({ min: 1, max: 120 }), (widths, width) => {
        const got = (tableOf(widths, width)[1] ?? []).map(displayWidth)
        expect(got).toEqual(slowly(widths, width - 2 * (widths.length - 1)))
      }),
    )
  })

  it('of equal width give alike, also where they are huge', () => {
    expect(tableOf([10, 10], 17)[1]?.map(displayWidth)).toEqual([8, 7])
    expect(tableOf([100_000, 5, 100_000], 50)[1]?.map(displayWidth)).toEqual([21, 5, 20])
  })

  it('stay whole where there is room, however little the table needs', () => {
    expect(tableOf([3, 10], 15)[1]).toEqual(['xxx', 'x'.repeat(10)])
    expect(tableOf([3, 10], 14)[1]).toEqual(['xxx', `${'x'.repeat(8)}…`])
  })

  it('are as wide as their widest cell or heading', () => {
    const columns = [{ title: 'long heading' }, { title: 'n' }]
    const rows = [['a', 'wide cell'], ['b']]
    expect(textTable({ columns, rows }, 80)).toEqual([
      'long heading  n',
      'a             wide cell',
      'b             ',
    ])
  })
})

it('cells are painted once they are padded, with their place; headings have row -1', () => {
  const columns = [{ title: 'a' }, { title: 'b' }]
  const places: string[] = []
  const lines = textTable({ columns, rows: [['1', '22']] }, 80, (text, { row, column }) => {
    places.push(`${row}:${column}`)
    return `<${text}>`
  })
  expect(places).toEqual(['-1:0', '-1:1', '0:0', '0:1'])
  expect(lines).toEqual(['<a>  <b>', '<1>  <22>'])
})
