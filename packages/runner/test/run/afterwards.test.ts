// What is told of a finished run is written while the project's mutex is held, so that two runs do not write it at once.
import { lookAtMutex, removeMutex } from '@weir/base/mutex'
import { expect, test } from 'vitest'
import { instanceText } from '../../src/config/instance.ts'
import { layoutOf } from '../../src/config/layout.ts'
import type { Finished } from '../../src/session/run-request.ts'
import { Pipeline } from './rig.ts'

function one(): Pipeline {
  return new Pipeline({ a: { cmd: 'echo a > a.txt', outs: ['a.txt'] } })
}

test('is written while the mutex is held, once all is recorded', async () => {
  const it = one()
  const seen: string[] = []
  const afterwards = async ({ workspace, results }: Finished): Promise<void> => {
    seen.push(lookAtMutex(layoutOf(it.root).mutex).kind)
    seen.push(`${workspace.lock.ids().map(instanceText)} ${results.map(({ outcome }) => outcome)}`)
  }
  await it.run({}, undefined, undefined, { afterwards })
  expect(seen).toEqual(['held', 'a ran'])
  expect(lookAtMutex(layoutOf(it.root).mutex).kind).toBe('free')
})

test('is not written by a run that has lost its lock: another one may be writing', async () => {
  const it = one()
  const lock = layoutOf(it.root).mutex
  let calls = 0
  const unlock = (): void => {
    const found = lookAtMutex(lock)
    if (found.kind !== 'free') removeMutex(lock, found)
  }
  await it.run({}, ({ kind }) => kind === 'run_ended' && unlock(), undefined, {
    afterwards: async () => {
      calls++
    },
  })
  expect(calls).toBe(0)
})
