// A plan of the door writes nothing into the project: seen on a read-only folder, and by the stamp of every file.
import { chmodSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { open, type Project } from '@weir/runner/program'
import { expect, it } from 'vitest'
import { lookingMemo } from '../../src/store/memo.ts'
import { project } from '../e2e/rig.ts'
import { memory } from '../store/memory.ts'

const CELL = `import { defineStage, text } from '@weir/runner'
import { shout } from './shout.ts'
export default defineStage({
  title: 'A cell',
  inputs: { text: text('in.txt') },
  outputs: { out: text('out.txt') },
  async run({ inputs, outputs }) { await outputs.out.write(shout(await inputs.text.read())) },
})
`
const FILES = {
  'pipeline.yaml': `stages:
  cell: { run: stages/cell.ts, deps: [in.txt], outs: [out.txt] }
  copy: { cmd: cp out.txt copy.txt, deps: [out.txt], outs: [copy.txt] }
`,
  'params.yaml': '{}\n',
  'package.json': '{"type": "module"}\n',
  'in.txt': 'text',
  'stages/cell.ts': CELL,
  'stages/shout.ts': 'export const shout = (text: string) => text.toUpperCase()\n',
}

/** Every file and folder with its stamp: what is written, made or removed changes one. */
function stampsOf(root: string): Record<string, string> {
  const names = ['.', ...readdirSync(root, { recursive: true, encoding: 'utf8' })]
  const stampOf = (name: string): string => {
    const { ino, size, mtimeMs } = lstatSync(join(root, name))
    return `${ino} ${size} ${mtimeMs}`
  }
  return Object.fromEntries(names.sort().map((name) => [name, stampOf(name)]))
}

/** Takes the right to write from everything; for root the stamps alone tell. */
function setWritable(root: string, writable: boolean): void {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
  const paths = names.filter((it) => it.isDirectory()).map((it) => join(it.parentPath, it.name))
  for (const path of [root, ...paths]) chmodSync(path, writable ? 0o755 : 0o555)
}

/** A plan of a project that may not be written. */
async function planSealed(it: Project): Promise<Record<string, string>> {
  setWritable(it.root, false)
  const before = stampsOf(it.root)
  try {
    const plan = await it.plan()
    expect(stampsOf(it.root)).toEqual(before)
    if (!plan.ok) throw new Error(plan.problems.map(({ message }) => message).join())
    return Object.fromEntries(plan.stages.map(({ name, state }) => [name, state]))
  } finally {
    setWritable(it.root, true)
  }
}

it('in a project where nothing ran: cells are packed and described elsewhere', async () => {
  const { root } = project(FILES)
  const it = await open(root)
  expect(await planSealed(it)).toEqual({ cell: 'missing', copy: 'missing' })
  expect(readdirSync(root)).not.toContain('.weir')
})

it('after a run, when all is fresh, and when code, inputs and pipeline have changed', async () => {
  const files = project(FILES)
  const it = await open(files.root)
  expect(await it.run()).toMatchObject({ ok: true })
  expect(await planSealed(it)).toEqual({ cell: 'fresh', copy: 'fresh' })
  files.edit('stages/shout.ts', 'toUpperCase', 'toLowerCase')
  files.edit('pipeline.yaml', 'cp out.txt', 'cp -f out.txt')
  files.write({ 'in.txt': 'other' })
  expect(await planSealed(it)).toEqual({ cell: 'stale', copy: 'stale' })
})

it('tells the key that a run then uses', async () => {
  const it = await open(project(FILES).root)
  const plan = await it.plan({ until: ['cell'] })
  await it.run()
  expect(plan.ok && plan.stages[0]?.key).toBe(it.read().stage('cell')?.key)
})

it('remembers where it is asked to, so that the next one packs nothing', async () => {
  const files = project(FILES)
  const it = await open(files.root)
  await it.plan({ remember: true })
  const cells = files.files('.weir/cells')
  expect(cells.filter((path) => path.endsWith('.mjs'))).toHaveLength(1)
  expect(readFileSync(files.path('.weir/memo/cells.json'), 'utf8')).toContain('stages/cell.ts')
  const before = stampsOf(it.root)
  await it.plan()
  expect(stampsOf(it.root)).toEqual(before)
})

it('by a memo that reads what another has, and keeps what it learns for itself', () => {
  const kept = memory()
  kept.write('a', 1)
  const looking = lookingMemo(kept)
  looking.write('a', 2)
  looking.write('b', 3)
  expect([looking.read('a'), looking.read('b'), looking.read('c')]).toEqual([2, 3, undefined])
  expect([kept.read('a'), kept.read('b')]).toEqual([1, undefined])
  kept.write('c', 4)
  expect(looking.read('c')).toBe(4)
})
