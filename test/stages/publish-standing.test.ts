// The publish_standing cell over the months of a registry, and the features that the table keeps for earlier models.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { parseDefinition } from '@weir/formats/definition'
import { openRegistry } from '@weir/registry/registry'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { bundleOf, NAME, quietEffects, tableOf } from '../../packages/registry/test/rig.ts'
import { withServed } from '../../stages/models/served-features.ts'
import publish from '../../stages/publish-standing.ts'
import { DEFINITION } from './judged.ts'
import { failure, runStage, temporary } from './rig.ts'

const [M1, M2, M3] = ['2024-01-31', '2024-02-29', '2024-03-31']
const QUIET = { action: 'none', retrain: false, reason: '', threshold: 0.02 } as const
const NOTHING = { drift_share: null, target_drift: null, labelled: null, cause: null, reasons: [] }

/** A project with a registry; `month` runs the cell for a period with the version that was in Production before. */
async function projectOf() {
  const root = await temporary()
  const store = join(root, 'models')
  const registry = openRegistry(store, quietEffects())
  const month = async (as_of: string, version: number | null, content = 'table') => {
    const digest = sha256('a bundle')
    const standing =
      version === null ? { version } : { version, digest, as_of: M1, bundle: 'models/bundles/x' }
    const said = await runStage(publish, {
      params: { as_of, promote: { name: NAME, store } },
      inputs: {
        online: tableOf(root, content, as_of),
        decision: { value: { as_of, ...QUIET, ...NOTHING } },
        incumbent: { value: standing },
      },
      outputs: { publication: join(root, 'publication.json') },
    })
    return { said, ...JSON.parse(await readFile(join(root, 'publication.json'), 'utf8')) }
  }
  const live = async () => (await registry.state()).get(NAME)?.table?.as_of ?? null
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
    expect(await month(M2, 1, 'other')).toMatchObject({
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
