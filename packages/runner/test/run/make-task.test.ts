// The task of a stage: plain data that says all that an executor needs, pinned.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import type { Stage } from '../../src/config/model.ts'
import type { Task } from '../../src/execute/task.ts'
import { prepare } from '../../src/plan/key.ts'
import { openWorkspace } from '../../src/plan/workspace.ts'
import { makeTask } from '../../src/session/make-task.ts'
import { makePlaces } from '../../src/session/outputs.ts'
import { Pipeline, type StageText, surroundings } from './rig.ts'

/** The task of a stage in a project, as JSON has it. */
async function taskOf(text: StageText, files: Readonly<Record<string, string>>) {
  const { root } = new Pipeline({ a: text }, files)
  const opened = await openWorkspace(layoutOf(root), {
    ...surroundings(root),
    env: { ...surroundings(root).env, TOKEN: 'gehe1m', OTHER: 'x' },
    schemes: { word: async (reference) => (reference.endsWith('none') ? null : '"said"') },
  })
  if (!opened.ok) throw new Error('the project is broken')
  const { workspace } = opened
  const stage = workspace.graph.stages.get('a') as Stage
  const prepared = await prepare(workspace, stage)
  if ('code' in prepared) throw new Error(prepared.message)
  const folder = join(root, '.weir/tmp/run-1/stages/a')
  const places = await makePlaces(workspace, stage, folder, new AbortController().signal)
  const options = { prepared, places, folder, run: 'run-1', attempt: 2, timeoutMs: stage.timeoutMs }
  const task = await makeTask(workspace, stage, options)
  return { root, prepared, task: JSON.parse(JSON.stringify(task)) as Task }
}

it('of commands: in place, with the variables that it declares and no others', async () => {
  const { root, task } = await taskOf(
    {
      cmd: ['cat in d/x > o', 'touch m'],
      deps: ['in', 'd'],
      outs: [{ o: { persist: true } }],
      metrics: [{ m: { cache: false } }],
      env: { OPEN: 'open', TOKEN: { secret: true } },
      timeout: '2s',
    },
    { in: '1', 'd/x': '2' },
  )
  const list = JSON.stringify([{ path: 'x', sha256: sha256('2'), size: 1 }])
  expect(task).toEqual({
    id: { stage: 'a', key: null, run: 'run-1', attempt: 2 },
    code: { kind: 'commands', lines: ['cat in d/x > o', 'touch m'] },
    params: {},
    inputs: [
      { name: 'in', kind: 'file', path: 'in', digest: sha256('1') },
      { name: 'd', kind: 'dir', path: 'd', digest: sha256(`${list}\n`) },
    ],
    outputs: [
      { name: 'o', kind: 'out', path: 'o', persist: true },
      { name: 'm', kind: 'metric', path: 'm', persist: false },
    ],
    effects: [],
    env: [
      { name: 'OPEN', value: 'open', secret: false },
      { name: 'TOKEN', value: 'gehe1m', secret: true },
    ],
    limits: { timeoutMs: 2000 },
    folder: root,
  })
})

it('of a cell: aside, with its packed code by digest, its params, ports and references', async () => {
  const { root, task } = await taskOf(
    {
      run: 'a.ts',
      deps: ['word://it', 'word://none'],
      params: ['n'],
      outs: ['o', 'word://effect'],
    },
    { 'a.ts': 'export default { title: "A", run() {} }\n', 'params.yaml': 'n: 5\n' },
  )
  expect(task).toMatchObject({
    params: { n: 5 },
    inputs: [
      { name: 'word://it', kind: 'ref', digest: sha256('"said"\n') },
      { name: 'word://none', kind: 'ref', digest: sha256('null\n') },
    ],
    outputs: [{ name: 'o', path: '.weir/tmp/run-1/stages/a/out/o' }],
    effects: ['word://effect'],
    limits: {},
  })
  expect(task.inputs.map(({ path }) => readFileSync(join(root, path), 'utf8'))).toEqual([
    '"said"\n',
    'null\n',
  ])
  if (task.code.kind !== 'cell') throw new Error('it is no cell')
  const { entry, files } = task.code
  expect(files.map(({ path }) => path)).toEqual([entry, `${entry}.map`])
  for (const { path, digest } of files) expect(sha256(readFileSync(join(root, path)))).toBe(digest)
  expect(existsSync(join(root, '.weir/tmp/run-1/stages/a/out'))).toBe(true)
})
