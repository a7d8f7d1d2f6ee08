// The references of pipeline.yaml, told as stories: what they say before, during and after promotions.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { journalPath } from '../src/journal.ts'
import { resolveRegistryRef } from '../src/refs.ts'
import { openRegistry, type Registry } from '../src/registry.ts'
import { bundleOf, NAME, quietEffects, scratch } from './rig.ts'

let root: string
let registry: Registry
beforeEach(() => {
  root = scratch()
  registry = openRegistry(join(root, 'models'), quietEffects())
})

const [M1, M2, M3] = ['2024-01-31', '2024-02-29', '2024-03-31']

const ask = async (what: string) => {
  const text = await resolveRegistryRef(`registry://${NAME}/${what}`, root)
  return text === null ? null : (JSON.parse(text) as { version: number | null })
}
const incumbent = async (before: string) =>
  (await ask(`incumbent?store=models&before=${before}`))?.version
const rival = async (content: string) =>
  (await ask(`rival?store=models&candidate=candidate-${content}`))?.version
const registered = async (content: string) =>
  (await ask(`registered?store=models&candidate=candidate-${content}`))?.version

async function promote(content: string, asOf: string): Promise<void> {
  const { version } = await registry.register(bundleOf(root, content, asOf))
  await registry.promote(NAME, version.version, { reason: '' })
}

describe('with an empty registry', () => {
  it('nobody is in Production and nothing is registered', async () => {
    bundleOf(root, 'a')
    expect(await incumbent(M1)).toBeNull()
    expect(await rival('a')).toBeNull()
    expect(await ask('registered?store=models&candidate=candidate-a')).toBeNull()
  })

  it('a candidate that is not there is no reason to fail', async () => {
    await promote('a', M1)
    expect(await rival('none')).toBeNull()
    expect(await ask('registered?store=models&candidate=candidate-none')).toBeNull()
  })
})

describe('month 1, month 2, rollback', () => {
  it('says who the candidate runs against, the same before and after its promotion', async () => {
    bundleOf(root, 'a', M1)
    expect([await incumbent(M1), await rival('a')]).toEqual([null, null])
    await promote('a', M1)
    expect([await incumbent(M1), await rival('a'), await registered('a')]).toEqual([null, null, 1])

    bundleOf(root, 'b', M2)
    expect([await incumbent(M2), await rival('b')]).toEqual([1, 1])
    await promote('b', M2)
    expect([await incumbent(M2), await rival('b'), await registered('b')]).toEqual([1, 1, 2])
    expect([await incumbent(M1), await rival('a')]).toEqual([null, null])
    expect(await incumbent(M3)).toBe(2)

    await registry.rollback(NAME, null)
    expect([await incumbent(M2), await rival('b'), await registered('b')]).toEqual([1, 1, 2])
    expect([await incumbent(M1), await rival('a')]).toEqual([null, null])
    expect(await incumbent(M3)).toBe(1)
  })

  it('counts a rollback from the month after: it leaves the newest one as it was', async () => {
    await promote('a', M1)
    await promote('b', M2)
    await promote('c', M3)
    await registry.rollback(NAME, 1)
    expect(await incumbent(M3)).toBe(2)
    expect(await incumbent('2024-04-30')).toBe(1)
    expect(await rival('c')).toBe(2)
  })
})

it('two candidates of one month: the second runs against the first, and has no incumbent', async () => {
  await promote('a', M1)
  await promote('b', M1)
  expect(await incumbent(M1)).toBeNull()
  expect(await rival('b')).toBe(1)
  expect(await rival('a')).toBeNull()
})

it('a registered but rejected candidate keeps its rival when another is promoted', async () => {
  await promote('a', M1)
  const { version } = await registry.register(bundleOf(root, 'b', M2))
  await registry.reject(NAME, version.version, 'no gain')
  expect(await rival('b')).toBe(1)
  await promote('c', M2)
  expect(await rival('b')).toBe(1)
  expect(await incumbent(M2)).toBe(1)
})

it('writes the canonical text, the bundle relative to the project', async () => {
  await promote('a', M1)
  const text = await resolveRegistryRef(
    `registry://${NAME}/incumbent?store=models&before=${M2}`,
    root,
  )
  const version = (await registry.state()).get(NAME)?.versions.get(1)
  expect(text).toBe(
    `{"version":1,"digest":"${version?.digest}","as_of":"${M1}","bundle":"models/bundles/${version?.digest}"}`,
  )
})

it.each([
  'registry://churn/incumbant?store=models&before=2024-01-31',
  'registry://churn/incumbent?store=models',
  'registry://churn/rival?candidate=x',
  'registry://churn/challenger?store=models',
  'registry://churn/table?store=models&before=2024-01-31',
  'registry://churn',
  's3://bucket',
])('refuses %s', async (ref) => {
  await expect(resolveRegistryRef(ref, root)).rejects.toMatchObject({ code: 'REF_INVALID' })
})

it('does not take a damaged journal for an empty one', async () => {
  mkdirSync(join(root, 'models'))
  writeFileSync(journalPath(join(root, 'models')), 'x\n')
  await expect(incumbent(M1)).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' })
})
