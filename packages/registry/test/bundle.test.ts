// What a bundle must survive or refuse.
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { sha256 } from '@weir/base'
import { asideName } from '@weir/base/files'
import { ownSight } from '@weir/base/process'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  bundleDigest,
  bundlePath,
  discardStaged,
  openBundle,
  placeBundle,
  stageBundle,
} from '../src/bundle.ts'
import { makeBundle, scratch } from './rig.ts'

const files = { 'model.json': '{"w":[1,2]}', 'weights/a.bin': '\u0000\u0001' }

let root: string
let dir: string
beforeEach(() => {
  root = scratch()
  dir = makeBundle(join(root, 'candidate'), { files })
})

describe('opening', () => {
  it('gives the checked manifest; the digest is that of its bytes', async () => {
    const bundle = await openBundle(dir)
    expect(bundle).toMatchObject({
      name: 'churn',
      as_of: '2024-01-31',
      digest: await bundleDigest(dir),
    })
    expect(bundle.files.map((file) => file.path)).toEqual(['model.json', 'weights/a.bin'])
  })

  it.each([
    ['is shorter', 'BUNDLE_DAMAGED', () => writeFileSync(join(dir, 'weights/a.bin'), '\u0000')],
    [
      'has other bytes',
      'BUNDLE_DAMAGED',
      () => writeFileSync(join(dir, 'weights/a.bin'), '\u0000\u0002'),
    ],
    ['is gone', 'BUNDLE_MISSING', () => rmSync(join(dir, 'weights/a.bin'))],
  ])('names the file that %s', async (_, code, harm) => {
    harm()
    const where = join(dir, 'weights/a.bin')
    await expect(openBundle(dir)).rejects.toMatchObject({ code, where })
  })

  it('refuses a folder without a manifest, or with another one', async () => {
    await expect(openBundle(join(root, 'none'))).rejects.toMatchObject({ code: 'BUNDLE_MISSING' })
    await expect(openBundle(dir, sha256('other'))).rejects.toMatchObject({ code: 'BUNDLE_DAMAGED' })
    expect(await bundleDigest(join(root, 'none'))).toBeNull()
  })

  it.each([
    ['no JSON', '{"schema": "weir/bun'],
    ['a list', '[]'],
    ['another schema', '{"schema":"weir/bundle/2","name":"a","as_of":"b","files":[]}'],
    ['no name', '{"schema":"weir/bundle/1","as_of":"b","files":[]}'],
    ['no as_of', '{"schema":"weir/bundle/1","name":"a","files":[]}'],
    ['no files', '{"schema":"weir/bundle/1","name":"a","as_of":"b","files":[]}'],
    ['a file outside', manifestNaming('../../etc/passwd')],
    ['an absolute file', manifestNaming('/etc/passwd')],
    ['itself', manifestNaming('manifest.json')],
  ])('refuses a manifest that is or has %s', async (_, text) => {
    writeFileSync(join(dir, 'manifest.json'), text)
    await expect(openBundle(dir)).rejects.toMatchObject({ code: 'BUNDLE_MANIFEST' })
  })
})

describe('storing', () => {
  it('keeps a copy under the digest, without files that the manifest does not name', async () => {
    writeFileSync(join(dir, 'notes.txt'), 'mine')
    const bundle = await storeBundle(join(root, 'models'), dir)
    expect(bundle.dir).toBe(bundlePath(join(root, 'models'), bundle.digest))
    expect(readdirSync(bundle.dir).sort()).toEqual(['manifest.json', 'model.json', 'weights'])
    expect((await openBundle(bundle.dir, bundle.digest)).files).toHaveLength(2)
  })

  it('replaces a damaged copy by a sound one, and clears what a crash left, not what another one copies', async () => {
    const store = join(root, 'models')
    const { dir: place } = await storeBundle(store, dir)
    writeFileSync(join(place, 'model.json'), 'rot')
    const { self, startOf } = ownSight()
    const dead = { self: { ...self, pid: 2 ** 22 + 1 }, startOf }
    const [left, live] = [dead, ownSight()].map((sight) =>
      asideName(join(store, 'bundles', '.incoming'), sight),
    ) as [string, string]
    for (const folder of [left, live]) mkdirSync(folder)
    await storeBundle(store, dir)
    await openBundle(place)
    expect(readdirSync(join(store, 'bundles'))).toEqual([basename(live), basename(place)])
  })

  it('is done before the lock is taken: what is left to do under it is a rename', async () => {
    const store = join(root, 'models')
    const staged = await stageBundle(store, dir)
    expect(readdirSync(join(store, 'bundles'))).toEqual([basename(staged.aside ?? '')])
    // The copy is checked already, and the original is not needed any more.
    rmSync(dir, { recursive: true })
    await placeBundle(staged)
    expect((await openBundle(staged.dir, staged.digest)).files).toHaveLength(2)
    await placeBundle(staged)
    await discardStaged(staged)
    expect(readdirSync(join(store, 'bundles'))).toEqual([staged.digest])
  })

  it('copies nothing where a sound one is in place, and leaves nothing that was not placed', async () => {
    const store = join(root, 'models')
    const unplaced = await stageBundle(store, dir)
    await discardStaged(unplaced)
    expect(readdirSync(join(store, 'bundles'))).toEqual([])
    await storeBundle(store, dir)
    expect(await stageBundle(store, dir)).toMatchObject({ aside: null, dir: unplaced.dir })
  })

  it('of two at once the first stays', async () => {
    const store = join(root, 'models')
    const [one, two] = [await stageBundle(store, dir), await stageBundle(store, dir)]
    await placeBundle(one)
    const before = statSync(join(one.dir, 'manifest.json')).ino
    await placeBundle(two)
    await discardStaged(two)
    expect(statSync(join(one.dir, 'manifest.json')).ino).toBe(before)
    expect(readdirSync(join(store, 'bundles'))).toEqual([one.digest])
  })
})

/** Puts a bundle into a registry's folder, as registering it does. */
async function storeBundle(store: string, from: string) {
  const staged = await stageBundle(store, from)
  await placeBundle(staged)
  await discardStaged(staged)
  return staged
}

function manifestNaming(path: string): string {
  const file = { path, size: 1, sha256: sha256('') }
  return JSON.stringify({ schema: 'weir/bundle/1', name: 'a', as_of: 'b', files: [file] })
}
