// `weir registry …` as a person and a program use it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  NAME,
  type Project,
  project,
  promote,
  tinyBundle,
  tinyModel,
} from '../../../serve/test/rig.ts'
import { call } from '../../runner/test/commands/effects.ts'
import { openBundle } from '../src/bundle.ts'
import { registryCommand } from '../src/commands/registry.ts'
import { tableOf } from './rig.ts'

let home: Project
beforeEach(async () => {
  home = project()
  await promote(home, 2)
  await promote(home, 1)
})

const weir = (...argv: string[]) => call('registry', registryCommand, argv, home.root)
const json = async (...argv: string[]) => JSON.parse((await weir(...argv, '--json')).out)

describe('weir registry list', () => {
  it('gives the versions as JSON', async () => {
    await home.registry.evaluate(NAME, 2, { auc: 0.81 })
    const { versions } = await json('list')
    expect(versions).toMatchObject([
      { version: 1, stage: 'Archived', metrics: null, created_at: expect.stringMatching(/Z$/) },
      { version: 2, stage: 'Production', metrics: { auc: 0.81 }, name: NAME, decision: 'promoted' },
    ])
  })

  it('gives a table', async () => {
    await home.registry.alias(NAME, 'best', 1)
    const { code, out } = await weir('list')
    const [head, first, second] = out.split('\n')
    expect(code).toBe(0)
    expect(head).toMatch(/^version +stage +as of +AUC +registered +decision +aliases$/)
    expect(first).toMatch(/^ +v1 +Archived +2024-01-31 +– .*promoted +best$/)
    expect(second).toMatch(/^ +v2 +Production /)
  })

  it('of an empty registry says what to do', async () => {
    expect((await weir('list', '--store', 'nowhere')).out).toContain('weir run')
    expect(await json('list', '--store', 'nowhere')).toEqual({ versions: [] })
  })

  it('of a model that does not exist is refused, and so is its history', async () => {
    for (const verb of ['list', 'history']) {
      const { code, out, err } = await weir(verb, '--name', 'other')
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain('MODEL_UNKNOWN')
      expect(err).toContain(`it has ${NAME}`)
    }
  })
})

describe('weir registry show and history', () => {
  it('tell all of a version', async () => {
    const { out } = await weir('show', 'Production')
    expect(out).toContain('tiny_churn v2\n')
    expect(out).toMatch(/in Production +since \d{4}/)
    expect((await json('show', 'v1')).version).toMatchObject({ version: 1, stage: 'Archived' })
  })

  it('tell every event', async () => {
    const types = (await json('history')).events.map((event: { type: string }) => event.type)
    expect(types).toEqual(['registered', 'promoted', 'registered', 'promoted', 'archived'])
    expect((await weir('history')).out.split('\n')).toHaveLength(7)
  })

  it('cut no reason short where they do not write to a terminal', async () => {
    const reason = `complaints ${'and more '.repeat(30)}since Tuesday`
    await weir('rollback', '--reason', reason)
    expect((await weir('history')).out).toContain(reason)
  })
})

describe('weir registry promote, approve, rollback, alias', () => {
  it('change stages and say what stands now', async () => {
    expect((await weir('rollback', '--reason', 'worse', '--by', 'grace')).out).toBe(
      'tiny_churn v1 is in Production\n',
    )
    expect((await home.registry.history()).findLast((e) => e.type === 'rolled_back')).toMatchObject(
      {
        reason: 'worse',
        by: 'grace',
        version: 1,
        replaces: 2,
      },
    )
    expect(await json('promote', '2')).toMatchObject({
      changed: true,
      version: { stage: 'Production' },
    })
    expect((await weir('promote', '2')).out).toBe('tiny_churn v2 is in Production already\n')
    expect((await weir('alias', 'best', '1')).out).toBe('tiny_churn v1 (best) is in Archived\n')
    expect((await weir('alias', 'best', '--remove')).code).toBe(0)
  })

  it('wait for an approval where params.yaml asks for one', async () => {
    writeFileSync(join(home.root, 'pipeline.yaml'), 'stages: {}\n')
    writeFileSync(join(home.root, 'params.yaml'), 'promote: { require_approval: true }\n')
    await home.registry.register(tinyBundle(home.root, tinyModel(0)))
    expect((await weir('promote', '3')).out).toContain('waits in Staging: weir registry approve 3')
    expect((await weir('approve', '3', '--by', 'grace')).out).toContain('v3 is in Production')
    expect((await json('show', '3')).version).toMatchObject({ approved_by: 'grace' })
  })

  it('refuse a bundle that lies', async () => {
    await home.registry.register(tinyBundle(home.root, tinyModel(0), { lie: true }))
    const { code, err } = await weir('promote', '3')
    expect(code).toBe(1)
    expect(err).toMatch(/^error\[BUNDLE_UNFAITHFUL\]: example 0 gives/)
  })
})

describe('weir registry reject, publish, diff, export', () => {
  const table = (asOf: string) => home.registry.storeTable(tableOf(home.root, asOf, asOf))

  it('says no to what waits, by a reason', async () => {
    await home.registry.register(tinyBundle(home.root, tinyModel(0)))
    await home.registry.promote(NAME, 3, { reason: '', requireApproval: true })
    expect((await weir('reject', '3', '--reason', 'not now')).out).toBe(
      'tiny_churn v3 is in no stage\n',
    )
    expect((await json('show', '3')).version).toMatchObject({
      decision: 'rejected',
      reason: 'not now',
    })
  })

  it('refuses an approval whose files are others now, and lists it as approved afterwards', async () => {
    await home.registry.register(tinyBundle(home.root, tinyModel(0)))
    writeFileSync(join(home.root, 'comparison.json'), '{}')
    const bound = { what: 'comparison', path: 'comparison.json', digest: sha256('{}') }
    const request = { against: 2, bound: [bound], table: null }
    await home.registry.promote(NAME, 3, { reason: '', requireApproval: true, request })
    writeFileSync(join(home.root, 'comparison.json'), '{"n":1}')
    const { code, err } = await weir('approve', '3')
    expect([code, err]).toEqual([1, expect.stringContaining('REQUEST_LAPSED')])
    expect(err).toContain('comparison changed since')
    expect((await weir('list')).out).toContain('awaiting approval')
    writeFileSync(join(home.root, 'comparison.json'), '{}')
    expect((await weir('approve', '3')).code).toBe(0)
    expect((await weir('list')).out).toMatch(/v3 +Production .*approved/)
    expect((await weir('list')).out).not.toContain('awaiting')
  })

  it('goes back to a table that was live, by its period or digest', async () => {
    for (const day of ['2024-01-31', '2024-02-29']) {
      await home.registry.publish(NAME, await table(day), '')
    }
    const { digest } = await table('2024-01-31')
    expect((await weir('publish', '2024-01-31', '--reason', 'wrong export')).out).toBe(
      `tiny_churn is served with the feature table of 2024-01-31 (${digest.slice(0, 12)})\n`,
    )
    expect((await weir('publish', digest.slice(0, 8))).out).toContain('already')
    expect((await home.registry.history()).at(-1)).toMatchObject({
      type: 'published',
      reason: 'wrong export',
    })
    expect((await weir('publish', '2024-03-31')).err).toContain('TABLE_UNKNOWN')
  })

  it('tells what is not the same of two versions', async () => {
    await home.registry.evaluate(NAME, 1, { auc: 0.8 })
    await home.registry.evaluate(NAME, 2, { auc: 0.8123456 })
    const { changes, versions } = await json('diff', '1', 'Production')
    expect(versions).toEqual([1, 2])
    expect(changes.map(({ what }: { what: string }) => what)).toEqual(['digest', 'auc'])
    expect((await weir('diff', '1', '2')).out).toMatch(/auc +0.8 +0.8123\n/)
    expect((await weir('show', '2')).out).toMatch(/auc +0.8123\n/)
    expect((await weir('diff', '1', '1')).out).toBe('They are the same model.\n')
  })

  it('copies a bundle out, and never over something', async () => {
    expect((await weir('export', 'Production', 'out')).code).toBe(0)
    const { version } = await json('show', '2')
    expect((await openBundle(join(home.root, 'out'))).digest).toBe(version.digest)
    expect((await weir('export', '1', 'out')).err).toContain('EXPORT_EXISTS')
  })
})

describe('a wrong command line', () => {
  it.each([
    ['an unknown verb', ['lst'], 'did you mean list?'],
    ['no version', ['promote'], 'weir registry promote V'],
    ['too many words', ['list', 'all'], 'takes nothing more'],
    ['an unknown option', ['list', '--jsn'], 'did you mean --json?'],
  ])('with %s is a usage error', async (_, argv, hint) => {
    const { code, err } = await weir(...argv)
    expect(code).toBe(2)
    expect(err).toContain('error[USAGE]')
    expect(err).toContain(hint)
  })

  it('without a verb says what it takes; --help says all', async () => {
    expect(await weir('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Examples'),
    })
    expect(await weir()).toMatchObject({
      code: 2,
      err: expect.stringContaining('takes list | show V'),
    })
  })
})

it.each([
  ['VERSION_UNKNOWN', ['show', '9']],
  ['VERSION_UNKNOWN', ['rollback', 'worst']],
  ['NOT_WAITING', ['approve', '1']],
  ['NOTHING_BEFORE', ['rollback', '--store', 'models']],
  ['MODEL_UNKNOWN', ['promote', '1', '--name', 'other']],
  ['ALIAS_INVALID', ['alias', 'v3', '1']],
])('fails with %s for %j', async (code, argv) => {
  if (code === 'NOTHING_BEFORE') await weir('rollback')
  expect(await weir(...argv)).toMatchObject({
    code: 1,
    err: expect.stringContaining(`error[${code}]`),
  })
  expect(await json(...argv)).toMatchObject({ ok: false, errors: [{ code }] })
})

it('tells a broken params.yaml with its place', async () => {
  writeFileSync(join(home.root, 'params.yaml'), 'promote: {store: [\n')
  const { code, err } = await weir('list')
  expect(code).toBe(2)
  expect(err).toContain('params.yaml:')
})
