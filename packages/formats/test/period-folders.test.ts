// Which period a folder of exports holds.
import { describe, expect, it } from 'vitest'
import { periodFolders } from '../src/period-folders.ts'

describe('periodFolders', () => {
  it('takes dates as they are and others by the map, earliest first', () => {
    const found = periodFolders(['2024-02-29', 'month_000', '2023-12-31'], {
      month_000: '2024-01-31',
    })
    expect(found).toEqual({
      periods: [
        { asOf: '2023-12-31', folder: '2023-12-31' },
        { asOf: '2024-01-31', folder: 'month_000' },
        { asOf: '2024-02-29', folder: '2024-02-29' },
      ],
      ignored: [],
      twice: null,
    })
  })

  it('ignores what is no date, a date that the calendar has not, and names of every object', () => {
    const folders = ['notes', '2024-02-30', 'constructor', '__proto__']
    expect(periodFolders(folders, {})).toEqual({ periods: [], ignored: folders, twice: null })
  })

  it('tells the first two folders of one period', () => {
    const found = periodFolders(['2024-01-31', 'a', 'b'], { a: '2024-01-31', b: '2024-01-31' })
    expect(found.twice).toEqual([
      { asOf: '2024-01-31', folder: '2024-01-31' },
      { asOf: '2024-01-31', folder: 'a' },
    ])
    expect(found.periods).toHaveLength(1)
  })
})
