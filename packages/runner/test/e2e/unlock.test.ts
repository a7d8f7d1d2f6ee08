// `weir unlock`: shows who holds the mutexes, removes that of a holder who is gone, and refuses for one at work.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asideName } from '@weir/base/files'
import type { Holder } from '@weir/base/mutex'
import { nameOf, ownSight } from '@weir/base/process'
import { describe, expect, it, test } from 'vitest'
import { CONTAINER, NEEDS_CONTAINER } from '../../../base/test/containers.ts'
import type { Ask } from '../../src/commands/effects.ts'
import { readPlugins } from '../../src/commands/plugins.ts'
import { unlockCommand } from '../../src/commands/unlock.ts'
import { call } from '../commands/effects.ts'
import { processesWith, until } from './processes.ts'
import {
  controlled,
  jsonOf,
  outcomesOf,
  type Project,
  pipeline,
  project,
  type RunJson,
} from './rig.ts'

const NONCE = '01234567-89ab-cdef-0123-456789abcdef'
const RUN = '.weir/run.lock'
const REGISTRY = 'models/journal.lock'
const FAR: Partial<Holder> = { host: 'elsewhere' }
const GONE: Partial<Holder> = { pid: 2 ** 22 + 1 }
const AT_WORK: Partial<Holder> = nameOf(process.ppid)

function empty(files: Record<string, string> = {}): Project {
  const manifest = JSON.stringify({ weir: { plugins: ['@weir/registry'] } })
  const stages = pipeline({ a: { cmd: 'true' } })
  return project({ 'pipeline.yaml': stages, 'package.json': manifest, ...files })
}

function hold(it: Project, lock: string, about: Partial<Holder>): void {
  const since = '2024-03-01T12:30:05.000Z'
  const holder = { ...ownSight().self, nonce: NONCE, since, what: 'weir run --until a', ...about }
  mkdirSync(it.path(lock), { recursive: true })
  writeFileSync(it.path(join(lock, NONCE)), JSON.stringify(holder))
}

async function unlock(it: Project, argv: readonly string[], answer: boolean | null = null) {
  let asked = 0
  const ask: Ask = async () => {
    asked++
    return answer
  }
  const command = unlockCommand(readPlugins(it.root))
  return { ...(await call('unlock', command, argv, it.root, { ask, env: {} })), asked }
}

describe('weir unlock', () => {
  it('says that nothing is held', async () => {
    const { code, out, asked } = await unlock(empty(), ['--yes'], true)
    expect([code, out, asked]).toEqual([0, `${RUN}: free\n${REGISTRY}: free\n`, 0])
  })

  it('shows who holds what and since when, and removes nothing by itself', async () => {
    const it = empty()
    hold(it, RUN, FAR)
    hold(it, REGISTRY, GONE)
    const { code, out } = await unlock(it, [])
    expect(code).toBe(0)
    const [run, registry, hint] = out.split('\n')
    expect(run).toMatch(
      /^\.weir\/run\.lock: `weir run --until a`, process \d+ on elsewhere, since 2024-03-01 12:30:05 UTC \(another machine\); .* cannot be seen from here$/,
    )
    expect(registry).toContain('its process is gone')
    expect(hint).toContain('weir unlock --yes')
    expect([it.has(RUN), it.has(REGISTRY)]).toEqual([true, true])
  })

  it.each<[string, Partial<Holder>]>([
    ['cannot be seen', FAR],
    ['is gone', GONE],
  ])('removes the mutex of a holder that %s with --yes, or when a person says so', async (_, about) => {
    const it = empty()
    for (const [argv, answer] of [
      [['--yes'], null],
      [[], true],
    ] as const) {
      hold(it, RUN, about)
      const { out } = await unlock(it, argv, answer)
      expect(out).toContain(`${RUN} is removed`)
      expect(readdirSync(it.path(RUN))).toEqual([])
    }
    hold(it, RUN, about)
    await unlock(it, [], false)
    expect(readdirSync(it.path(RUN))).toEqual([NONCE])
  })

  it('does not remove the mutex of a holder at work, nor any other then, unless it is forced', async () => {
    const it = empty()
    hold(it, RUN, FAR)
    hold(it, REGISTRY, AT_WORK)
    expect(await unlock(it, [], true)).toMatchObject({ code: 0, asked: 0 })
    const { code, err } = await unlock(it, ['--yes'])
    expect(code).toBe(1)
    expect(err).toMatch(/^error\[MUTEX_HELD\]: models\/journal\.lock is held by .*--force/s)
    expect(readdirSync(it.path(RUN))).toEqual([NONCE])
    expect((await unlock(it, ['run', '--yes'])).code).toBe(0)
    expect(readdirSync(it.path(REGISTRY))).toEqual([NONCE])
    expect((await unlock(it, ['--force'])).code).toBe(0)
    expect(readdirSync(it.path(REGISTRY))).toEqual([])
  })

  it.each([
    ['a file', { [RUN]: 'x' }],
    ['an empty record', { [`${RUN}/${NONCE}`]: '' }],
    ['two of them', { [`${RUN}/a`]: '', [`${RUN}/b/c`]: '' }],
  ])('removes a mutex that is damaged: %s', async (_, files) => {
    const it = empty(files)
    expect((await unlock(it, [])).out).toContain('a mutex that cannot be read')
    expect((await unlock(it, ['--yes'])).code).toBe(0)
    expect(await it.outcomes()).toEqual({ a: 'ran' })
  })

  it('looks for the registry where params.yaml says, or the command line', async () => {
    const it = empty({ 'params.yaml': 'promote: { store: elsewhere }\n', 'deep/x': '' })
    hold(it, 'elsewhere/journal.lock', FAR)
    hold(it, 'third/journal.lock', FAR)
    expect((await unlock(it, ['registry'])).out).toMatch(/^elsewhere\/journal\.lock: `weir run/)
    expect((await unlock(it, ['registry', '--store', 'third'])).out).toMatch(
      /^third\/journal\.lock: `/,
    )
    const { stdout } = await it.weir(['unlock', 'registry'], { cwd: 'deep' })
    expect(stdout).toMatch(/^\.\.\/elsewhere\/journal\.lock: `weir run/)
  })

  it('tells it as JSON', async () => {
    const it = empty()
    hold(it, RUN, FAR)
    const { out, err } = await unlock(it, ['--yes', '--json'])
    expect(JSON.parse(out)).toEqual({
      locks: [
        {
          name: 'run',
          path: it.path(RUN),
          state: 'unknown',
          holder: expect.objectContaining({ host: 'elsewhere', what: 'weir run --until a' }),
          removed: true,
        },
        { name: 'registry', path: it.path(REGISTRY), state: 'free', holder: null, removed: false },
      ],
      ok: true,
    })
    expect(err).toContain(`${RUN} is removed`)
    hold(it, RUN, AT_WORK)
    expect(JSON.parse((await unlock(it, ['--yes', '--json'])).out)).toMatchObject({
      ok: false,
      errors: [{ code: 'MUTEX_HELD' }],
    })
  })

  it('shows its help, and refuses a wrong command line', async () => {
    const it = empty()
    expect(await unlock(it, ['--help'])).toMatchObject({ code: 0 })
    for (const argv of [['runs'], ['run', 'registry'], ['--yse']]) {
      const { code, err } = await unlock(it, argv)
      expect([code, err.includes('error[USAGE]')]).toEqual([2, true])
    }
  })

  it('works for runs also where params.yaml is broken', async () => {
    const it = empty({ 'params.yaml': 'promote: {store: [\n' })
    hold(it, RUN, FAR)
    expect((await unlock(it, ['--yes'])).code).toBe(2)
    expect((await unlock(it, ['run', '--yes'])).code).toBe(0)
  })
})

test('a run that was stopped, unlocked and continued records nothing over what another one did', async () => {
  const it = project({
    'pipeline.yaml': pipeline({
      a: { cmd: controlled('a'), outs: ['a.txt'] },
      b: { cmd: 'cat a.txt a.txt > b.txt', deps: ['a.txt'], outs: ['b.txt'] },
    }),
  })
  await it.listen()
  const stopped = it.start(['run', '--json'])
  const late = await it.nextInvocation('a')
  stopped.kill('SIGSTOP')
  expect((await it.weir(['unlock', 'run', '--yes'])).code).toBe(1)
  expect((await it.weir(['unlock', 'run', '--force'])).code).toBe(0)
  const other = it.start(['run', '--json'])
  ;(await it.nextInvocation('a')).exit(0, { 'a.txt': 'other\n' })
  expect(outcomesOf(jsonOf<RunJson>(await other.ended))).toEqual({ a: 'ran', b: 'ran' })
  const recorded = it.read('pipeline.lock')
  late.exit(0)
  stopped.kill('SIGCONT')
  const end = await stopped.ended
  expect(end.code).toBe(1)
  const { stages } = jsonOf<RunJson>(end)
  expect(stages.map(({ name, outcome, error }) => [name, outcome, error?.code])).toEqual([
    ['a', 'failed', 'MUTEX_LOST'],
    ['b', 'skipped', undefined],
  ])
  expect(it.read('pipeline.lock')).toBe(recorded)
  expect(it.has('.weir/run.lock')).toBe(false)
  expect(await it.outcomes()).toEqual({ a: 'restored', b: 'cached' })
  expect(it.read('a.txt')).toBe('other\n')
})

test.skipIf(!CONTAINER)(`a run that was killed with its container${NEEDS_CONTAINER}`, async () => {
  const it = project({
    'pipeline.yaml': pipeline({ a: { cmd: controlled('a'), outs: ['a.txt'] } }),
  })
  await it.listen()
  const killed = it.start(['run', '--json'], { before: CONTAINER ?? [] })
  await it.nextInvocation('a')
  killed.kill('SIGKILL')
  await killed.ended
  const scratch = readdirSync(it.path('.weir/tmp'))
  expect(scratch).toHaveLength(1)
  await until('the container is gone', () => processesWith('WEIR_RUN_ID', scratch[0]!).length === 0)
  // What another container writes aside at this moment is not to be removed.
  const { self, startOf } = ownSight()
  const far = asideName('pipeline.lock', { self: { ...self, namespace: 'pid:[1]' }, startOf })
  it.write({ [far]: '' })

  const next = it.start(['run', '--json'])
  await next.said('waiting for another run in this project: `weir run`, process 1 on ')
  await next.said('(another container); if it is gone for good: weir unlock')
  const { stdout } = await it.weir(['unlock', 'run', '--yes'])
  expect(stdout).toContain('run.lock is removed')
  ;(await it.nextInvocation('a')).exit(0, { 'a.txt': 'a\n' })
  const end = await next.ended
  expect(outcomesOf(jsonOf<RunJson>(end))).toEqual({ a: 'ran' })
  expect(readdirSync(it.path('.weir/tmp'))).toEqual([])
  expect(it.files('.').filter((path) => path.endsWith('.tmp'))).toEqual([far])
})
