// The schedule: order, parallelism and failure, told by what happened and not by the clock.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/session/events.ts'
import { gate, Pipeline, type StageText } from './rig.ts'

const out = (name: string, deps: string[] = [], cmd = `echo ${name} > ${name}.out`): StageText => ({
  cmd,
  deps: deps.map((dep) => `${dep}.out`),
  outs: [`${name}.out`],
})

/** `+a` for a start and `-a` for an end, in order. */
function course(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.kind === 'stage_started') return `+${event.stage}`
    return event.kind === 'stage_ended' ? `-${event.result.name}` : []
  })
}

const reasonsOf = (
  results: readonly { name: string; reasons: readonly object[] }[],
  name: string,
) => results.find((result) => result.name === name)?.reasons

describe('parallelism', () => {
  it('starts the second stage while the first one runs', async () => {
    const it = new Pipeline({
      a: out('a', [], `${gate('go')}; touch a.out`),
      b: out('b', [], `${gate('go')}; touch b.out`),
    })
    const started = new Set<string>()
    const { ok, events } = await it.run({ jobs: 2 }, (event) => {
      if (event.kind === 'stage_started') started.add(event.stage)
      if (started.size === 2) it.open('go')
    })
    expect(ok).toBe(true)
    expect(course(events).slice(0, 2)).toEqual(['+a', '+b'])
  })

  it('with one job goes stage by stage, in the order of the file', async () => {
    const it = new Pipeline({ c: out('c'), a: out('a'), b: out('b') })
    const { events } = await it.run({ jobs: 1 })
    expect(course(events)).toEqual(['+c', '-c', '+a', '-a', '+b', '-b'])
  })

  it('prefers what comes first in the order among what is ready', async () => {
    const it = new Pipeline({ a: out('a'), b: out('b', ['a']), c: out('c') })
    const { events } = await it.run({ jobs: 1 })
    expect(course(events)).toEqual(['+a', '-a', '+b', '-b', '+c', '-c'])
  })

  it('property: each starts after all before it ended, never more than the jobs, each ends once', {
    timeout: 60_000,
  }, async () => {
    const dags = fc.array(fc.uniqueArray(fc.nat(10), { maxLength: 3 }), {
      minLength: 3,
      maxLength: 7,
    })
    await fc.assert(
      fc.asyncProperty(dags, fc.integer({ min: 1, max: 3 }), async (reads, jobs) => {
        const deps = reads.map((some, index) =>
          index === 0 ? [] : [...new Set(some.map((one) => `s${one % index}`))],
        )
        const it = new Pipeline(
          Object.fromEntries(deps.map((before, index) => [`s${index}`, out(`s${index}`, before)])),
        )
        const { ok, events } = await it.run({ jobs })
        expect(ok).toBe(true)
        const steps = course(events)
        for (const [index, before] of deps.entries()) {
          for (const other of before)
            expect(steps.indexOf(`-${other}`)).toBeLessThan(steps.indexOf(`+s${index}`))
          expect(steps.filter((step) => step === `-s${index}`)).toHaveLength(1)
        }
        let running = 0
        for (const step of steps) {
          running += step.startsWith('+') ? 1 : -1
          expect(running).toBeLessThanOrEqual(jobs)
        }
      }),
      { numRuns: 8 },
    )
  })
})

describe('failure', () => {
  const stages = {
    bad: out('bad', [], 'echo about to fail; exit 3'),
    after: out('after', ['bad']),
    last: out('last', ['after']),
    other: out('other'),
  }

  it('stops what was not started, and names the stage that failed all the way down', async () => {
    const { outcomes, results, ok } = await new Pipeline(stages).run({ jobs: 1 })
    expect(ok).toBe(false)
    expect(outcomes).toEqual(['bad failed', 'after skipped', 'last skipped', 'other skipped'])
    expect(reasonsOf(results, 'after')).toEqual([{ kind: 'upstream_failed', stage: 'bad' }])
    expect(reasonsOf(results, 'last')).toEqual([{ kind: 'upstream_failed', stage: 'bad' }])
    expect(reasonsOf(results, 'other')).toEqual([{ kind: 'not_started' }])
    expect(results[0]).toMatchObject({
      problem: { code: 'STAGE_FAILED', message: expect.stringContaining('exited with 3') },
      tail: expect.arrayContaining(['about to fail']),
    })
  })

  it('with keepGoing runs what does not depend on it', async () => {
    const { outcomes } = await new Pipeline(stages).run({ jobs: 1, keepGoing: true })
    expect(outcomes).toEqual(['bad failed', 'after skipped', 'last skipped', 'other ran'])
  })

  it('an abort ends what runs and starts nothing more; what follows only did not get its turn', async () => {
    const it = new Pipeline({
      a: out('a', [], gate('never')),
      b: out('b', ['a']),
      c: out('c', ['b']),
      d: out('d'),
    })
    const stop = new AbortController()
    const { outcomes, results } = await it.run(
      { jobs: 1 },
      (event) => {
        if (event.kind === 'stage_started') stop.abort()
      },
      stop.signal,
    )
    expect(outcomes).toEqual(['a failed', 'b skipped', 'c skipped', 'd skipped'])
    expect(results[0]?.problem?.code).toBe('INTERRUPTED')
    expect(reasonsOf(results, 'd')).toEqual([{ kind: 'not_started' }])
  })
})
