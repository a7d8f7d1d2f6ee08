// The abort story: an interrupt is told at once, nothing starts after it, and nothing that a stage does keeps the run from its end.
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { processesWith, runs, until } from './processes.ts'
import { controlled, jsonOf, outcomesOf, pipeline, project, type RunJson } from './rig.ts'
import type { Running } from './running.ts'

/** A shell that survives SIGTERM, and says when it does. */
const STUBBORN = 'trap "" TERM; echo "ready $$"; while :; do sleep 0.05; done'

/** Signals until that is taken for another interrupt, and not for the first one once more. */
function insist(run: Running, signal: NodeJS.Signals): Promise<void> {
  return until('the second interrupt', () => {
    run.kill(signal)
    return run.heard().stderr.includes('interrupted: killing')
  })
}

describe('an interrupt', () => {
  test('is told at once, with what a second one does; the second kills at once', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        a: { cmd: STUBBORN, outs: ['a'] },
        b: { cmd: STUBBORN, outs: ['b'] },
      }),
    })
    const run = it.start(['run', '--jobs', '2', '--json'])
    await Promise.all([run.said('[a] ready'), run.said('[b] ready')])
    run.kill('SIGINT')
    await run.said('interrupted: stopping 2 stages (again to kill at once)')
    await insist(run, 'SIGINT')
    const end = await run.ended
    expect(end.code).toBe(130)
    expect(jsonOf<RunJson>(end).stages.map(({ error }) => error?.code)).toEqual([
      'INTERRUPTED',
      'INTERRUPTED',
    ])
    const pids = [...end.stderr.matchAll(/^\[\w\] ready (\d+)/gm)].map(([, pid]) => Number(pid))
    expect(pids).toHaveLength(2)
    expect(pids.filter(runs)).toEqual([])
  })

  test('that arrives twice, as Ctrl-C under npm does, is one: the stage may clean up', async () => {
    const polite =
      'trap "sleep 0.2; echo bye > bye; exit 3" TERM; echo ready; while :; do sleep 0.05; done'
    const it = project({ 'pipeline.yaml': pipeline({ a: { cmd: polite, outs: ['a'] } }) })
    const run = it.start(['run'])
    await run.said('[a] ready')
    run.kill('SIGINT')
    run.kill('SIGINT')
    await run.said('interrupted: stopping 1 stage')
    run.kill('SIGINT')
    const end = await run.ended
    expect([end.code, it.has('bye')]).toEqual([130, true])
    expect(end.stdout).not.toContain('killing')
  })

  test('a stage that ignores SIGTERM is killed after the grace', async () => {
    const it = project({ 'pipeline.yaml': pipeline({ a: { cmd: STUBBORN, outs: ['a'] } }) })
    const run = it.start(['run'])
    await run.said('[a] ready')
    run.kill('SIGTERM')
    const end = await run.ended
    expect(end.code).toBe(130)
    expect(runs(Number(/ready (\d+)/.exec(end.stdout)?.[1]))).toBe(false)
  }, 20_000)

  test('in the wait before another attempt: none is made', async () => {
    const it = project({
      'pipeline.yaml': pipeline({ a: { cmd: 'echo x >> tries; false', retries: 50, outs: ['a'] } }),
    })
    const run = it.start(['run', '--json'])
    await run.said('attempt 4 of 51 failed')
    run.kill('SIGINT')
    const end = await run.ended
    expect(end.code).toBe(130)
    expect(it.read('tries')).toBe('x\n'.repeat(4))
    expect(jsonOf<RunJson>(end).stages[0]?.error?.code).toBe('STAGE_FAILED')
  })

  test('between two lines of a command: the second does not start', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        a: {
          cmd: ['trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done', 'echo x > second'],
          outs: ['a'],
        },
      }),
    })
    const run = it.start(['run'])
    await run.said('[a] ready')
    run.kill('SIGINT')
    expect((await run.ended).code).toBe(130)
    expect(existsSync(it.path('second'))).toBe(false)
  })

  test('before anything has started, exits 130 and says so', async () => {
    const it = project({ 'pipeline.yaml': pipeline({ a: { cmd: controlled('a'), outs: ['a'] } }) })
    await it.listen()
    const first = it.start(['run'])
    const held = await it.nextInvocation('a')
    const second = it.start(['run', '--json'])
    await second.said('waiting for another run')
    second.kill('SIGINT')
    const end = await second.ended
    expect(end.code).toBe(130)
    expect(end.stderr).toContain('interrupted: nothing was started')
    expect(jsonOf<RunJson>(end).ok).toBe(false)
    held.exit(0, { a: 'x\n' })
    expect((await first.ended).code).toBe(0)
  })
})

const SHOWS_ENVIRONMENTS = processesWith('PATH', '').length > 0

describe.runIf(SHOWS_ENVIRONMENTS)(
  'a process that has left its group and holds the stage’s output',
  () => {
    test('does not keep an interrupted run from its end', async () => {
      const it = project({
        'pipeline.yaml': pipeline({
          a: { cmd: `setsid ${controlled('stray')} & ${controlled('main')}`, outs: ['a'] },
        }),
      })
      await it.listen()
      const run = it.start(['run'])
      const stray = await it.nextInvocation('stray')
      await it.nextInvocation('main')
      run.kill('SIGINT')
      expect((await run.ended).code).toBe(130)
      expect(runs(stray.pid)).toBe(true)
    })

    test('does not keep a stage from its end either', async () => {
      const it = project({
        'pipeline.yaml': pipeline({
          a: { cmd: `setsid ${controlled('stray')} & ${controlled('main')}`, outs: ['a'] },
        }),
      })
      await it.listen()
      const run = it.start(['run', '--json'])
      const stray = await it.nextInvocation('stray')
      ;(await it.nextInvocation('main')).exit(0, { a: 'x\n' })
      expect(outcomesOf(jsonOf<RunJson>(await run.ended))).toEqual({ a: 'ran' })
      expect(runs(stray.pid)).toBe(true)
    }, 20_000)
  },
)

/** Loaded before the runner: a group signal is refused as the kernel refuses it for another user's processes. */
const REFUSED = `const kill = process.kill
process.kill = (pid, signal) => {
  if (pid >= 0 || !process.argv[1]?.endsWith('weir.js')) return kill.call(process, pid, signal)
  throw Object.assign(new Error('kill EPERM'), { errno: -1, code: 'EPERM', syscall: 'kill' })
}
`

describe('a process that this user may not signal', () => {
  test('is warned of, and the run ends and says which one is left', async () => {
    const it = project({
      'refused.mjs': REFUSED,
      'pipeline.yaml': pipeline({ a: { cmd: STUBBORN, outs: ['a'] } }),
    })
    const run = it.start(['run', '--json'], {
      env: { NODE_OPTIONS: `--import=${it.path('refused.mjs')}` },
    })
    await run.said('[a] ready')
    const pid = Number(/ready (\d+)/.exec(run.heard().stderr)?.[1])
    try {
      run.kill('SIGINT')
      await run.said(`process ${pid} and its group may not be sent SIGTERM`)
      await insist(run, 'SIGINT')
      const end = await run.ended
      expect(end.code).toBe(130)
      expect(end.stderr).toContain(`process ${pid} could not be stopped and is left running`)
      expect(outcomesOf(jsonOf<RunJson>(end))).toEqual({ a: 'failed' })
    } finally {
      process.kill(-pid, 'SIGKILL')
    }
  })

  test('that a stage which ended well left behind does not fail the run', async () => {
    const it = project({
      'refused.mjs': REFUSED,
      'pipeline.yaml': pipeline({ a: { cmd: 'echo x > a', outs: ['a'] } }),
    })
    const end = await it.weir(['run', '--json'], {
      env: { NODE_OPTIONS: `--import=${it.path('refused.mjs')}` },
    })
    expect([end.code, outcomesOf(jsonOf<RunJson>(end))]).toEqual([0, { a: 'ran' }])
  })
})

describe('other commands', () => {
  test('end at a signal, with 130', async () => {
    const it = project({
      'hang.mjs': 'setInterval(() => undefined, 1000)\nprocess.stderr.write("up\\n")\n',
      'pipeline.yaml': pipeline({ a: { cmd: 'echo x > a', outs: ['a'] } }),
    })
    const status = it.start(['status'], {
      env: { NODE_OPTIONS: `--import=${it.path('hang.mjs')}` },
    })
    await status.said('missing')
    status.kill('SIGINT')
    expect((await status.ended).code).toBe(130)
  })
})
