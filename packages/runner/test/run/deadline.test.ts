// Times that are longer than a timer of Node can be.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { after } from '../../src/execute/after.ts'
import { deadline } from '../../src/session/deadline.ts'

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
  const none = deadline({}, signal)
  expect(none.signal).toBe(signal)
  expect(none.pause()).toBe(undefined)
  none.resume(1e9)
  none.clear()
  expect(none.passed()).toBe(false)
})

it('aborts when the time is over, which is no end of the run', () => {
  const run = new AbortController()
  const short = deadline({ timeoutMs: 5 }, run.signal)
  vi.advanceTimersByTime(5)
  expect([short.signal.aborted, short.passed(), run.signal.aborted]).toEqual([true, true, false])
})

it('stands still while an executor has the task, and counts what the task took', () => {
  const time = deadline({ timeoutMs: 100 }, new AbortController().signal)
  vi.advanceTimersByTime(30)
  expect(time.pause()).toBe(70)
  vi.advanceTimersByTime(DAY)
  expect(time.passed()).toBe(false)
  time.resume(50)
  vi.advanceTimersByTime(19)
  expect(time.passed()).toBe(false)
  vi.advanceTimersByTime(1)
  expect(time.passed()).toBe(true)
})

it('is over at once when the task took more than was left, which is at least a millisecond', () => {
  const time = deadline({ timeoutMs: 100 }, new AbortController().signal)
  vi.advanceTimersByTime(99.5)
  expect(time.pause()).toBe(1)
  time.resume(2)
  expect(time.passed()).toBe(true)
})
