// The date of a period as a param: the schema takes just the days that the calendar has.
import { Check } from '@sinclair/typebox/value'
import { AsOf, asOfOr } from '@weir/formats/as-of'
import { isDate } from '@weir/formats/definition-references'
import { expect, test } from 'vitest'

test('every day of the years that differ, and every day that there is not', () => {
  const two = (number: number) => String(number).padStart(2, '0')
  for (const year of ['1900', '2000', '2004', '2023', '2024', '2100', '2400'])
    for (let month = 0; month <= 13; month++)
      for (let day = 0; day <= 32; day++) {
        const text = `${year}-${two(month)}-${two(day)}`
        expect(Check(AsOf, text), text).toBe(isDate(text))
      }
})

test('nothing before, behind or instead', () => {
  for (const text of ['', '2024-1-31', ' 2024-01-31', '2024-01-31\n', '2024-01-31T00', 'previous'])
    expect(Check(AsOf, text), text).toBe(false)
})

test('or one of some words', () => {
  const schema = asOfOr('production', 'previous')
  for (const text of ['production', 'previous', '2024-02-29'])
    expect(Check(schema, text)).toBe(true)
  for (const text of ['prev', '2023-02-29', 'previous2024-01-31', ''])
    expect(Check(schema, text)).toBe(false)
})
