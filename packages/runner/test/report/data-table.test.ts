// Tables of data in what a cell shows: Arquero's, known by its methods.
import { expect, test } from 'vitest'
import { checkChart, withRows } from '../../src/report/chart-data.ts'
import { isDataTable, tableRows, tableView } from '../../src/report/data-table.ts'
import type { DataTable } from '../../src/report/show.ts'

/** A table as Arquero gives one, of columns of one length. */
function dataTable(columns: Readonly<Record<string, readonly unknown[]>>): DataTable {
  return {
    columnNames: () => Object.keys(columns),
    numRows: () => Object.values(columns)[0]?.length ?? 0,
    getter: (name) => (row) => columns[name]?.[row],
  }
}

test('is known by its methods', () => {
  expect(isDataTable(dataTable({}))).toBe(true)
  for (const other of [null, 'table', { columns: [], rows: [] }, { columnNames: [], numRows: 1 }])
    expect(isDataTable(other)).toBe(false)
})

test('a cell is what people read: dates as text, objects as JSON, blanks as null', () => {
  const table = dataTable({
    a: [1.5, 2n ** 63n, Number.NaN, true],
    day: [new Date('2024-01-31'), new Date('2024-01-31T08:30:00Z'), new Date(Number.NaN), null],
    odd: [{ x: 1 }, [1, 2], undefined, 'text'],
  })
  expect(tableView(table, { caption: 'Odd' })).toEqual({
    caption: 'Odd',
    columns: ['a', 'day', 'odd'],
    rows: [
      [1.5, '2024-01-31', '{"x":1}'],
      [2n ** 63n, '2024-01-31T08:30:00.000Z', '[1,2]'],
      [Number.NaN, 'Invalid Date', null],
      [true, null, 'text'],
    ],
  })
})

test('rows that are left out are told in the caption', () => {
  const table = dataTable({ n: Array.from({ length: 250 }, (_, at) => at) })
  expect(tableView(table)).toMatchObject({ caption: 'the first 100 of 250 rows' })
  const view = tableView(table, { caption: 'Users', rows: 2 })
  expect(view).toMatchObject({ caption: 'Users; the first 2 of 250 rows', rows: [[0], [1]] })
  expect(tableView(table, { rows: 250 })).not.toHaveProperty('caption')
})

test('the data of a chart, of its layers and of its parts may be tables', () => {
  const table = dataTable({ x: [1, 2], y: ['a', null] })
  const values = [
    { x: 1, y: 'a' },
    { x: 2, y: null },
  ]
  expect(tableRows(table)).toEqual(values)
  const spec = {
    data: table,
    mark: 'bar',
    layer: [{ data: { values: table, name: 'own' } }, { data: { values: [{ x: 3 }] } }],
    spec: { hconcat: [{ data: table }] },
  }
  expect(withRows(spec)).toEqual({
    data: { values },
    mark: 'bar',
    layer: [{ data: { values, name: 'own' } }, { data: { values: [{ x: 3 }] } }],
    spec: { hconcat: [{ data: { values } }] },
  })
})

test('a table with too many rows for a chart is refused', () => {
  const rows = (length: number) => dataTable({ x: Array.from({ length }, (_, at) => at) })
  expect(() => withRows({ data: rows(5001) })).toThrow(
    expect.objectContaining({ code: 'CHART_TOO_LARGE' }),
  )
  const layered = withRows({ layer: [{ data: rows(3000) }, { data: rows(3000) }] })
  expect(() => checkChart(layered)).toThrow(expect.objectContaining({ code: 'CHART_TOO_LARGE' }))
})
