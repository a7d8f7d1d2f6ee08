// Outputs that persist, when a run is killed: the next one begins with what stood before, never with half of a run.
import { expect, test } from 'vitest'
import { controlled, type Project, pipeline, project } from './rig.ts'

/** Its command writes a line in place, waits for the test, and writes another one. */
async function appending(): Promise<Project> {
  const it = project({
    'pipeline.yaml': pipeline({
      a: {
        cmd: `echo begin >> log && ${controlled('a')} && echo end >> log`,
        always_changed: true,
        outs: [{ log: { persist: true } }],
      },
    }),
  })
  await it.listen()
  return it
}

async function killedInTheMiddle(it: Project): Promise<void> {
  const run = it.start(['run', '--json'])
  await it.nextInvocation('a')
  run.kill('SIGKILL')
  await run.ended
  expect(it.read('log').endsWith('begin\n')).toBe(true)
}

async function whole(it: Project): Promise<void> {
  const run = it.run()
  ;(await it.nextInvocation('a')).exit()
  expect((await run).end.code).toBe(0)
}

test('what stood before is what the next run begins with', async () => {
  const it = await appending()
  await whole(it)
  await killedInTheMiddle(it)
  await killedInTheMiddle(it)
  await whole(it)
  expect(it.read('log')).toBe('begin\nend\nbegin\nend\n')
})

test('where nothing stood, the next run begins with nothing', async () => {
  const it = await appending()
  await killedInTheMiddle(it)
  await whole(it)
  expect(it.read('log')).toBe('begin\nend\n')
})

test('what a person has written after a failure is not taken for half of a run', async () => {
  const it = await appending()
  const failing = it.run()
  ;(await it.nextInvocation('a')).exit(1)
  expect((await failing).end.code).toBe(1)
  it.write({ log: 'mine\n' })
  await whole(it)
  expect(it.read('log')).toBe('mine\nbegin\nend\n')
})
