// Several runs at once: in one project one works and the others wait; projects do not disturb each other.

import { ownSight } from '@weir/base/process'
import { expect, test } from 'vitest'
import {
  controlled,
  jsonOf,
  outcomesOf,
  type Project,
  pipeline,
  project,
  type RunJson,
  type StatusJson,
} from './rig.ts'

/** left and right from nothing, both held by the test; join after both. */
async function fork(): Promise<Project> {
  const it = project({
    'pipeline.yaml': pipeline({
      left: { cmd: controlled('left'), outs: ['left.txt'] },
      right: { cmd: controlled('right'), outs: ['right.txt'] },
      join: {
        cmd: 'cat left.txt right.txt > both.txt',
        deps: ['left.txt', 'right.txt'],
        outs: ['both.txt'],
      },
    }),
  })
  await it.listen()
  return it
}

test('stages that do not wait for each other run at once, and what follows them after both', async () => {
  const it = await fork()
  const run = it.start(['run', '--json', '--jobs', '2'])
  const [left, right] = [await it.nextInvocation('left'), await it.nextInvocation('right')]
  right.exit(0, { 'right.txt': 'r\n' })
  await run.said("Stage 'right' ran")
  left.exit(0, { 'left.txt': 'l\n' })
  const end = await run.ended
  expect(outcomesOf(jsonOf<RunJson>(end))).toEqual({ left: 'ran', right: 'ran', join: 'ran' })
  expect(it.read('both.txt')).toBe('l\nr\n')
  expect(end.stderr.indexOf("Stage 'left' ran")).toBeLessThan(
    end.stderr.indexOf("Running stage 'join'"),
  )
})

test('--jobs 1 starts the second stage only when the first has ended, in the order of the file', async () => {
  const it = await fork()
  const run = it.start(['run', '--json', '--jobs', '1'])
  const left = await it.nextInvocation('left')
  expect(it.waitingInvocations()).toEqual([])
  left.exit(0, { 'left.txt': 'l\n' })
  const right = await it.nextInvocation('right')
  right.exit(0, { 'right.txt': 'r\n' })
  expect((await run.ended).code).toBe(0)
})

test('the second and the third run wait for the first, and find its work done', async () => {
  const it = await fork()
  const first = it.start(['run', '--json'])
  const [left, right] = [await it.nextInvocation('left'), await it.nextInvocation('right')]
  const others = [it.start(['run', '--json']), it.start(['run', '--json'])]
  for (const other of others) await other.said('waiting for another run')
  left.exit(0, { 'left.txt': 'l\n' })
  right.exit(0, { 'right.txt': 'r\n' })
  const ends = await Promise.all([first, ...others].map((run) => run.ended))
  const ran = ends.map((end) => outcomesOf(jsonOf<RunJson>(end)))
  const all = (outcome: string): object => ({ left: outcome, right: outcome, join: outcome })
  expect(ran).toEqual([all('ran'), all('cached'), all('cached')])
  expect(it.waitingInvocations()).toEqual([])
})

test('a run that waits can be interrupted; the one that works is not disturbed', async () => {
  const it = await fork()
  const first = it.start(['run', '--json'])
  const [left, right] = [await it.nextInvocation('left'), await it.nextInvocation('right')]
  const second = it.start(['run', '--json'])
  await second.said('waiting for another run')
  second.kill('SIGINT')
  const interrupted = await second.ended
  expect(interrupted.code).toBe(130)
  expect(jsonOf<RunJson>(interrupted)).toMatchObject({ stages: [], ok: false })
  left.exit(0, { 'left.txt': 'l\n' })
  right.exit(0, { 'right.txt': 'r\n' })
  expect((await first.ended).code).toBe(0)
})

test('status, explain, dag and a dry run answer while a run works', async () => {
  const it = await fork()
  const run = it.start(['run', '--json'])
  const [left, right] = [await it.nextInvocation('left'), await it.nextInvocation('right')]
  const status = jsonOf<StatusJson>(await it.weir(['status', '--json']))
  expect(status.stages.map(({ state }) => state)).toEqual(['missing', 'missing', 'missing'])
  for (const args of [['explain', 'join'], ['dag'], ['run', '--dry-run']])
    expect((await it.weir(args)).code).toBe(0)
  left.exit(0, { 'left.txt': 'l\n' })
  right.exit(0, { 'right.txt': 'r\n' })
  expect((await run.ended).code).toBe(0)
  expect(await it.states()).toEqual({ left: 'fresh', right: 'fresh', join: 'fresh' })
})

const NONCE = '01234567-89ab-cdef-0123-456789abcdef'

test.each([
  ['a dead process', { pid: 2 ** 22 + 1 }],
  ['a process id that another one has by now', { pid: process.pid, start: '1' }],
])('a lock of %s does not stand in the way', async (_, about) => {
  const holder = { ...ownSight().self, nonce: NONCE, since: '', what: 'weir run', ...about }
  const it = project({
    [`.weir/run.lock/${NONCE}`]: JSON.stringify(holder),
    'pipeline.yaml': pipeline({ a: { cmd: 'echo 1 > a', outs: ['a'] } }),
  })
  expect(await it.outcomes()).toEqual({ a: 'ran' })
  expect(it.has('.weir/run.lock')).toBe(false)
})

test.each([
  ['nobody', { [`.weir/run.lock/${NONCE}`]: '' }],
  ['rubbish', { '.weir/run.lock': '\u0000\u0001{' }],
])('a lock of %s is waited for until a person removes it', async (_, files) => {
  const it = project({
    ...files,
    'pipeline.yaml': pipeline({ a: { cmd: 'echo 1 > a', outs: ['a'] } }),
  })
  const run = it.start(['run', '--json'])
  await run.said(
    'waiting for another run in this project: a mutex that cannot be read; if it is gone for good: weir unlock',
  )
  expect((await it.weir(['unlock', '--yes'])).code).toBe(0)
  expect(outcomesOf(jsonOf<RunJson>(await run.ended))).toEqual({ a: 'ran' })
})

test('two projects run at once without waiting', async () => {
  const [one, two] = [await fork(), await fork()]
  const runs = [one, two].map((it) => it.start(['run', '--json']))
  for (const it of [one, two])
    for (const name of ['left', 'right'])
      (await it.nextInvocation(name)).exit(0, { [`${name}.txt`]: 'x\n' })
  for (const run of runs) {
    const end = await run.ended
    expect(end.code).toBe(0)
    expect(end.stderr).not.toContain('waiting')
  }
  expect(one.read('pipeline.lock')).toBe(two.read('pipeline.lock'))
})
