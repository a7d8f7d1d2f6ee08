// Times that are longer than a timer of Node can be.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Stage } from '../../src/config/model.ts'
import { after, deadline } from '../../src/session/deadline.ts'

const DAY = 24 * 60 * 60 * 1000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it.each([1, 20, 25, 60, 100])('calls after %i days, and not before', (days) => {
  const call = vi.fn()
  after(days * DAY, call)
  vi.advanceTimersByTime(days * DAY - 1)
  expect(call).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(call).toHaveBeenCalledTimes(1)
})

it('is called off, also after a part of a long time', () => {
  const call = vi.fn()
  const clear = after(60 * DAY, call)
  vi.advanceTimersByTime(30 * DAY)
  clear()
  vi.advanceTimersByTime(60 * DAY)
  expect(call).not.toHaveBeenCalled()
})

it('of a stage without a timeout is the signal of the run itself', () => {
  const { signal } = new AbortController()
  const none = deadline({} as Stage, signal)
  expect(none.signal).toBe(signal)
  none.clear()
  expect(none.passed()).toBe(false)
})

it('aborts when the time is over, which is no end of the run', () => {
  const run = new AbortController()
  const short = deadline({ timeoutMs: 5 } as Stage, run.signal)
  vi.advanceTimersByTime(5)
  expect([short.signal.aborted, short.passed(), run.signal.aborted]).toEqual([true, true, false])
})
