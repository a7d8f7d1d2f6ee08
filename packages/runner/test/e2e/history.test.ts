// The history of runs by the real CLI: of a run that was killed, and of one that has nothing to do.
import { expect, test } from 'vitest'
import { controlled, jsonOf, pipeline, project } from './rig.ts'

interface RunsJson {
  readonly runs: readonly { run: string; result: string; counts: Record<string, number> }[]
}

test('a run that is killed is shown as unfinished, with the log of the stage until then', async () => {
  const it = project({
    'pipeline.yaml': pipeline({
      a: { cmd: 'echo 1 > a', outs: ['a'] },
      b: { cmd: `echo begun; ${controlled('b')}`, deps: ['a'], outs: ['b'] },
    }),
  })
  await it.listen()
  const running = it.start(['run'])
  const stage = await it.nextInvocation('b')
  await running.said('begun')
  const during = jsonOf<RunsJson>(await it.weir(['runs', '--json']))
  expect(during.runs).toMatchObject([{ result: 'running', counts: { ran: 1, unfinished: 1 } }])
  running.kill('SIGKILL')
  await running.ended
  const { runs } = jsonOf<RunsJson>(await it.weir(['runs', '--json']))
  expect(runs).toMatchObject([{ result: 'unfinished', counts: { ran: 1, unfinished: 1 } }])
  expect((await it.weir(['log', 'b'])).stdout).toContain('\nbegun\n')

  const again = it.run()
  await stage.gone
  ;(await it.nextInvocation('b')).exit(0, { b: 'x' })
  await again
  const after = jsonOf<RunsJson>(await it.weir(['runs', '--json']))
  expect(after.runs.map(({ result }) => result)).toEqual(['ok', 'unfinished'])
})

test('a run that has nothing to do is not among them', async () => {
  const it = project({ 'pipeline.yaml': pipeline({ a: { cmd: 'echo 1 > a', outs: ['a'] } }) })
  await it.run()
  const before = it.files('.weir/history')
  await it.run()
  await it.run()
  expect(it.files('.weir/history')).toEqual(before)
  const table = await it.weir(['runs'])
  expect(table.stdout.trim().split('\n')).toHaveLength(2)
})
