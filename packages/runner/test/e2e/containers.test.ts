// Two runs of one project from two pid namespaces with one host name: one works, the other waits and says for whom.
import { expect, test } from 'vitest'
import { CONTAINER, NEEDS_CONTAINER } from '../../../base/test/containers.ts'
import { controlled, jsonOf, outcomesOf, pipeline, project, type RunJson } from './rig.ts'

test.skipIf(!CONTAINER)(`a run in another container is waited for${NEEDS_CONTAINER}`, async () => {
  const it = project({
    'pipeline.yaml': pipeline({ a: { cmd: controlled('a'), outs: ['a.txt'] } }),
  })
  await it.listen()
  const before = CONTAINER ?? []
  const first = it.start(['run', '--json'], { before })
  const stage = await it.nextInvocation('a')
  const second = it.start(['run', '--json'], { before })
  await second.said('waiting for another run in this project: `weir run`, process 1 on ')
  expect(it.waitingInvocations()).toEqual([])
  stage.exit(0, { 'a.txt': 'a\n' })
  const ends = await Promise.all([first.ended, second.ended])
  expect(ends.map((end) => outcomesOf(jsonOf<RunJson>(end)))).toEqual([
    { a: 'ran' },
    { a: 'cached' },
  ])
})
