// One child process: what it is given to wait for, what is read of it in any case, and when it is not started at all.
import { describe, expect, it } from 'vitest'
import { type ChildHandlers, type Launch, runProcess } from '../../src/execute/process.ts'

const never = new AbortController().signal

function shell(script: string): Launch {
  return { command: '/bin/sh', args: ['-c', script], cwd: '/', env: process.env, channel: false }
}

/** Handlers that count bytes. */
function counting(more: Partial<ChildHandlers> = {}): ChildHandlers & { bytes: number } {
  const counted = {
    bytes: 0,
    output: () => ({
      write(bytes: Buffer) {
        counted.bytes += bytes.length
      },
      end: () => undefined,
    }),
    started: () => undefined,
    warn: () => undefined,
    ...more,
  }
  return counted
}

const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await new Promise((done) => setImmediate(done))
}

describe('runProcess', () => {
  it.each(['signal', 'kill'] as const)('starts nothing after an abort by %s', async (which) => {
    let started = false
    const handlers = counting({
      started() {
        started = true
      },
    })
    const stops = { signal: never, kill: never, [which]: AbortSignal.abort() }
    expect(await runProcess(shell('exit 0'), handlers, stops)).toEqual({ code: null, signal: null })
    expect(started).toBe(false)
  })

  it('stops a child that an abort meets in the moment of its start', async () => {
    const stop = new AbortController()
    const handlers = counting({ started: () => stop.abort() })
    const ended = await runProcess(shell('sleep 60'), handlers, {
      signal: stop.signal,
      kill: never,
    })
    expect(ended.signal).toBe('SIGTERM')
  })

  it('lets a child wait while the other side is behind, and reads all of it then', async () => {
    let caughtUp = (): void => undefined
    let waited: Promise<void> | undefined = new Promise((done) => {
      caughtUp = done
    })
    const handlers = counting({ behind: () => waited })
    const ended = runProcess(shell('head -c 5000000 /dev/zero'), handlers, {
      signal: never,
      kill: never,
    })
    while (handlers.bytes === 0) await turns(1)
    await turns(200)
    expect(handlers.bytes).toBeLessThan(200_000)
    waited = undefined
    caughtUp()
    expect((await ended).code).toBe(0)
    expect(handlers.bytes).toBe(5_000_000)
  })

  it('does not wait for the other side once the child has ended: what it said last is read', async () => {
    const behind = (): Promise<void> => new Promise(() => undefined)
    const handlers = counting({ behind })
    const ended = await runProcess(
      shell('printf a; sleep 0.1; head -c 50000 /dev/zero'),
      handlers,
      { signal: never, kill: never },
    )
    expect([ended.code, handlers.bytes]).toEqual([0, 50_001])
  })

  it('stops a child that waits for the other side', async () => {
    const stop = new AbortController()
    const behind = (): Promise<void> => {
      stop.abort()
      return new Promise(() => undefined)
    }
    const ended = await runProcess(shell('yes'), counting({ behind }), {
      signal: stop.signal,
      kill: never,
    })
    expect(ended.signal).toBe('SIGTERM')
  })

  it.each([
    ['a program that is not there', { command: '/does/not/exist' }, 'ENOENT'],
    ['a folder that is not there', { cwd: '/does/not/exist' }, 'ENOENT'],
    ['arguments that are too long', { args: ['-c', 'x'.repeat(3e5)] }, 'E2BIG'],
    ['an argument that no process can have', { args: ['a\0b'] }, 'ERR_INVALID_ARG_VALUE'],
  ])('says why it could not start %s', async (_, wrong, code) => {
    const ended = await runProcess({ ...shell('true'), ...wrong }, counting(), {
      signal: never,
      kill: never,
    })
    expect(ended).toMatchObject({ code: null, signal: null, error: { code } })
  })

  it('leaves no child when a handler throws', async () => {
    let pid: number | undefined
    const handlers = counting({
      started(child) {
        pid = child.pid
        throw new Error('no room')
      },
    })
    await expect(
      runProcess(shell('sleep 60'), handlers, { signal: never, kill: never }),
    ).rejects.toThrow('no room')
    while (isThere(pid)) await turns(1)
  })
})

function isThere(pid: number | undefined): boolean {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}
