// What is remembered of a run that had nothing to do: only what still holds when its stamps have been taken.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { openWorkspace } from '../../src/plan/workspace.ts'
import { rememberIdle } from '../../src/session/remember-idle.ts'
import { Pipeline, surroundings } from './rig.ts'

const SELECTION = { until: [], from: [], only: [] }

function memos({ root }: Pipeline): string[] {
  return readdirSync(join(root, '.weir/memo')).filter((name) => name.startsWith('idle-'))
}

/** A project whose stage is fresh and whose files are old enough, without what was remembered of its rest. */
async function idle(): Promise<Pipeline> {
  const it = new Pipeline({ a: { cmd: 'cp in a', deps: ['in'], outs: ['a'] } }, { in: 'x' })
  await it.run()
  await vi.waitFor(
    async () => {
      await it.run()
      expect(memos(it)).toHaveLength(1)
    },
    { timeout: 30_000, interval: 20 },
  )
  it.remove(...memos(it).map((name) => `.weir/memo/${name}`))
  return it
}

/** The time of the last change of what is in the project's folder. */
function newest({ root }: Pipeline): number {
  return Math.max(...readdirSync(root).map((name) => statSync(join(root, name)).ctimeMs))
}

async function remember(it: Pipeline, change: () => void = () => undefined): Promise<void> {
  const opened = await openWorkspace(layoutOf(it.root), surroundings(it.root))
  if (!opened.ok) throw new Error('the project does not open')
  const { results } = await it.run()
  it.remove(...memos(it).map((name) => `.weir/memo/${name}`))
  change()
  // So old that stamps can be relied on: what keeps it from being kept is the second look.
  await vi.waitUntil(() => Date.now() > newest(it) + 100, { interval: 5 })
  await rememberIdle(opened.workspace, SELECTION, results)
}

it('is kept where everything is as it was', async () => {
  const it = await idle()
  await remember(it)
  expect(memos(it)).toHaveLength(1)
})

it('is not kept where a dependency changed after the decision', async () => {
  const it = await idle()
  await remember(it, () => it.write({ in: 'y' }))
  expect(memos(it)).toEqual([])
})

it('is not kept where a stage left the pipeline after the decision', async () => {
  const it = await idle()
  await remember(it, () => it.define({ b: { cmd: 'echo > b', outs: ['b'] } }))
  expect(memos(it)).toEqual([])
})

it('is not kept of a run that did something', async () => {
  const it = new Pipeline({ a: { cmd: 'cp in a', deps: ['in'], outs: ['a'] } }, { in: 'x' })
  await it.run()
  expect(memos(it)).toEqual([])
})
