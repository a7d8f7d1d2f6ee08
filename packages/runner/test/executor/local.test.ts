// The executor of local processes by its five methods: states in their order, and nothing that a JSON text would lose.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Executor, Said, TaskState } from '../../src/execute/executor.ts'
import { openLocalExecutor } from '../../src/execute/local.ts'
import type { Result, Task } from '../../src/execute/task.ts'
import { openContents } from '../../src/store/content-store.ts'
import { openDiskObjects } from '../../src/store/disk-objects.ts'
import { createFileWork } from '../../src/store/file-work.ts'
import { createFileHasher } from '../../src/store/hash-files.ts'
import { folderWith } from '../project-folder.ts'
import { fileThread } from '../store/file-thread.ts'
import { memory } from '../store/memory.ts'

/** An executor over an empty folder, which is its scratch folder too. */
function rig() {
  const folder = folderWith()
  const work = createFileWork(fileThread())
  const place = { folder: join(folder, 'objects'), link: 'copy' } as const
  const objects = openDiskObjects(place, work)
  const contents = openContents(place, createFileHasher(memory(), work), work)
  const env = { PATH: process.env.PATH, FROM: 'the run' }
  const host = { root: folder, scratch: folder, env, cellHost: '', contents, objects }
  const task = (...lines: string[]): Task => ({
    id: { stage: 'a', key: null, run: 'run-1', attempt: 1 },
    code: { kind: 'commands', lines },
    params: {},
    inputs: [],
    outputs: [],
    effects: [],
    env: [],
    limits: {},
    folder,
  })
  return { folder, host, executor: openLocalExecutor(host), task }
}

async function read(said: AsyncIterable<Said>): Promise<string> {
  let text = ''
  for await (const item of said)
    if (item.kind === 'output') text += item.bytes
    else if (item.kind === 'line') text += `${item.text}\n`
  return text
}

/** The states that are polled, and the result at their end. */
async function course(executor: Executor, handle: string): Promise<[TaskState[], Result]> {
  const states: TaskState[] = []
  for (let seen: TaskState = 'waiting'; ; ) {
    const status = await executor.poll(handle, seen)
    seen = status.state
    states.push(seen)
    if (status.state === 'ended') return [states, status.result]
  }
}

describe('local processes', () => {
  it('run the commands of a task in its folder, with its variables over those of the run', async () => {
    const { executor, task, folder } = rig()
    const env = [{ name: 'OWN', value: 'the task', secret: true }]
    const commands = task('echo "$FROM, $OWN, $WEIR_STAGE, $WEIR_RUN_ID"', 'pwd; echo $WEIR_ROOT')
    const handle = await executor.submit({ ...commands, env })
    const [said, [states, result]] = await Promise.all([
      read(executor.logs(handle)),
      course(executor, handle),
    ])
    expect(said.split('\n')).toEqual([
      '> echo "$FROM, $OWN, $WEIR_STAGE, $WEIR_RUN_ID"',
      'the run, the task, a, run-1',
      '> pwd; echo $WEIR_ROOT',
      folder,
      folder,
      '',
    ])
    expect(states).toEqual(['running', 'ended'])
    expect(result).toMatchObject({ ended: { how: 'done' }, metrics: {}, shown: [], outputs: [] })
  })

  it('take a task as JSON, and give a result that JSON does not change', async () => {
    const { executor, task } = rig()
    const plain = JSON.parse(JSON.stringify(task('exit 3'))) as Task
    const [, result] = await course(executor, await executor.submit(plain))
    expect(result.ended).toEqual({ how: 'exit', code: 3, line: 'exit 3' })
    expect(JSON.parse(JSON.stringify(result))).toEqual(result)
  })

  it('name the outputs that stand, a link that leads nowhere among them', async () => {
    const { executor, task } = rig()
    const outputs = ['made', 'link', 'absent'].map(
      (name) => ({ name, path: name, kind: 'out', persist: false }) as const,
    )
    const commands = task('touch made; ln -s nowhere link')
    const [, result] = await course(executor, await executor.submit({ ...commands, outputs }))
    expect(result.outputs).toEqual(['made', 'link'])
  })

  it.each(['stop', 'kill'] as const)('end a task by cancel, %s', async (how) => {
    const { executor, task } = rig()
    const handle = await executor.submit(task('sleep 60'))
    await executor.cancel(handle, how)
    expect(await course(executor, handle)).toMatchObject([
      ['stopping', 'ended'],
      { ended: { how: 'cancelled' } },
    ])
  })

  it('end a task at its limit', async () => {
    const { executor, task } = rig()
    const handle = await executor.submit({ ...task('sleep 60'), limits: { timeoutMs: 50 } })
    expect(await course(executor, handle)).toMatchObject([
      ['running', 'stopping', 'ended'],
      { ended: { how: 'timeout' } },
    ])
  })

  it('let a cancel of a task that has ended, or that is not known, pass', async () => {
    const { executor, task } = rig()
    const handle = await executor.submit(task('true'))
    await course(executor, handle)
    await executor.cancel(handle, 'kill')
    await executor.cancel('no task', 'stop')
    await expect(executor.poll(handle, 'ended')).rejects.toThrow('there is no task')
  })

  it('say why a task could not begin', async () => {
    const { executor, task } = rig()
    const handle = await executor.submit({ ...task('true'), folder: '/does/not/exist' })
    const [, { ended }] = await course(executor, handle)
    expect(ended).toMatchObject({ how: 'not_started', line: 'true' })
  })

  it('reject a poll with what kept them from noting a process', async () => {
    const { host, task } = rig()
    const broken = openLocalExecutor({ ...host, scratch: join(host.root, 'gone') })
    const handle = await broken.submit(task('sleep 60'))
    await expect(broken.poll(handle, 'running')).rejects.toThrow('ENOENT')
    expect(await read(broken.logs(handle))).toBe('> sleep 60\n')
  })
})
