// Bundles: what a version consists of. Named by content, copied aside, moved into place whole, checked on opening.
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asideName, isLeftAside } from '@weir/base/aside'
import { type Digest, sha256, sha256File } from '@weir/base/digest'
import { errnoOf } from '@weir/base/errno'
import { syncFolder } from '@weir/base/sync-folder'
import { type BundleFile, BundleManifest, MANIFEST_FILE } from '@weir/formats/bundle'
import { readDocument } from '@weir/formats/document'
import { RegistryError } from './error.ts'

const ASIDE = '.incoming'

/** A bundle whose files were all checked. */
export interface Bundle extends Pick<BundleManifest, 'name' | 'as_of' | 'files'> {
  readonly dir: string
  /** The SHA-256 of manifest.json. */
  readonly digest: Digest
}

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
  const path = join(dir, MANIFEST_FILE)
  const bytes = await readFile(path).catch(() => {
    throw new RegistryError('BUNDLE_MISSING', `no bundle: ${path} cannot be read`, { where: path })
  })
  const digest = sha256(bytes)
  if (expected !== undefined && digest !== expected) {
    throw damaged(path, `digest ${digest.slice(0, 12)}… where ${expected.slice(0, 12)}… is due`)
  }
  const { name, as_of, files } = manifestOf(bytes.toString('utf8'), path)
  const bundle = { dir, digest, name, as_of, files }
  for (const file of bundle.files) await checkFile(dir, file)
  return bundle
}

/**
 * Puts a copy of the bundle in `dir` into a registry folder, unless a sound one is there already.
 * The caller holds the registry's lock. Throws what openBundle throws, and STORE_UNWRITABLE.
 */
export async function storeBundle(store: string, dir: string): Promise<Bundle> {
  const source = await openBundle(dir)
  const place = bundlePath(store, source.digest)
  const there = await openBundle(place, source.digest).catch(() => null)
  if (there) return there
  try {
    await clearAside(dirname(place))
    await placeCopy(source, place)
  } catch (error) {
    if (error instanceof RegistryError) throw error
    const cause = errnoOf(error) ?? String(error)
    throw new RegistryError('STORE_UNWRITABLE', `cannot store the bundle: ${cause}`, {
      where: place,
    })
  }
  return { ...source, dir: place }
}

async function placeCopy(source: Bundle, place: string): Promise<void> {
  const aside = asideName(join(dirname(place), ASIDE))
  try {
    for (const { path } of [...source.files, { path: MANIFEST_FILE }]) {
      await copyDurably(join(source.dir, path), join(aside, path))
    }
    await openBundle(aside, source.digest)
    // A damaged bundle of the same content gives way to the sound one.
    await rm(place, { recursive: true, force: true })
    await rename(aside, place)
    syncFolder(dirname(place))
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

/** Removes what crashed copies left. One who has lost the lock to a person may still be copying. */
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
  const file = await open(to, 'wx')
  try {
    await file.writeFile(await readFile(from))
    await file.sync()
  } finally {
    await file.close()
  }
  syncFolder(dirname(to))
}

async function checkFile(dir: string, file: BundleFile): Promise<void> {
  const path = join(dir, file.path)
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) {
    throw new RegistryError('BUNDLE_MISSING', `the bundle lacks ${file.path}`, { where: path })
  }
  if (found.size !== file.size) {
    throw damaged(path, `${file.path} has ${found.size} bytes, not ${file.size}`)
  }
  if ((await sha256File(path)) !== file.sha256) {
    throw damaged(path, `the content of ${file.path} is not what the manifest says`)
  }
}

function damaged(where: string, message: string): RegistryError {
  return new RegistryError('BUNDLE_DAMAGED', message, {
    where,
    hint: 'register the candidate again, or restore the bundle from a copy',
  })
}

function manifestOf(text: string, where: string): BundleManifest {
  const read = readDocument(BundleManifest, text)
  if ('value' in read) return read.value
  throw new RegistryError('BUNDLE_MANIFEST', `${MANIFEST_FILE}: ${read.problem}`, { where })
}
