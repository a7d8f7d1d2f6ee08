// `weir runs` and `weir log`: what they tell of the runs of a project, and of a word that means none.

import { diskFiles } from '@weir/base/files'
import { describe, expect, it } from 'vitest'
import { findRun } from '../../src/commands/find-run.ts'
import { logCommand } from '../../src/commands/log.ts'
import { runsCommand } from '../../src/commands/runs.ts'
import { layoutOf } from '../../src/config/layout.ts'
import { lastRuns, type RecordedRun } from '../../src/session/recorded-run.ts'
import { Pipeline } from '../run/rig.ts'
import { call } from './effects.ts'

const runs = ({ root }: Pipeline, ...argv: string[]) => call('runs', runsCommand, argv, root)
const log = ({ root }: Pipeline, ...argv: string[]) => call('log', logCommand, argv, root)

/** A project with two runs: the first ran all and failed in `c`, the second ran `c` alone. */
async function history(): Promise<{ it: Pipeline; first: RecordedRun; second: RecordedRun }> {
  const it = new Pipeline({
    a: { cmd: 'echo from a; echo 1 > a', outs: ['a'] },
    b: { cmd: 'echo from b >&2; cp a b', deps: ['a'], outs: ['b'] },
    c: { cmd: 'echo from c; test -e ready', deps: ['b'] },
  })
  await it.run({ command: 'weir run' })
  it.open('ready')
  await it.run({ command: 'weir run --until c' })
  const [second, first] = lastRuns(layoutOf(it.root), diskFiles)
  if (!first || !second) throw new Error('two runs were made')
  return { it, first, second }
}

describe('weir runs', () => {
  it('shows the last runs, newest first', async () => {
    const { it, first, second } = await history()
    const { code, out } = await runs(it)
    expect(code).toBe(0)
    const lines = out.split('\n')
    expect(lines[0]).toMatch(/^run +began +time +result +stages +command$/)
    expect(lines[1]).toMatch(
      new RegExp(
        `^${second.head.run} +\\S+ \\S+ UTC +\\S+ s +ok +1 ran, 2 cached +weir run --until c$`,
      ),
    )
    expect(lines[2]).toMatch(new RegExp(`^${first.head.run} .* failed +2 ran, 1 failed +weir run$`))
    expect(lines).toHaveLength(4)
    const newest = await runs(it, '-n', '1')
    expect(newest.out.split('\n')).toHaveLength(3)
  })

  it('gives them as JSON', async () => {
    const { it, first, second } = await history()
    const { runs: list } = JSON.parse((await runs(it, '--json')).out)
    expect(list).toEqual([
      {
        run: second.head.run,
        began: second.startedAt,
        seconds: second.seconds,
        command: 'weir run --until c',
        result: 'ok',
        counts: { ran: 1, cached: 2, restored: 0, skipped: 0, failed: 0, unfinished: 0 },
      },
      expect.objectContaining({ run: first.head.run, result: 'failed' }),
    ])
  })

  it('tells one run in full, named by its end', async () => {
    const { it, first } = await history()
    const word = first.head.run.slice(-8)
    const { out, code } = await runs(it, word)
    expect(code).toBe(0)
    expect(out).toContain(`${first.head.run}: weir run\n  result   failed in `)
    expect(out).toMatch(/^a +ran +\S+ s +no run of it is recorded$/m)
    expect(out).toMatch(/^c +failed +\S+ s +STAGE_FAILED: /m)
    const { run } = JSON.parse((await runs(it, word, '--json')).out)
    expect(run).toMatchObject({
      run: first.head.run,
      versions: { weir: '0.0.0', node: process.version },
      git: null,
      params: {},
      stages: [
        { name: 'a', outcome: 'ran', reasons: ['no run of it is recorded'] },
        { name: 'b', outcome: 'ran' },
        { name: 'c', outcome: 'failed', error: { code: 'STAGE_FAILED' } },
      ],
    })
  })

  it('of a project that never ran says so; outside a project it is refused', async () => {
    const it = new Pipeline({ a: { cmd: 'true' } })
    expect((await runs(it)).out).toBe('No run is recorded yet: weir run\n')
    expect(JSON.parse((await runs(it, '--json')).out)).toEqual({ runs: [] })
    const outside = await call('runs', runsCommand, [], '/')
    expect([outside.code, outside.err]).toEqual([2, expect.stringContaining('NO_PROJECT')])
  })

  it('of a run that there is not is refused', async () => {
    const { it, second } = await history()
    const { code, err } = await runs(it, '2099')
    expect(code).toBe(2)
    expect(err).toContain("error[UNKNOWN_RUN]: there is no run '2099'")
    expect(err).toContain(`the last one is ${second.head.run}`)
    const several = await runs(it, second.head.run.slice(0, 4))
    expect(several.err).toContain('may mean 2 runs')
  })

  it('takes an id that is the beginning of another one for itself', async () => {
    const { first } = await history()
    const named = (run: string): RecordedRun => ({ ...first, head: { ...first.head, run } })
    expect(findRun([named('r1'), named('r12')], 'r1').head.run).toBe('r1')
  })
})

describe('weir log', () => {
  it('prints what a stage wrote in the last run in which it was started', async () => {
    const { it } = await history()
    expect(await log(it, 'a')).toEqual({
      code: 0,
      out: '> echo from a; echo 1 > a\nfrom a\n',
      err: '',
    })
    expect((await log(it, 'c')).out).toContain('from c')
  })

  it('prints that of a given run', async () => {
    const { it, first } = await history()
    expect((await log(it, first.head.run, 'b')).out).toContain('from b')
  })

  it('gives the events of the stage as JSON', async () => {
    const { it, first } = await history()
    const { code, out } = await log(it, first.head.run, 'c', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      run: first.head.run,
      stage: 'c',
      log: `.weir/history/${first.head.run}/c.txt`,
      events: [
        { kind: 'stage_started', stage: 'c' },
        { kind: 'stage_ended', result: { name: 'c', outcome: 'failed' } },
      ],
    })
  })

  it.each([
    [(run: string) => [run, 'b'], 'LOG_MISSING', "has no log of 'b', which is cached"],
    [(run: string) => [run, 'bb'], 'UNKNOWN_STAGE', "did you mean 'b'?"],
    [() => ['bb'], 'UNKNOWN_STAGE', "did you mean 'b'?"],
    [() => ['zzzzzz'], 'UNKNOWN_STAGE', 'weir runs RUN'],
    [() => ['nobody', 'b'], 'UNKNOWN_RUN', 'weir runs lists them'],
  ])('refuses what is not there: %#', async (argv, code, text) => {
    const { it, second } = await history()
    const said = await log(it, ...argv(second.head.run))
    expect([said.code, said.out]).toEqual([2, ''])
    expect(said.err).toContain(`error[${code}]`)
    expect(said.err).toContain(text)
  })

  it('waits for a reader that is behind', async () => {
    const { it } = await history()
    let drains = 0
    const stdout = {
      write: () => false,
      writableNeedDrain: true,
      once(event: string, listener: () => void) {
        if (event === 'drain') queueMicrotask(() => [drains++, listener()])
      },
    }
    expect((await call('log', logCommand, ['a'], it.root, { stdout })).code).toBe(0)
    expect(drains).toBeGreaterThan(0)
  })
})
