// Specifications of Vega in UTC: scales, time units and expressions are turned, data never.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inUtc } from '../../src/report/utc.ts'

it('turns scales of time, and leaves other things with that type alone', () => {
  const scale = { name: 'x', type: 'time', range: 'width' }
  const field = { name: 'month', type: 'time' }
  expect(inUtc({ scales: [scale, { ...scale, type: 'linear' }], field })).toEqual({
    scales: [
      { ...scale, type: 'utc' },
      { ...scale, type: 'linear' },
    ],
    field,
  })
})

it('gives a time unit the zone, unless it has one', () => {
  const unit = { type: 'timeunit', units: ['year'] }
  expect(inUtc([unit, { ...unit, timezone: 'local' }])).toEqual([
    { ...unit, timezone: 'utc' },
    { ...unit, timezone: 'local' },
  ])
})

it('turns formats in expressions and axes, by whole names only', () => {
  expect(
    inUtc({
      encode: { text: { signal: "timeFormat(datum.a, '%b') + mytimeFormat(1) + time(2)" } },
      update: 'timeParse(x) < timeOffset("day", x)',
      axis: { formatType: 'time', format: '%b', title: 'timeFormat(' },
    }),
  ).toEqual({
    encode: { text: { signal: "utcFormat(datum.a, '%b') + mytimeFormat(1) + time(2)" } },
    update: 'utcParse(x) < utcOffset("day", x)',
    axis: { formatType: 'utc', format: '%b', title: 'timeFormat(' },
  })
})

it('turns the members of an update that is a list of marks', () => {
  expect(inUtc({ update: { text: { signal: 'timeFormat(1)' } } })).toEqual({
    update: { text: { signal: 'utcFormat(1)' } },
  })
})

it('property: rows stay as they are, whatever they are named', () => {
  const name = fc.constantFrom('type', 'range', 'signal', 'update', 'formatType', 'a')
  const value = fc.constantFrom<unknown>('time', 'timeunit', 'timeFormat(1)', 3, null)
  fc.assert(
    fc.property(fc.array(fc.dictionary(name, value)), (values) => {
      expect(inUtc({ data: [{ name: 'source', values }] })).toEqual({
        data: [{ name: 'source', values }],
      })
    }),
  )
})
