// Bundles in the registry's folder: named by content, each checked against its manifest.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, isCodedError, sha256 } from '@weir/base'
import { MANIFEST_FILE } from '@weir/formats/bundle'
import * as models from '@weir/models/bundle'
import { isRegistryCode, RegistryError } from './error.ts'
import { discard, isSound, type Kind, place, type Staged, stage } from './stored.ts'

export type Bundle = models.Bundle

/** A bundle on its way into a registry's folder. */
export type StagedBundle = Staged<Bundle>

/** Bundles as a kind of stored folder. */
export const BUNDLES: Kind<Bundle> = { what: 'bundle', place: bundlePath, open: openBundle }

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

/** Copies a bundle into a registry's folder beside its place (`stored.ts`). Throws what openBundle throws. */
export function stageBundle(store: string, dir: string): Promise<StagedBundle> {
  return stage(BUNDLES, store, dir)
}

/** Moves a staged bundle into its place. The caller holds the registry's mutex. Throws STORE_UNWRITABLE. */
export function placeBundle(bundle: StagedBundle): Promise<void> {
  return place(BUNDLES, bundle)
}

/** Removes the copy of a staged bundle that was not moved into place. */
export function discardStaged(bundle: StagedBundle): Promise<void> {
  return discard(bundle)
}

/** True where a sound bundle with this digest is in a folder. */
export function isWhole(dir: string, digest: Digest): Promise<boolean> {
  return isSound(BUNDLES, dir, digest)
}
