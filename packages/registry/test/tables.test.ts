// Feature tables in the store: whole or not at all, live one at a time, never older than they were.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { beforeEach, describe, expect, it } from 'vitest'
import { journalPath } from '../src/journal.ts'
import { resolveRegistryRef } from '../src/refs.ts'
import { openRegistry, type Registry } from '../src/registry.ts'
import { openTable, tableDigest, tablePath } from '../src/table.ts'
import { bundleOf, makeBundle, NAME, quietEffects, scratch, tableOf } from './rig.ts'

const [M1, M2, M3] = ['2024-01-31', '2024-02-29', '2024-03-31']

let root: string
let store: string
let at: (period: string | null) => Registry
beforeEach(async () => {
  root = scratch()
  store = join(root, 'models')
  const effects = quietEffects()
  at = (period) => openRegistry(store, { ...effects, period })
})

const live = async () => (await at(null).state()).get(NAME)?.table?.as_of ?? null

/** A month's table goes live with a new version, or with the one that stands. */
async function month(period: string, version?: string): Promise<void> {
  const registry = at(period)
  const table = await registry.storeTable(tableOf(root, `t-${period}`, period))
  await registry.publish(NAME, table, 'the month')
  if (version === undefined) return
  const { version: next } = await registry.register(bundleOf(root, version, period))
  await registry.promote(NAME, next.version, { reason: '', table })
}

describe('a stored table', () => {
  it('is a copy under the digest of its manifest', async () => {
    const dir = tableOf(root, 't')
    const { digest, as_of } = await at(M1).storeTable(dir)
    expect([digest, as_of]).toEqual([await tableDigest(dir), M1])
    rmSync(dir, { recursive: true })
    expect((await openTable(tablePath(store, digest), digest)).manifest.rows).toBe(1)
    expect(readdirSync(join(store, 'tables'))).toEqual([digest])
  })

  it.each([
    ['TABLE_DAMAGED', (dir: string) => writeFileSync(join(dir, 'features.parquet'), 'other')],
    ['TABLE_MISSING', (dir: string) => rmSync(join(dir, 'features.parquet'))],
    ['TABLE_MISSING', (dir: string) => rmSync(join(dir, 'manifest.json'))],
    ['TABLE_MANIFEST', (dir: string) => writeFileSync(join(dir, 'manifest.json'), '{}')],
  ])('is refused with %s', async (code, harm) => {
    const dir = tableOf(root, 't')
    harm(dir)
    await expect(at(M1).storeTable(dir)).rejects.toMatchObject({ code })
  })

  it('that is damaged is mended by the same one again, and not published before', async () => {
    await month(M1, 'a')
    const dir = tableOf(root, 't-2', M2)
    const table = await at(M2).storeTable(dir)
    writeFileSync(join(tablePath(store, table.digest), 'features.parquet'), 'rot')
    const publish = () => at(M2).publish(NAME, table, '')
    await expect(publish()).rejects.toMatchObject({ code: 'TABLE_DAMAGED' })
    expect(await live()).toBe(M1)
    await at(M2).storeTable(dir)
    expect(await publish()).toBe(true)
  })
})

describe('what is live', () => {
  it('is nothing before a version is, and then both in one event', async () => {
    await month(M1)
    expect(await live()).toBeNull()
    await month(M1, 'a')
    const events = await at(null).history()
    expect(events.map(({ type }) => type)).toEqual(['registered', 'promoted'])
    expect(events[1]).toMatchObject({ table: { as_of: M1 }, period: M1 })
    expect(await live()).toBe(M1)
  })

  it('follows the months, and a look back changes nothing', async () => {
    await month(M1, 'a')
    await month(M2)
    const history = await at(null).history()
    await month(M1)
    expect(
      await at(null).publish(NAME, await at(M2).storeTable(tableOf(root, 't-x', M2)), ''),
    ).toBe(true)
    await month(M3)
    const after = await at(null).history()
    expect(after.slice(0, history.length)).toEqual(history)
    expect(after.slice(history.length).map(({ period }) => period)).toEqual([M2, M3])
    await at(M2).publish(NAME, await at(M2).storeTable(tableOf(root, 't-y', M2)), '')
    expect(await live()).toBe(M3)
  })

  it('stays where an older candidate is promoted by name', async () => {
    await month(M1, 'a')
    await month(M2, 'b')
    const old = await at(M1).storeTable(tableOf(root, 'old', M1))
    await at(M1).register(bundleOf(root, 'c', M1))
    await at(null).promote(NAME, 3, { reason: '', table: old })
    expect(await live()).toBe(M2)
  })
})

describe('a rollback', () => {
  /** A version that reads one feature, live with a table that has it. */
  async function put(feature: string, period: string): Promise<void> {
    const features = [{ name: feature, view: 'usage', type: 'number', nullable: true }]
    const files = { 'model.json': JSON.stringify({ features }) }
    const dir = makeBundle(join(root, `candidate-${feature}-${period}`), { asOf: period, files })
    const { version } = await at(period).register(dir)
    const table = await at(period).storeTable(tableOf(root, feature, period, feature))
    await at(period).promote(NAME, version.version, { reason: '', table })
  }

  it('keeps the table that can feed the version, and else goes back to the newest that can', async () => {
    await put('hours', M1)
    await put('minutes', M2)
    await at(null).rollback(NAME, null)
    expect(await live()).toBe(M1)
    expect((await at(null).history()).findLast(({ type }) => type === 'rolled_back')).toMatchObject(
      {
        table: { as_of: M1 },
      },
    )
    await month(M3)
    await at(null).rollback(NAME, 2)
    expect(await live()).toBe(M2)
    await at(null).rollback(NAME, 1)
    expect(await live()).toBe(M3)
  })

  it('without a table that fits leaves the one that is live', async () => {
    await put('hours', M1)
    await put('minutes', M2)
    rmSync(join(store, 'tables'), { recursive: true })
    await at(null).rollback(NAME, null)
    expect(await live()).toBe(M2)
  })
})

describe('an approval', () => {
  const request = (against: number | null) => ({ against, bound: [], table: null })
  const ask = (version: number, against: number | null, table = null as never) =>
    at(M2).promote(NAME, version, {
      reason: 'better',
      requireApproval: true,
      request: { ...request(against), table },
    })

  it('puts the table of the request live with the model', async () => {
    await month(M1, 'a')
    await at(M2).register(bundleOf(root, 'b', M2))
    await ask(2, 1, (await at(M2).storeTable(tableOf(root, 't2', M2))) as never)
    expect(await live()).toBe(M1)
    await at(null).approve(NAME, 2)
    expect(await live()).toBe(M2)
  })

  it('lapses when Production has changed, and when a file has; asking again renews it', async () => {
    await month(M1, 'a')
    await at(M2).register(bundleOf(root, 'b', M2))
    await ask(2, 1)
    await expect(at(null).approve(NAME, 2, '', ['comparison'])).rejects.toMatchObject({
      code: 'REQUEST_LAPSED',
      message: expect.stringContaining('comparison'),
    })
    expect((await ask(2, 1)).changed).toBe(false)
    await month(M2, 'c')
    await expect(at(null).approve(NAME, 2)).rejects.toMatchObject({ code: 'REQUEST_LAPSED' })
    expect((await ask(2, 3)).changed).toBe(true)
    expect((await at(null).approve(NAME, 2)).version.decided?.decision).toBe('promoted')
  })

  it('that a person denies leaves the version out', async () => {
    await month(M1, 'a')
    await at(M2).register(bundleOf(root, 'b', M2))
    await ask(2, 1)
    const { version } = await at(null).refuse(NAME, 2, 'not now')
    expect(version).toMatchObject({ stage: 'None', decided: { decision: 'rejected' } })
    await expect(at(null).approve(NAME, 2)).rejects.toMatchObject({ code: 'NOT_WAITING' })
  })
})

describe('the reference to a table', () => {
  const stands = (dir: string, before: string) =>
    resolveRegistryRef(`registry://${NAME}/table?store=models&table=${dir}&before=${before}`, root)

  it('stands while its copy is whole, and live where a version is in Production', async () => {
    expect(await stands('none', M1)).toBeNull()
    tableOf(root, 't-1', M1)
    expect(await stands(`table-t-1-${M1}`, M1)).toBeNull()
    const { digest } = await at(M1).storeTable(join(root, `table-t-1-${M1}`))
    expect(await stands(`table-t-1-${M1}`, M1)).toBe(`{"digest":"${digest}"}`)
    await month(M1, 'a')
    const next = await at(M2).storeTable(tableOf(root, 't-2', M2))
    expect(await stands(`table-t-2-${M2}`, M2)).toBeNull()
    await at(M2).publish(NAME, next, '')
    expect(await stands(`table-t-2-${M2}`, M2)).not.toBeNull()
  })

  it('of a month that has passed stands though it was never live', async () => {
    await month(M1, 'a')
    await month(M3)
    await month(M2)
    expect(await live()).toBe(M3)
    expect(await stands(`table-t-${M2}-${M2}`, M2)).not.toBeNull()
  })
})

it('reads a journal of schema 1: an event without a period belongs to that of its version', async () => {
  await at(M1).register(bundleOf(root, 'a', M1))
  await at(M2).promote(NAME, 1, { reason: '' })
  const before = (month: string) =>
    resolveRegistryRef(`registry://${NAME}/incumbent?store=models&before=${month}`, root)
  expect(await before(M2)).toBe('{"version":null}')
  writeFileSync(journalPath(store), ofSchema1(readFileSync(journalPath(store), 'utf8')))
  expect(await before(M1)).toBe('{"version":null}')
  expect(await before(M2)).toContain('"version":1')
  await month(M2, 'b')
  const schemas = (await at(null).history()).map(({ schema }) => schema)
  expect(schemas.slice(0, 3)).toEqual([1, 1, 2])
})

/** A journal as the first version wrote it. */
function ofSchema1(text: string): string {
  const lines = text.trimEnd().split('\n')
  return lines
    .map((line) => {
      const { schema: _, seq, id: __, period: ___, ...rest } = JSON.parse(line)
      const id = sha256(JSON.stringify({ schema: 1, seq, ...rest })).slice(0, 16)
      return `${JSON.stringify({ schema: 1, seq, id, ...rest })}\n`
    })
    .join('')
}
