// The SQL that reads raw texts as typed values: what each type takes, and what is none.

import { COLUMN_TYPES, type ColumnType } from '@weir/formats/column-types'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { text } from '@weir/tables/quote'
import { expect, test } from 'vitest'

async function values(type: ColumnType, texts: readonly string[]): Promise<(string | null)[]> {
  const select = texts.map(
    (raw, at) => `CAST(${COLUMN_TYPES[type].parse(text(raw))} AS VARCHAR) AS c${at}`,
  )
  const [row = {}] = await withDuckDB((db) => rowsOf(db, `SELECT ${select.join(', ')}`))
  return Object.values(row) as (string | null)[]
}

test.each<[ColumnType, [string, string | null][]]>([
  [
    'boolean',
    [
      ['True', 'true'],
      ['FALSE', 'false'],
      ['yes', 'true'],
      ['n', 'false'],
      ['1', 'true'],
      ['0.0', 'false'],
      [' true ', 'true'],
      ['', null],
      ['  ', null],
      ['2', null],
      ['maybe', null],
    ],
  ],
  [
    'integer',
    [
      ['12', '12'],
      ['-3', '-3'],
      ['12.0', '12'],
      ['1e3', '1000'],
      ['1.5', null],
      ['abc', null],
      ['', null],
      ['9007199254740993', '9007199254740993'],
      ['99999999999999999999', null],
    ],
  ],
  [
    'number',
    [
      ['1.5', '1.5'],
      ['-2', '-2.0'],
      [' 3 ', '3.0'],
      ['1e3', '1000.0'],
      ['NaN', null],
      ['inf', null],
      ['1,5', null],
      ['', null],
    ],
  ],
  [
    'date',
    [
      ['2024-02-29', '2024-02-29'],
      ['2024-01-31 00:00:00', '2024-01-31'],
      ['2023-02-29', null],
      ['31/01/2024', null],
      ['2024-01-31 10:00:00', null],
      ['', null],
    ],
  ],
  [
    'timestamp',
    [
      ['2024-01-31 10:00:00', '2024-01-31 10:00:00'],
      ['2024-01-31T10:00:00+02:00', '2024-01-31 08:00:00'],
      ['2024-01-31', '2024-01-31 00:00:00'],
      ['noon', null],
    ],
  ],
  [
    'string',
    [
      [' a ', ' a '],
      ['  ', null],
      ['', null],
    ],
  ],
  [
    'category',
    [
      ['No', 'No'],
      ['', null],
    ],
  ],
])('%s', async (type, cases) => {
  const texts = cases.map(([raw]) => raw)
  expect(await values(type, texts)).toEqual(cases.map(([, value]) => value))
})
