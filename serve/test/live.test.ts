// Model and table from the registry: one event puts both there, and they are served together or not at all.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tablePath } from '@weir/registry/table'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  appOf,
  NAME,
  type Project,
  project,
  promote,
  publish,
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
  await publish(home)
  server = await appOf(home, { fromRegistry: true })
})

/** What a prediction for a user comes from. */
const served = async () => {
  await server.refresh()
  const { body } = await server.send({ user_id: 'ann' })
  return [body.model.version, body.features_used.months]
}

/** Stores a table of another month, and registers another model; both wait to be put live. */
async function next(months: number) {
  await writeOnline(home.features, { asOf: '2024-02-29', months })
  const table = await home.registry.storeTable(home.features)
  const { version } = await home.registry.register(tinyBundle(home.root, tinyModel(-2)))
  return {
    table,
    version: version.version,
    file: join(tablePath(home.store, table.digest), 'features.parquet'),
  }
}

it('does not look at the folder of the pipeline', async () => {
  expect(await served()).toEqual([1, 12])
  await writeOnline(home.features, { months: 13 })
  rmSync(join(home.root, 'artifacts'), { recursive: true })
  expect(await served()).toEqual([1, 12])
})

it('swaps model and table by one event, and the table alone by another', async () => {
  const { table, version } = await next(13)
  expect(await served()).toEqual([1, 12])
  await home.registry.promote(NAME, version, { reason: '', table })
  expect(await served()).toEqual([2, 13])
  await writeOnline(home.features, { asOf: '2024-03-31', months: 14 })
  await publish(home)
  expect(await served()).toEqual([2, 14])
  await home.registry.rollback(NAME, null)
  expect(await served()).toEqual([1, 14])
  await home.registry.publish(NAME, table, 'a person goes back')
  expect(await served()).toEqual([1, 13])
})

describe('a pair of which one part is broken', () => {
  it.each(['table', 'model'] as const)('stays out as a whole: its %s', async (what) => {
    const { table, version, file } = await next(13)
    await home.registry.promote(NAME, version, { reason: '', table })
    const digest = (await home.registry.state()).get(NAME)?.versions.get(version)?.digest ?? ''
    const broken = what === 'table' ? file : join(home.store, 'bundles', digest, 'model.json')
    writeFileSync(broken, 'rot')
    expect(await served()).toEqual([1, 12])
    const { refused } = (await server.get('/ready')).body
    expect(refused[what === 'table' ? 'features' : 'model']).toMatchObject({
      what: what === 'table' ? 'the feature table of 2024-02-29' : 'tiny_churn v2',
    })
    expect(server.refusals).toHaveLength(1)
    await home.registry.register(tinyBundle(home.root, tinyModel(-2)))
    await home.registry.storeTable(home.features)
    expect(await served()).toEqual([2, 13])
    expect((await server.get('/ready')).body.refused).toEqual({ model: null, features: null })
  })

  it('at the start leaves the sound part: by features the model answers', async () => {
    const { digest } = await home.registry.storeTable(home.features)
    rmSync(tablePath(home.store, digest), { recursive: true })
    server = await appOf(home, { fromRegistry: true })
    expect((await server.get('/model')).body.version).toBe(1)
    expect((await server.get('/ready')).body.error.details[0]).toMatchObject({
      code: 'FEATURES_NOT_READY',
      message: expect.stringContaining('2024-01-31'),
    })
  })
})

it('without a live table says what to do', async () => {
  const other = project()
  await promote(other, 1)
  server = await appOf(other, { fromRegistry: true })
  expect((await server.get('/ready')).body.error.details).toEqual([
    { code: 'FEATURES_NOT_READY', message: expect.stringContaining('--until promote') },
  ])
})
