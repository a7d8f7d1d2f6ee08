// How a run and its stages end when somebody stops them: signals to the runner, to a stage, timeouts.
import { describe, expect, test } from 'vitest'
import { processesWith, runs, until } from './processes.ts'
import { controlled, jsonOf, outcomesOf, pipeline, project, type RunJson } from './rig.ts'

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('%s to the runner', (signal) => {
  test('exits 130, stops the children, keeps what was finished', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        quick: { cmd: 'echo 1 > quick', outs: ['quick'] },
        held: { cmd: controlled('held'), deps: ['quick'], outs: ['held.txt'] },
        after: { cmd: 'cp held.txt after', deps: ['held.txt'], outs: ['after'] },
      }),
    })
    await it.listen()
    const run = it.start(['run', '--json'])
    const held = await it.nextInvocation('held')
    run.kill(signal)
    const end = await run.ended
    expect(end.code).toBe(130)
    await held.gone
    expect(runs(held.pid)).toBe(false)
    const { stages, ok } = jsonOf<RunJson>(end)
    expect(ok).toBe(false)
    expect(stages.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'quick ran',
      'held failed',
      'after skipped',
    ])
    expect(stages[1]?.error?.code).toBe('INTERRUPTED')
    const again = it.start(['run', '--json'])
    ;(await it.nextInvocation('held')).exit(0, { 'held.txt': 'x\n' })
    expect(outcomesOf(jsonOf<RunJson>(await again.ended))).toEqual({
      quick: 'cached',
      held: 'ran',
      after: 'ran',
    })
  })
})

test('an interrupted command stage puts its old output back', async () => {
  const it = project({
    'params.yaml': 'n: 1\n',
    'pipeline.yaml': pipeline({
      held: { cmd: controlled('held'), params: ['n'], outs: ['held.txt'] },
    }),
  })
  await it.listen()
  const first = it.start(['run', '--json'])
  ;(await it.nextInvocation('held')).exit(0, { 'held.txt': 'old\n' })
  await first.ended
  const lock = it.read('pipeline.lock')
  const second = it.start(['run', '--json', '-S', 'n=2'])
  const held = await it.nextInvocation('held')
  held.write({ 'held.txt': 'half' })
  await until('the half output', () => it.has('held.txt') && it.read('held.txt') === 'half')
  second.kill('SIGINT')
  expect((await second.ended).code).toBe(130)
  expect(it.read('held.txt')).toBe('old\n')
  expect(it.read('pipeline.lock')).toBe(lock)
  expect(await it.outcomes('-S', 'n=1')).toEqual({ held: 'cached' })
})

test('a stage that is killed fails by that signal, and what does not follow it is kept', async () => {
  const it = project({
    'pipeline.yaml': pipeline({
      held: { cmd: controlled('held'), outs: ['held.txt'] },
      after: { cmd: 'cp held.txt after', deps: ['held.txt'], outs: ['after'] },
      other: { cmd: 'echo 1 > other', outs: ['other'] },
    }),
  })
  await it.listen()
  const run = it.start(['run', '--json', '--keep-going', '--jobs', '1'])
  process.kill((await it.nextInvocation('held')).pid, 'SIGKILL')
  const end = await run.ended
  const { stages } = jsonOf<RunJson>(end)
  expect(end.code).toBe(1)
  expect(outcomesOf(jsonOf<RunJson>(end))).toEqual({
    held: 'failed',
    after: 'skipped',
    other: 'ran',
  })
  expect(stages[0]?.error).toMatchObject({ code: 'STAGE_FAILED' })
  expect(stages[0]?.error?.message).toMatch(/killed by SIGKILL|exited with 137/)
})

test('a run that was killed leaves an orphan for the next one to stop', async () => {
  const it = project({
    'pipeline.yaml': pipeline({ held: { cmd: controlled('held'), outs: ['held.txt'] } }),
  })
  await it.listen()
  const first = it.start(['run', '--json'])
  const orphan = await it.nextInvocation('held')
  first.kill('SIGKILL')
  await first.ended
  expect(runs(orphan.pid)).toBe(true)
  const second = it.start(['run', '--json'])
  const held = await it.nextInvocation('held')
  await orphan.gone
  expect(runs(orphan.pid)).toBe(false)
  held.exit(0, { 'held.txt': 'x\n' })
  expect((await second.ended).code).toBe(0)
})

test.runIf(processesWith('PATH', '').length > 0)(
  'an orphan that has left its group, or was never noted, is stopped too',
  async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        held: { cmd: `setsid ${controlled('stray')} & ${controlled('held')}`, outs: ['held.txt'] },
      }),
    })
    await it.listen()
    const first = it.start(['run', '--json'])
    const [stray] = [await it.nextInvocation('stray'), await it.nextInvocation('held')]
    first.kill('SIGKILL')
    await first.ended
    const second = it.start(['run', '--json'])
    await stray.gone
    ;(await it.nextInvocation('held')).exit(0, { 'held.txt': 'x\n' })
    const newStray = await it.nextInvocation('stray')
    newStray.exit(0)
    expect((await second.ended).code).toBe(0)
  },
)

test('what a stage leaves running ends with it', async () => {
  const it = project({
    'pipeline.yaml': pipeline({
      a: { cmd: `${controlled('background')} & ${controlled('main')}`, outs: ['a.txt'] },
    }),
  })
  await it.listen()
  const run = it.start(['run', '--json'])
  const [background, main] = [
    await it.nextInvocation('background'),
    await it.nextInvocation('main'),
  ]
  main.exit(0, { 'a.txt': 'x\n' })
  expect((await run.ended).code).toBe(0)
  await background.gone
  expect(runs(background.pid)).toBe(false)
})

describe('timeout', () => {
  test('of a month is no timeout of a millisecond', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        a: { cmd: 'sleep 0.2; echo x > a', timeout: '720h', outs: ['a'] },
      }),
    })
    expect(await it.outcomes()).toEqual({ a: 'ran' })
  })

  test('stops the whole group and says so', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        slow: { cmd: `${controlled('child')}; true`, timeout: '400ms', outs: ['slow.txt'] },
      }),
    })
    await it.listen()
    const { stages, end } = await it.run()
    expect(end.code).toBe(1)
    expect(stages[0]?.error).toMatchObject({
      code: 'STAGE_TIMEOUT',
      place: { file: 'pipeline.yaml', line: 2 },
    })
    const child = await it.nextInvocation('child')
    await child.gone
    expect(runs(child.pid)).toBe(false)
  })
})
