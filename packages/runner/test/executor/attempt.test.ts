// An attempt with an executor that a test holds in its hand: what the session does with each thing that it is told.
import { CodedError } from '@weir/base'
import { describe, expect, it } from 'vitest'
import type { Executor, Said, Status } from '../../src/execute/executor.ts'
import type { Result } from '../../src/execute/task.ts'
import { Pipeline, type StageText } from '../run/rig.ts'

const DONE: Result = {
  ended: { how: 'done' },
  metrics: {},
  shown: [],
  outputs: ['a'],
  seconds: 0.1,
}

/** A project of one stage whose tasks the methods given here run; by default its output is written and it is done. */
function project(methods: (it: Pipeline) => Partial<Executor>, more: StageText = {}): Pipeline {
  const it: Pipeline = new Pipeline(
    { a: { cmd: 'never run', outs: ['a'], ...more } },
    {},
    {
      executor: () => ({
        submit: async () => {
          it.write({ a: 'made' })
          return 'task'
        },
        poll: async () => ({ state: 'ended', result: DONE }),
        cancel: async () => undefined,
        async *logs() {},
        capacity: async () => ({ tasks: 1 }),
        ...methods(it),
      }),
    },
  )
  return it
}

/** What cannot be read. */
function rejecting(error: Error): AsyncIterable<Said> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) }
}

const said = (...items: readonly Said[]): Executor['logs'] =>
  async function* () {
    yield* items
  }

describe('an attempt', () => {
  it('commits what was made, whoever made it', async () => {
    const it = project(() => ({}))
    expect((await it.run()).outcomes).toEqual(['a ran'])
    expect((await it.run()).outcomes).toEqual(['a cached'])
    expect(it.read('a')).toBe('made')
  })

  it('commits nothing that the result does not name, whatever stands there', async () => {
    const it = project(() => ({
      poll: async () => ({ state: 'ended', result: { ...DONE, outputs: [] } }),
    }))
    expect((await it.run()).results[0]?.problem?.code).toBe('OUT_MISSING')
    expect(it.read('a')).toBe(undefined)
  })

  it('polls through the states, each time for another one than it has seen', async () => {
    const seen: string[] = []
    const states: Status[] = [
      { state: 'waiting' },
      { state: 'running' },
      { state: 'stopping' },
      { state: 'ended', result: DONE },
    ]
    const it = project(() => ({
      async poll(_, state) {
        seen.push(state)
        return states[seen.length - 1] ?? { state: 'ended', result: DONE }
      },
    }))
    expect((await it.run()).ok).toBe(true)
    expect(seen).toEqual(['waiting', 'waiting', 'running', 'stopping'])
  })

  it('waits for the last line also when the task has ended long before', async () => {
    let ended = (): void => undefined
    const end = new Promise<void>((done) => {
      ended = done
    })
    const it = project(() => ({
      async poll() {
        setImmediate(ended)
        return { state: 'ended', result: DONE }
      },
      async *logs() {
        await end
        yield { kind: 'line', text: 'late' } as const
      },
    }))
    expect((await it.run()).ok).toBe(true)
    expect(it.read('.weir/logs/a.txt')).toBe('late\n')
  })

  it('takes nothing more while its own reader is behind, until the task is to end', async () => {
    const behind = (): Promise<void> => new Promise(() => undefined)
    let [taken, stop] = [0, (): void => undefined]
    const stopped = new Promise<void>((done) => {
      stop = done
    })
    const it = project(() => ({
      async poll(_, state) {
        if (state === 'running') await stopped
        if (state === 'waiting') return { state: 'running' }
        return state === 'running' ? { state: 'stopping' } : { state: 'ended', result: DONE }
      },
      async *logs() {
        for (; taken < 3; taken++) yield { kind: 'line', text: `${taken}` } as const
      },
    }))
    const run = it.run(
      {},
      (event) => {
        // The first line is told, and the next one not asked for; it is only once the task is to end.
        if (event.kind === 'stage_log' && event.line === '0') setImmediate(() => setImmediate(stop))
        if (event.kind === 'stage_log' && event.line === '1') expect(taken).toBe(1)
      },
      new AbortController().signal,
      { behind },
    )
    expect((await run).ok).toBe(true)
    expect(it.read('.weir/logs/a.txt')).toBe('0\n1\n2\n')
  })

  it('shows progress and warnings without secrets, and writes neither into the log', async () => {
    const it = project(
      () => ({
        logs: said(
          { kind: 'progress', progress: { done: 1, note: 'with gehe1m' } },
          { kind: 'warning', message: 'the node is slow' },
          { kind: 'line', text: 'gehe1m' },
        ),
      }),
      { env: { TOKEN: { secret: true } } },
    )
    it.environment.TOKEN = 'gehe1m'
    const { events } = await it.run()
    expect(events).toContainEqual({
      kind: 'stage_progress',
      stage: 'a',
      progress: { done: 1, note: 'with ***' },
    })
    expect(events).toContainEqual({ kind: 'warning', stage: 'a', message: 'the node is slow' })
    expect(it.read('.weir/logs/a.txt')).toBe('***\n')
  })

  it.each([
    'submit',
    'poll',
    'logs',
    'capacity',
  ] as const)('fails with what an executor could not do in %s, and records nothing', async (method) => {
    const error = new CodedError('CLUSTER_AWAY', 'the cluster is away')
    const fail = async (): Promise<never> => {
      throw error
    }
    const methods = { [method]: fail, ...(method === 'logs' && { logs: () => rejecting(error) }) }
    const it = project(() => methods)
    if (method === 'capacity') await expect(it.run()).rejects.toThrow('the cluster is away')
    else {
      const { results } = await it.run()
      expect(results[0]?.problem).toMatchObject({
        code: 'CLUSTER_AWAY',
        message: "stage 'a': the cluster is away",
      })
    }
    expect(it.read('pipeline.lock') ?? '').not.toContain('key')
    expect(it.read('a')).toBe(undefined)
  })

  it('tells that a task could not be cancelled, and waits for its end', async () => {
    const stop = new AbortController()
    const it = project(() => ({
      async poll(_, state) {
        if (state === 'waiting') return { state: 'running' }
        stop.abort()
        return { state: 'ended', result: { ...DONE, ended: { how: 'cancelled' } } }
      },
      async cancel() {
        throw new Error('the cluster is away')
      },
    }))
    const { results, events } = await it.run({}, () => undefined, stop.signal)
    expect(results[0]?.problem?.code).toBe('INTERRUPTED')
    const message = 'its task could not be cancelled: the cluster is away'
    expect(events).toContainEqual({ kind: 'warning', stage: 'a', message })
  })

  it('cancels a task whose run was stopped while it was submitted, and submits none after that', async () => {
    const stop = new AbortController()
    const calls: string[] = []
    const it = project(
      (project) => ({
        async submit() {
          calls.push('submit')
          stop.abort()
          project.write({ a: 'half' })
          return 'task'
        },
        async cancel(_, how) {
          calls.push(how)
        },
        poll: async () => ({
          state: 'ended',
          result: { ...DONE, ended: { how: 'cancelled' } },
        }),
      }),
      { retries: 3 },
    )
    const { results } = await it.run({}, () => undefined, stop.signal)
    expect(calls).toEqual(['submit', 'stop'])
    expect(results[0]?.problem?.code).toBe('INTERRUPTED')
    expect(it.read('a')).toBe(undefined)
  })

  it('numbers the attempts, and gives each what is left of the time', async () => {
    const tasks: unknown[] = []
    const it = project(
      () => ({
        async submit({ id, limits }) {
          tasks.push([id.attempt, Number(limits.timeoutMs) <= 60_000])
          return 'task'
        },
        poll: async () => ({
          state: 'ended',
          result: { ...DONE, ended: { how: 'exit', code: 1, line: 'x' } },
        }),
      }),
      { retries: 1, timeout: '60s' },
    )
    expect((await it.run()).outcomes).toEqual(['a failed'])
    expect(tasks).toEqual([
      [1, true],
      [2, true],
    ])
  })

  it('counts the time that a task took by itself: then its outputs are not waited for', async () => {
    const it = project(
      () => ({ poll: async () => ({ state: 'ended', result: { ...DONE, seconds: 3600 } }) }),
      { timeout: '60s' },
    )
    const { results } = await it.run()
    expect(results[0]?.problem?.code).toBe('STAGE_TIMEOUT')
    expect(it.read('a')).toBe(undefined)
  })
})
