// What is served follows the registry and the feature table, without a restart, and never takes what is broken.
import { appendFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRegistry } from '@weir/registry/registry'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  appOf,
  NAME,
  type Project,
  probabilityOf,
  project,
  promote,
  tinyBundle,
  tinyModel,
  writeOnline,
} from './rig.ts'

let home: Project
let server: Awaited<ReturnType<typeof appOf>>
beforeEach(async () => {
  home = project()
  await promote(home, 2)
  await writeOnline(home.features)
  server = await appOf(home)
})

const served = async () => (await server.send({ user_id: 'ann' })).body.model.version

/** A promotion that nobody checked: what a hand, or another program, may do to a store. */
const careless = () => openRegistry(home.store, { git: async () => null, verify: async () => [] })

describe('the model', () => {
  it('is swapped on promotion, on rollback, and forward again', async () => {
    expect(await served()).toBe(1)
    await promote(home, -2)
    expect(await served()).toBe(1)
    await server.refresh()
    expect((await server.send({ user_id: 'ann' })).body).toMatchObject({
      prediction: 0,
      probability: expect.closeTo(probabilityOf(-2, 12), 12),
      model: { version: 2 },
    })
    await home.registry.rollback(NAME, null)
    await server.refresh()
    expect(await served()).toBe(1)
    await home.registry.rollback(NAME, 2)
    await server.refresh()
    expect(await served()).toBe(2)
    expect((await server.app.inject('/metrics')).body).toContain('api_swaps_total{what="model"} 4')
  })

  it('appears when the first one is promoted', async () => {
    const other = project()
    await writeOnline(other.features)
    server = await appOf(other)
    expect((await server.get('/ready')).status).toBe(503)
    await promote(other, 1)
    await server.refresh()
    expect((await server.get('/ready')).status).toBe(200)
  })

  it('with a damaged file stays out, and is taken once it is whole', async () => {
    const dir = tinyBundle(home.root, tinyModel(0))
    const { version } = await careless().register(dir)
    await careless().promote(NAME, 2, { reason: '' })
    const file = join(home.store, 'bundles', version.digest, 'model.json')
    appendFileSync(file, ' ')
    await server.refresh()
    expect(await served()).toBe(1)
    expect((await server.get('/model')).body.refused).toEqual({
      what: 'tiny_churn v2',
      reason: expect.stringContaining('model.json'),
    })
    expect((await server.get('/ready')).body).toMatchObject({
      ready: true,
      refused: { model: { what: 'tiny_churn v2' } },
    })
    await server.refresh()
    expect(server.refusals).toHaveLength(1)
    writeFileSync(file, `${JSON.stringify(tinyModel(0), null, 2)}\n`)
    await server.refresh()
    expect(await served()).toBe(2)
    expect((await server.get('/model')).body.refused).toBeNull()
  })

  it('that does not give its expected outputs stays out', async () => {
    await careless().register(tinyBundle(home.root, tinyModel(0), { lie: true }))
    await careless().promote(NAME, 2, { reason: '' })
    await server.refresh()
    expect(await served()).toBe(1)
    expect(server.refusals).toEqual([
      { what: 'tiny_churn v2', reason: expect.stringMatching(/^example 0 gives .*; example 1/) },
    ])
    await home.registry.rollback(NAME, 1)
    await server.refresh()
    expect((await server.get('/model')).body.refused).toBeNull()
  })

  it('stays when the journal is damaged or gone', async () => {
    const journal = join(home.store, 'journal.jsonl')
    writeFileSync(journal, `x\n`)
    await server.refresh()
    expect((await server.get('/model')).body.refused.reason).toContain('line 1')
    rmSync(journal)
    await server.refresh()
    expect(await served()).toBe(1)
    expect((await server.get('/model')).body.refused.reason).toContain('no model is in Production')
  })

  it('is no longer called refused when the journal is put back as it was', async () => {
    const journal = join(home.store, 'journal.jsonl')
    renameSync(journal, `${journal}.away`)
    await server.refresh()
    expect((await server.get('/model')).body.refused).not.toBeNull()
    renameSync(`${journal}.away`, journal)
    await server.refresh()
    expect((await server.get('/model')).body.refused).toBeNull()
  })

  it('that was refused at the start is told by /ready', async () => {
    const other = project()
    await openRegistry(other.store, { git: async () => null }).register(
      tinyBundle(other.root, tinyModel(0), { lie: true }),
    )
    await openRegistry(other.store, { git: async () => null }).promote(NAME, 1, { reason: '' })
    server = await appOf(other)
    const { status, body } = await server.get('/ready')
    expect(status).toBe(503)
    expect(body.error.details[0]).toMatchObject({
      code: 'MODEL_NOT_READY',
      message: expect.stringContaining('tiny_churn v1 was refused: example 0'),
    })
  })
})

describe('the feature table', () => {
  const months = async () => (await server.send({ user_id: 'ann' })).body.features_used.months

  it('is swapped when another one takes its place', async () => {
    await writeOnline(home.features, { asOf: '2024-02-29', months: 13 })
    await server.refresh()
    expect(await months()).toBe(13)
    expect((await server.get('/ready')).body.features.as_of).toBe('2024-02-29')
  })

  it.each([
    ['is cut short', (folder: string) => writeFileSync(join(folder, 'features.parquet'), 'PAR1')],
    [
      'has a manifest that is no JSON',
      (folder: string) => writeFileSync(join(folder, 'manifest.json'), '{'),
    ],
    [
      'has another manifest',
      (folder: string) => writeFileSync(join(folder, 'manifest.json'), '{"rows":1}'),
    ],
    ['lost its table', (folder: string) => rmSync(join(folder, 'features.parquet'))],
    ['is gone', (folder: string) => rmSync(folder, { recursive: true })],
  ])('stays when the next one %s', async (_, harm) => {
    await writeOnline(home.features, { asOf: '2024-02-29', months: 13 })
    harm(home.features)
    await server.refresh()
    expect(await months()).toBe(12)
    expect((await server.get('/ready')).body.refused.features.reason).toEqual(expect.any(String))
    expect(server.refusals).toHaveLength(1)
    await writeOnline(home.features, { asOf: '2024-02-29', months: 14 })
    await server.refresh()
    expect(await months()).toBe(14)
    expect((await server.get('/ready')).body.refused.features).toBeNull()
  })

  it('of another entity is not joined with the model', async () => {
    await writeOnline(home.features, { entity: 'customer' })
    await server.refresh()
    expect((await server.get('/ready')).body.error.details[0].message).toContain(
      'keyed by customer',
    )
    expect((await server.get('/features/ann')).body.customer).toBe('ann')
  })
})

it('leaves no bundle open or half copied in the store', () => {
  expect(readdirSync(join(home.store, 'bundles'))).toHaveLength(1)
})
