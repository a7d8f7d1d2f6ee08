// The registry as a person or a stage uses it.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { production } from '../src/fold.ts'
import { openRegistry, type Registry } from '../src/registry.ts'
import { bundleOf, NAME, quietEffects, scratch } from './rig.ts'

let root: string
let store: string
let registry: Registry
beforeEach(() => {
  root = scratch()
  store = join(root, 'models')
  registry = openRegistry(store, quietEffects())
})

const stages = async () =>
  [...((await registry.state()).get(NAME)?.versions.values() ?? [])].map((v) => v.stage)

async function months(...contents: string[]): Promise<void> {
  for (const [i, content] of contents.entries()) {
    await registry.register(bundleOf(root, content, `2024-0${i + 1}-28`))
    await registry.promote(NAME, i + 1, { reason: 'better' })
  }
}

describe('register', () => {
  it('gives the next version and stores the bundle', async () => {
    const { version, changed } = await registry.register(bundleOf(root, 'a'))
    expect(changed).toBe(true)
    expect(version).toMatchObject({ name: NAME, version: 1, stage: 'None', by: 'ada' })
    expect(existsSync(join(store, 'bundles', version.digest, 'model.json'))).toBe(true)
  })

  it('gives the same version for the same digest', async () => {
    await registry.register(bundleOf(root, 'a'))
    await registry.register(bundleOf(root, 'b'))
    const again = await registry.register(bundleOf(root, 'a'))
    expect(again).toMatchObject({ changed: false, version: { version: 1 } })
    expect(await registry.history()).toHaveLength(2)
  })

  it('leaves nothing behind but the journal and the bundle', async () => {
    await registry.register(bundleOf(root, 'a'))
    expect(readdirSync(store).sort()).toEqual(['bundles', 'journal.jsonl'])
    expect(readdirSync(join(store, 'bundles'))).toHaveLength(1)
  })

  it('refuses a damaged candidate and writes nothing', async () => {
    const dir = bundleOf(root, 'a')
    writeFileSync(join(dir, 'model.json'), 'b')
    await expect(registry.register(dir)).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' })
    expect(existsSync(join(store, 'journal.jsonl'))).toBe(false)
  })
})

describe('promote', () => {
  it('archives the version that was in Production', async () => {
    await months('a', 'b')
    expect(await stages()).toEqual(['Archived', 'Production'])
    const types = (await registry.history(NAME)).map((event) => event.type)
    expect(types).toEqual(['registered', 'promoted', 'registered', 'promoted', 'archived'])
  })

  it('does nothing the second time', async () => {
    await months('a')
    expect(await registry.promote(NAME, 1, { reason: '' })).toMatchObject({ changed: false })
    expect(await registry.history()).toHaveLength(2)
  })

  it('refuses a bundle that does not give its expected outputs', async () => {
    await months('a')
    const strict = openRegistry(
      store,
      quietEffects({ verify: async () => ['example 3: 0.4, not 0.7'] }),
    )
    await strict.register(bundleOf(root, 'b'))
    await expect(strict.promote(NAME, 2, { reason: '' })).rejects.toMatchObject({
      code: 'BUNDLE_UNFAITHFUL',
      message: expect.stringContaining('example 3'),
    })
    expect(await stages()).toEqual(['Production', 'None'])
  })

  it('names the known versions when asked for another', async () => {
    await months('a', 'b')
    await expect(registry.promote(NAME, 7, { reason: '' })).rejects.toMatchObject({
      code: 'VERSION_UNKNOWN',
      hint: 'it has v1, v2',
    })
    await expect(registry.promote('chrun', 1, { reason: '' })).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
    })
  })
})

describe('approval', () => {
  it('keeps a version in Staging until someone approves it', async () => {
    await months('a')
    await registry.register(bundleOf(root, 'b'))
    await registry.promote(NAME, 2, { reason: 'better', requireApproval: true })
    expect(await stages()).toEqual(['Production', 'Staging'])
    const boss = openRegistry(store, quietEffects({ user: () => 'grace' }))
    const { version } = await boss.approve(NAME, 2, 'looks right')
    expect(version).toMatchObject({
      stage: 'Production',
      approved_by: 'grace',
      decided: { decision: 'promoted', reason: 'looks right' },
    })
    expect(await stages()).toEqual(['Archived', 'Production'])
    expect(await boss.approve(NAME, 2)).toMatchObject({ changed: false })
  })

  it('is refused for a version that does not wait', async () => {
    await registry.register(bundleOf(root, 'a'))
    await expect(registry.approve(NAME, 1)).rejects.toMatchObject({ code: 'NOT_WAITING' })
  })
})

describe('rollback', () => {
  it('goes back one Production version a time', async () => {
    await months('a', 'b', 'c')
    expect((await registry.rollback(NAME, null)).version.version).toBe(2)
    expect((await registry.rollback(NAME, null)).version.version).toBe(1)
    await expect(registry.rollback(NAME, null)).rejects.toMatchObject({ code: 'NOTHING_BEFORE' })
    expect(await stages()).toEqual(['Production', 'Archived', 'Archived'])
  })

  it('goes to a named version, forward too, but only to one that was in Production', async () => {
    await months('a', 'b')
    await registry.rollback(NAME, 'v1')
    expect((await registry.rollback(NAME, '2')).version).toMatchObject({
      version: 2,
      stage: 'Production',
    })
    await registry.register(bundleOf(root, 'c'))
    await expect(registry.rollback(NAME, 3)).rejects.toMatchObject({ code: 'NEVER_PRODUCTION' })
  })

  it('refuses a bundle that is no longer whole', async () => {
    await months('a', 'b')
    const first = (await registry.state()).get(NAME)?.versions.get(1)
    const file = join(store, 'bundles', first?.digest ?? '', 'model.json')
    writeFileSync(file, 'A')
    await expect(registry.rollback(NAME, null)).rejects.toMatchObject({
      code: 'BUNDLE_DAMAGED',
      where: file,
    })
    rmSync(file)
    await expect(registry.rollback(NAME, null)).rejects.toMatchObject({ code: 'BUNDLE_MISSING' })
    expect(await stages()).toEqual(['Archived', 'Production'])
  })
})

describe('aliases', () => {
  it('name a version wherever a version is named', async () => {
    await months('a', 'b')
    await registry.alias(NAME, 'best', 1)
    expect((await registry.rollback(NAME, 'best')).version.version).toBe(1)
    await registry.unalias(NAME, 'best')
    await expect(registry.promote(NAME, 'best', { reason: '' })).rejects.toMatchObject({
      code: 'VERSION_UNKNOWN',
    })
    await expect(registry.unalias(NAME, 'best')).rejects.toMatchObject({ code: 'ALIAS_UNKNOWN' })
  })

  it.each(['3', 'v3', 'production', 'a b', ''])('may not be %j', async (alias) => {
    await months('a')
    await expect(registry.alias(NAME, alias, 1)).rejects.toMatchObject({ code: 'ALIAS_INVALID' })
  })
})

describe('evaluate and reject', () => {
  it('are written once', async () => {
    await registry.register(bundleOf(root, 'a'))
    await registry.evaluate(NAME, 1, { auc: 0.8 })
    expect(await registry.evaluate(NAME, 1, { auc: 0.8 })).toMatchObject({ changed: false })
    await registry.reject(NAME, 1, 'no gain')
    const { version, changed } = await registry.reject(NAME, 1, 'no gain at all')
    expect(changed).toBe(false)
    expect(version).toMatchObject({
      metrics: { auc: 0.8 },
      decided: { decision: 'rejected', reason: 'no gain' },
    })
    expect(production((await registry.state()).get(NAME))).toBeNull()
  })
})

it('stamps events with who, when, from which run and commit', async () => {
  const effects = quietEffects({ run: () => 'run-7', git: async () => 'f00d' })
  await openRegistry(store, effects).register(bundleOf(root, 'a'), 'because')
  expect((await registry.history())[0]).toMatchObject({
    seq: 1,
    at: '2024-03-01T00:00:00.000Z',
    by: 'ada',
    run: 'run-7',
    git: 'f00d',
    reason: 'because',
    as_of: '2024-01-31',
  })
})
