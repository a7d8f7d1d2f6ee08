// The machine's clock, and times as people read them.
import { expect, it } from 'vitest'
import { systemClock } from '../src/process/clock.ts'
import { secondText } from '../src/values/time-text.ts'

it('tells the time of day, and a count that does not go back', () => {
  const [before, now, after] = [Date.now(), systemClock.now().getTime(), Date.now()]
  expect(before <= now && now <= after).toBe(true)
  const first = systemClock.elapsed()
  expect(systemClock.elapsed()).toBeGreaterThanOrEqual(first)
})

it('a time is read to the second, in UTC', () => {
  expect(secondText('2024-03-01T12:30:05.123Z')).toBe('2024-03-01 12:30:05 UTC')
})
