// Bundles in the registry's folder: named by content, copied aside, checked, and moved into place whole.
import { constants } from 'node:fs'
import { copyFile, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asideName, isLeftAside } from '@weir/base/aside'
import { isCodedError } from '@weir/base/coded-error'
import { type Digest, sha256 } from '@weir/base/digest'
import { errnoOf } from '@weir/base/errno'
import { syncFolder } from '@weir/base/sync-folder'
import { MANIFEST_FILE } from '@weir/formats/bundle'
import * as models from '@weir/models/bundle'
import { isRegistryCode, RegistryError } from './error.ts'

export type Bundle = models.Bundle

const ASIDE = '.incoming'

/** Where a registry folder keeps the bundle with a digest. */
export function bundlePath(store: string, digest: Digest): string {
  return join(store, 'bundles', digest)
}

/** The digest of the bundle in a folder, its files unchecked; null where there is no manifest. */
export async function bundleDigest(dir: string): Promise<Digest | null> {
  try {
    return sha256(await readFile(join(dir, MANIFEST_FILE)))
  } catch {
    return null
  }
}

/**
 * Opens a bundle: reads its manifest and checks the size and SHA-256 of every file.
 * Throws BUNDLE_MISSING, BUNDLE_MANIFEST or BUNDLE_DAMAGED (also where it is not the `expected` one),
 * naming the file.
 */
export async function openBundle(dir: string, expected?: Digest): Promise<Bundle> {
  try {
    return await models.openBundle(dir, { expected })
  } catch (error) {
    if (!isCodedError(error) || !isRegistryCode(error.code)) throw error
    throw new RegistryError(error.code, error.message, error)
  }
}

/** A bundle on its way into a registry's folder. */
export interface StagedBundle extends Bundle {
  /** Where its copy waits; null where the registry had a sound one already. */
  readonly aside: string | null
}

/**
 * Copies a bundle into a registry's folder beside its place, and checks the copy, which takes as long as the bundle
 * is large: so nobody holds the lock meanwhile. Not copied where a sound one is in place.
 * Throws what openBundle throws, and STORE_UNWRITABLE.
 */
export async function stageBundle(store: string, dir: string): Promise<StagedBundle> {
  const source = await openBundle(dir)
  const place = bundlePath(store, source.digest)
  if (await isWhole(place, source.digest)) return { ...source, dir: place, aside: null }
  return writing(place, async () => {
    await clearAside(dirname(place))
    const aside = asideName(join(dirname(place), ASIDE))
    try {
      for (const { path } of [...source.files, { path: MANIFEST_FILE }]) {
        await copyDurably(join(source.dir, path), join(aside, path))
      }
      await openBundle(aside, source.digest)
    } catch (error) {
      await rm(aside, { recursive: true, force: true })
      throw error
    }
    return { ...source, dir: place, aside }
  })
}

/** Moves a staged bundle into its place. The caller holds the registry's lock. Throws STORE_UNWRITABLE. */
export async function placeBundle({ dir, digest, aside }: StagedBundle): Promise<void> {
  if (aside === null || (await isWhole(dir, digest))) return
  await writing(dir, async () => {
    // A damaged bundle of the same content gives way to the sound one.
    await rm(dir, { recursive: true, force: true })
    await rename(aside, dir)
    syncFolder(dirname(dir))
  })
}

/** Removes the copy of a staged bundle that was not moved into place. */
export async function discardStaged({ aside }: StagedBundle): Promise<void> {
  if (aside !== null) await rm(aside, { recursive: true, force: true })
}

/** True where a sound bundle with this digest is in a folder. */
export async function isWhole(dir: string, digest: Digest): Promise<boolean> {
  return openBundle(dir, digest).then(
    () => true,
    () => false,
  )
}

async function writing<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RegistryError) throw error
    const cause = errnoOf(error) ?? String(error)
    throw new RegistryError('STORE_UNWRITABLE', `cannot store the bundle: ${cause}`, {
      where: place,
    })
  }
}

/** Removes what crashed copies left. Those of processes that go on stay. */
async function clearAside(bundles: string): Promise<void> {
  await mkdir(bundles, { recursive: true })
  for (const name of await readdir(bundles)) {
    const aside = join(bundles, name)
    if (name.startsWith(ASIDE) && isLeftAside(aside))
      await rm(aside, { recursive: true, force: true })
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to, constants.COPYFILE_EXCL)
  const file = await open(to, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  syncFolder(dirname(to))
}
