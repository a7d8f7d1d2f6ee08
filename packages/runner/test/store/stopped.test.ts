// How work is broken off: by one error with a code, at once or when its signal comes, and nothing is left listening.
import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { createPace } from '../../src/store/pace.ts'
import { throwIfStopped, whenStopped } from '../../src/store/stopped.ts'

const interrupted = expect.objectContaining({ code: 'INTERRUPTED' })

it('throws for a signal that was aborted, and for no other', () => {
  const stop = new AbortController()
  throwIfStopped(undefined)
  throwIfStopped(stop.signal)
  stop.abort()
  expect(() => throwIfStopped(stop.signal)).toThrow(interrupted)
})

it('loses a race once the signal comes', async () => {
  const stop = new AbortController()
  const { promise } = whenStopped(stop.signal)
  const race = Promise.race([promise, new Promise(() => undefined)])
  stop.abort()
  await expect(race).rejects.toEqual(interrupted)
})

it('is forgotten: a signal of a long run keeps nothing of the work that is over', () => {
  const { signal } = new AbortController()
  const many = Array.from({ length: 5 }, () => whenStopped(signal))
  expect(getEventListeners(signal, 'abort')).toHaveLength(5)
  for (const one of many) one.forget()
  expect(getEventListeners(signal, 'abort')).toEqual([])
  whenStopped(undefined).forget()
})

it('a rest lets others have their turn, and ends with the signal', async () => {
  const stop = new AbortController()
  const pace = createPace(stop.signal)
  const turns: string[] = []
  setImmediate(() => turns.push('other'))
  await pace.rest()
  turns.push('work')
  expect(turns).toEqual(['other', 'work'])
  const rest = pace.rest()
  stop.abort()
  await expect(rest).rejects.toEqual(interrupted)
})
