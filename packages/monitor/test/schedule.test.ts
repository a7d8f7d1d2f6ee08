// Looks by a schedule, on a clock that the test turns: when each look is, and what ends them.
import { describe, expect, it } from 'vitest'
import { lookBy, scheduleOf } from '../src/schedule.ts'

/** A clock that stands still until it is set. */
function clockAt(text: string) {
  let time = new Date(text)
  return {
    now: () => time,
    elapsed: () => 0,
    set: (next: string) => {
      time = new Date(next)
    },
  }
}

describe('scheduleOf', () => {
  it.each([
    ['0 6 * * *', '2024-02-28T06:00:00Z', '2024-02-29T06:00:00.000Z'],
    ['0 6 * * *', '2024-02-28T05:59:59Z', '2024-02-28T06:00:00.000Z'],
    ['30 0 1 * *', '2024-12-01T00:30:00Z', '2025-01-01T00:30:00.000Z'],
    ['0 12 * * 1', '2024-05-01T00:00:00Z', '2024-05-06T12:00:00.000Z'],
    ['0 2 31 3 *', '2024-01-01T00:00:00Z', '2024-03-31T02:00:00.000Z'],
  ])('%s after %s is at %s, in UTC', (text, now, next) => {
    expect(scheduleOf(text).nextRun(new Date(now))?.toISOString()).toBe(next)
  })

  it.each(['', 'daily', '61 * * * *', '0 25 * * *', '* * *'])('refuses "%s"', (text) => {
    expect(() => scheduleOf(text)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringContaining(`--every ${text}: `),
        hint: expect.stringContaining('minute hour day month weekday'),
      }),
    )
  })
})

/** What is told by looks that each do the next of some things; the last one stops them. */
async function told(start: string, ...acts: ((set: (time: string) => void) => void)[]) {
  const lines: string[] = []
  const clock = clockAt(start)
  const stop = new AbortController()
  let looks = 0
  const look = async () => {
    const act = acts[looks++]
    if (looks >= acts.length) stop.abort()
    act?.(clock.set)
  }
  // Telling of the next look comes just before waiting for it: the time has come by then.
  const tell = (line: string) => {
    lines.push(line)
    const next = /^the next look is at (.*)$/.exec(line)?.[1]
    if (next !== undefined) clock.set(next)
  }
  await lookBy(scheduleOf('0 6 * * *'), look, { clock, signal: stop.signal, tell })
  return { lines, looks, now: clock.now().toISOString() }
}

const quiet = () => undefined

describe('lookBy', () => {
  it('looks at once, then at each time of the schedule', async () => {
    expect(await told('2024-02-28T05:00:00Z', quiet, quiet, quiet)).toEqual({
      lines: [
        'the next look is at 2024-02-28T06:00:00.000Z',
        'the next look is at 2024-02-29T06:00:00.000Z',
      ],
      looks: 3,
      now: '2024-02-29T06:00:00.000Z',
    })
  })

  it('lets the times pass that come while it looks', async () => {
    const long = (set: (time: string) => void) => set('2024-03-05T07:00:00Z')
    const { lines, looks } = await told('2024-02-28T05:00:00Z', long, quiet)
    expect(lines).toEqual(['the next look is at 2024-03-06T06:00:00.000Z'])
    expect(looks).toBe(2)
  })

  it('tells of a look that fails, and looks again', async () => {
    const coded = Object.assign(new Error('held by 7'), { code: 'LOCKED' })
    const failures = [new Error('no disk'), coded, 'a text'].map((failure) => () => {
      throw failure
    })
    const { lines, looks } = await told('2024-02-28T05:00:00Z', ...failures, quiet)
    expect(looks).toBe(4)
    expect(lines.filter((line) => !line.startsWith('the next'))).toEqual([
      'the look failed: no disk',
      'the look failed: LOCKED: held by 7',
      'the look failed: a text',
    ])
  })

  it('tells nothing of a look that fails because it was stopped', async () => {
    const failing = () => {
      throw new Error('aborted')
    }
    const { lines, looks } = await told('2024-02-28T05:00:00Z', failing)
    expect({ lines, looks }).toEqual({ lines: [], looks: 1 })
  })

  it('ends in the middle of waiting when it is stopped', async () => {
    const stop = new AbortController()
    let looks = 0
    await lookBy(scheduleOf('0 6 * * *'), async () => void looks++, {
      clock: clockAt('2024-02-28T06:00:00Z'),
      signal: stop.signal,
      tell: () => void setImmediate(() => stop.abort()),
    })
    expect(looks).toBe(1)
  })

  it('ends when the schedule has no more times', async () => {
    const lines: string[] = []
    await lookBy(scheduleOf('2020-01-01T00:00:00'), async () => undefined, {
      clock: clockAt('2024-02-28T06:00:00Z'),
      signal: new AbortController().signal,
      tell: (line) => void lines.push(line),
    })
    expect(lines).toEqual([])
  })
})
