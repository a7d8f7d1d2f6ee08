// What is kept of runs that are over: so many of the last ones, never the run itself, one at work, or what is no run's.
import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { sweepRuns } from '../../src/session/sweep-runs.ts'
import { folderWith, write } from '../project-folder.ts'
import { Pipeline } from './rig.ts'

/** The id of the run of a minute, long ago. */
const idOf = (n: number): string => `20200101-00${String(n).padStart(2, '0')}00-000-0123abcd`

/** A project with the journals and logs of so many runs. */
function withRuns(count: number): string {
  const root = folderWith()
  for (let n = 0; n < count; n++)
    write(root, {
      [`.weir/history/${idOf(n)}.jsonl`]: 'line\n',
      [`.weir/history/${idOf(n)}/a.txt`]: 'log\n',
    })
  return root
}

const kept = (root: string): string[] => readdirSync(layoutOf(root).runJournals).sort()
const both = (...ids: string[]): string[] => ids.flatMap((id) => [id, `${id}.jsonl`])

describe('sweepRuns', () => {
  it('leaves the last runs, with their logs', () => {
    const root = withRuns(5)
    sweepRuns(layoutOf(root), { own: idOf(4), keep: 2 })
    expect(kept(root)).toEqual(both(idOf(3), idOf(4)))
    sweepRuns(layoutOf(root), { own: idOf(4), keep: 9 })
    expect(kept(root)).toEqual(both(idOf(3), idOf(4)))
  })

  it('leaves the run that it ends, though a clock that went back makes it the oldest', () => {
    const root = withRuns(4)
    sweepRuns(layoutOf(root), { own: idOf(0), keep: 1 })
    expect(kept(root)).toEqual(both(idOf(0), idOf(3)))
  })

  it('leaves a run that is still at work', () => {
    const root = withRuns(4)
    write(root, { [`.weir/tmp/${idOf(1)}/owner.json`]: '{}' })
    sweepRuns(layoutOf(root), { own: idOf(3), keep: 1 })
    expect(kept(root)).toEqual(both(idOf(1), idOf(3)))
  })

  it('leaves files that are no run’s, and counts none of them', () => {
    const root = withRuns(2)
    write(root, { '.weir/history/zz.jsonl': '', '.weir/history/notes/x': '' })
    sweepRuns(layoutOf(root), { own: idOf(1), keep: 1 })
    expect(kept(root)).toEqual([...both(idOf(1)), 'notes', 'zz.jsonl'])
  })

  it('ends no run where something cannot be removed, or nothing is there', () => {
    const { runJournals } = layoutOf(withRuns(3))
    expect(() =>
      sweepRuns(
        { runJournals: join(runJournals, `${idOf(0)}.jsonl`), scratch: '/none' },
        { own: '', keep: 1 },
      ),
    ).not.toThrow()
    chmodSync(runJournals, 0o500)
    expect(() => sweepRuns({ runJournals, scratch: '/none' }, { own: '', keep: 1 })).not.toThrow()
  })
})

describe('a run', () => {
  const STAGES = { a: { cmd: 'echo ${n} > a', params: ['n'], outs: ['a'] } }

  /** A project whose pipeline.yaml says what is kept. */
  function keeping(settings: string): Pipeline {
    const it = new Pipeline(STAGES, { 'params.yaml': 'n: 0\n' })
    it.write({ 'pipeline.yaml': `${settings}${it.read('pipeline.yaml')}` })
    return it
  }

  const journals = (it: Pipeline): string[] =>
    kept(it.root).filter((name) => name.endsWith('.jsonl'))

  it('keeps as many as pipeline.yaml says, its own among them, and none goes for an idle one', async () => {
    const it = keeping('runs: { keep: 2 }\n')
    for (const n of [1, 2, 3]) {
      it.write({ 'params.yaml': `n: ${n}\n` })
      await it.run()
    }
    const two = journals(it)
    expect(two).toHaveLength(2)
    it.write({ [`.weir/history/${idOf(0)}.jsonl`]: '' })
    await it.run()
    expect(journals(it)).toEqual([`${idOf(0)}.jsonl`, ...two])
  })

  it('keeps 200 where nothing is said', async () => {
    const it = keeping('')
    mkdirSync(layoutOf(it.root).runJournals, { recursive: true })
    for (let n = 0; n < 205; n++)
      it.write({
        [`.weir/history/20200101-000000-${String(n).padStart(3, '0')}-0123abcd.jsonl`]: '',
      })
    await it.run()
    expect(journals(it)).toHaveLength(200)
    expect(journals(it)[0]).toBe('20200101-000000-006-0123abcd.jsonl')
  })

  it('that fails sweeps too', async () => {
    const it = keeping('runs: { keep: 1 }\n')
    it.write({ [`.weir/history/${idOf(0)}.jsonl`]: '' })
    it.replace('echo ${n} > a', 'exit 1')
    expect((await it.run()).ok).toBe(false)
    expect(journals(it)).toHaveLength(1)
    expect(journals(it)).not.toContain(`${idOf(0)}.jsonl`)
  })
})
