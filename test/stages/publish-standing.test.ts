// The publish_standing cell over the months of a registry, and the features that the table keeps for earlier models.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { parseDefinition } from '@weir/formats/definition'
import { production } from '@weir/registry/fold'
import { openRegistry } from '@weir/registry/registry'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { bundleOf, NAME, quietEffects, tableOf } from '../../packages/registry/test/rig.ts'
import { NAME as TINY, tinyBundle, tinyModel } from '../../serve/test/rig.ts'
import { withServed } from '../../stages/models/served-features.ts'
import publish from '../../stages/publish-standing.ts'
import { DEFINITION } from './judged.ts'
import { failure, runStage, temporary } from './rig.ts'

const [M1, M2, M3] = ['2024-01-31', '2024-02-29', '2024-03-31']
const QUIET = { action: 'none', retrain: false, reason: '', threshold: 0.02 } as const
const NOTHING = { drift_share: null, target_drift: null, labelled: null, cause: null, reasons: [] }

const NO_CHALLENGE = {
  version: null,
  against: null,
  looks: [],
  answer: null,
  ...{ gain: null, se: null, bound_low: null, bound_high: null, smallest: null },
  reason: 'there is no open challenger',
  guards: [],
}

/** A project with a registry; `month` runs the cell for a period with the version that was in Production before. */
async function projectOf(name = NAME) {
  const root = await temporary()
  const store = join(root, 'models')
  const registry = openRegistry(store, quietEffects())
  const month = async (
    as_of: string,
    version: number | null,
    { content = 'table', challenge = {}, retrain = false, approval = false } = {},
  ) => {
    const digest = sha256('a bundle')
    const standing =
      version === null ? { version } : { version, digest, as_of: M1, bundle: 'models/bundles/x' }
    const said = await runStage(publish, {
      params: { as_of, promote: { name, store, require_approval: approval } },
      inputs: {
        online: tableOf(root, content, as_of),
        decision: { value: { as_of, ...QUIET, ...NOTHING, retrain } },
        challenge: { value: { as_of, ...NO_CHALLENGE, ...challenge } },
        incumbent: { value: standing },
      },
      outputs: { publication: join(root, 'publication.json') },
    })
    return { said, ...JSON.parse(await readFile(join(root, 'publication.json'), 'utf8')) }
  }
  const live = async () => (await registry.state()).get(name)?.table?.as_of ?? null
  return { root, registry, month, live }
}

describe('publish_standing', () => {
  it('keeps the first month’s table for the model that comes', async () => {
    const { registry, month, live } = await projectOf()
    expect(await month(M1, null)).toMatchObject({ as_of: M1, version: null, live: false })
    expect([await live(), await registry.history()]).toEqual([null, []])
  })

  it('puts each later month’s table live for the version that stays, once', async () => {
    const { root, registry, month, live } = await projectOf()
    await registry.register(bundleOf(root, 'a', M1))
    await registry.promote(NAME, 1, { reason: '' })
    const said = await month(M2, 1)
    expect(said).toMatchObject({ version: 1, live: true, challenger: null })
    expect(said.reason).toBe(`version 1 is served with the feature table of ${M2}`)
    expect((await registry.history()).at(-1)).toMatchObject({ type: 'published', period: M2 })
    const events = (await registry.history()).length
    await month(M2, 1)
    expect(await registry.history()).toHaveLength(events)
    expect(await live()).toBe(M2)
  })

  it('changes nothing when an earlier month is run again', async () => {
    const { root, registry, month, live } = await projectOf()
    await registry.register(bundleOf(root, 'a', M1))
    await registry.promote(NAME, 1, { reason: '' })
    await month(M3, 1)
    expect(await month(M2, 1, { content: 'other' })).toMatchObject({
      live: false,
      reason: `version 1 is served with the feature table of ${M3}; that of ${M2} changes nothing`,
    })
    expect(await live()).toBe(M3)
  })

  it('fails by the registry’s own code', async () => {
    const { root, month } = await projectOf()
    await month(M1, null)
    await writeFile(join(root, 'models/journal.jsonl'), 'x\n')
    expect((await failure(month(M2, null))).code).toBe('JOURNAL_DAMAGED')
  })
})

describe('the challenger, where nothing is trained', () => {
  /** Production v1, and v2 open since month 2. */
  async function challenged() {
    const it = await projectOf(TINY)
    const at = openRegistry(join(it.root, 'models'), quietEffects({ period: M2 }))
    await it.registry.register(tinyBundle(it.root, tinyModel(2), { asOf: M1 }))
    await it.registry.promote(TINY, 1, { reason: '' })
    await at.register(tinyBundle(it.root, tinyModel(1), { asOf: M2 }))
    await at.challenge(TINY, 2, { labelled: M2, against: 1, gain: 0.008, se: 0.005 }, 'unsure')
    const decided = async () => {
      const model = (await it.registry.state()).get(TINY)
      return [production(model)?.version, model?.versions.get(2)?.decided?.decision]
    }
    return { ...it, decided }
  }
  const look = (answer: string | null) => ({
    ...{ version: 2, against: 1, looks: [M2, M3], answer: answer as never },
    ...{ gain: 0.012, se: 0.004, reason: 'over two months' },
  })

  it.each([
    ['promote', [2, 'promoted'], true],
    ['reject', [1, 'rejected'], true],
    ['not_shown', [1, 'not_shown'], true],
    ['undecided', [1, 'open'], true],
    [null, [1, 'open'], false],
  ])('by %s, once', async (answer, after, changed) => {
    const { registry, month, decided, live } = await challenged()
    const before = (await registry.history()).length
    const first = await month(M3, 1, { challenge: look(answer) })
    expect(await decided()).toEqual(after)
    expect(first.challenger).toMatchObject({ version: 2, decision: after[1] })
    expect(first.version).toBe(after[0])
    const events = (await registry.history()).length
    expect(events > before + 1).toBe(changed)
    expect((await month(M3, 1, { challenge: look(answer) })).challenger.decision).toBe(after[1])
    expect(await registry.history()).toHaveLength(events)
    expect(await live()).toBe(M3)
  })

  it('waits for a person on the grounds of its look, and anew where the look has changed', async () => {
    const { registry, month, decided } = await challenged()
    const request = async () =>
      (await registry.state()).get(TINY)?.versions.get(2)?.request?.bound ?? []
    await month(M3, 1, { challenge: look('promote'), approval: true })
    expect(await decided()).toEqual([1, 'awaiting_approval'])
    const [first] = await request()
    expect(first).toMatchObject({ what: 'challenge', path: 'artifacts/challenge.json', as_of: M3 })
    const events = (await registry.history()).length
    await month(M3, 1, { challenge: look('promote'), approval: true })
    expect(await registry.history()).toHaveLength(events)
    await month(M3, 1, { challenge: { ...look('promote'), gain: 0.02 }, approval: true })
    expect(await decided()).toEqual([1, 'awaiting_approval'])
    expect((await request())[0]?.digest).not.toBe(first?.digest)
  })

  it('is left to promote where a candidate comes', async () => {
    const { month, decided } = await challenged()
    const found = await month(M3, 1, { challenge: look('promote'), retrain: true })
    expect([found.challenger, await decided()]).toEqual([null, [1, 'open']])
  })

  it('stays where Production has changed since, or a later month has gone on', async () => {
    const { month, decided } = await challenged()
    const stale = await month(M3, 1, { challenge: { ...look('promote'), against: 7 } })
    expect(stale.challenger.reason).toContain('Production has changed')
    await month('2024-04-30', 1)
    const late = await month(M3, 1, { challenge: look('promote') })
    expect(late.challenger.reason).toContain('2024-04-30 has been processed')
    expect(await decided()).toEqual([1, 'open'])
  })
})

describe('the features of earlier models', () => {
  const definition = parseDefinition(parse(DEFINITION))
  const without = (name: string) => ({
    ...definition,
    views: definition.views.map((view) => ({
      ...view,
      features: view.features.filter((feature) => feature !== name),
    })),
  })
  const spec = (name: string, view = 'client') =>
    ({ name, view, type: 'number', nullable: true }) as const

  it('stay in the table though the definition names them no more', () => {
    const served = [spec('plan'), spec('hours')]
    expect(withServed(without('hours'), served)).toEqual({
      definition: {
        ...definition,
        views: [{ ...definition.views[0], features: ['plan', 'hours'] }],
      },
      lost: [],
    })
    expect(withServed(definition, served).definition).toEqual(definition)
  })

  it('are lost where the tables have no such column, or the view is gone', () => {
    const { definition: same, lost } = withServed(definition, [spec('age'), spec('x', 'gone')])
    expect(lost).toEqual(['age', 'x'])
    expect(same).toEqual(definition)
  })
})
