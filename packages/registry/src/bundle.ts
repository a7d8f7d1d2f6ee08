// Bundles: what a version consists of. Named by content, copied aside, moved into place whole, checked on opening.
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asideName, isLeftAside } from '@weir/base/aside'
import { type Digest, isDigest, sha256, sha256File } from '@weir/base/digest'
import { errnoOf } from '@weir/base/errno'
import { isRecord } from '@weir/base/is-record'
import { syncFolder } from '@weir/base/sync-folder'
import { RegistryError } from './error.ts'

export const BUNDLE_SCHEMA = 'weir/bundle/1'
const MANIFEST = 'manifest.json'
const ASIDE = '.incoming'

export interface BundleFile {
  /** Relative to the bundle, with `/`. */
  readonly path: string
  /** In bytes. */
  readonly size: number
  readonly sha256: Digest
}

/** A bundle whose files were all checked. */
export interface Bundle {
  readonly dir: string
  /** The SHA-256 of manifest.json. */
  readonly digest: Digest
  readonly name: string
  /** ISO date of the period that it was trained on. */
  readonly as_of: string
  readonly files: readonly BundleFile[]
}

/** Where a registry folder keeps the bundle with a digest. */
export function bundlePath(store: string, digest: Digest): string {
  return join(store, 'bundles', digest)
}

/** The digest of the bundle in a folder, its files unchecked; null where there is no manifest. */
export async function bundleDigest(dir: string): Promise<Digest | null> {
  try {
    return sha256(await readFile(join(dir, MANIFEST)))
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
  const path = join(dir, MANIFEST)
  const bytes = await readFile(path).catch(() => {
    throw new RegistryError('BUNDLE_MISSING', `no bundle: ${path} cannot be read`, { where: path })
  })
  const digest = sha256(bytes)
  if (expected !== undefined && digest !== expected) {
    throw damaged(path, `digest ${digest.slice(0, 12)}… where ${expected.slice(0, 12)}… is due`)
  }
  const bundle = { dir, digest, ...manifestOf(bytes.toString('utf8'), path) }
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
    for (const { path } of [...source.files, { path: MANIFEST }]) {
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

type Manifest = Pick<Bundle, 'name' | 'as_of' | 'files'>

function manifestOf(text: string, where: string): Manifest {
  const value = json(text)
  const wrong = (what: string) => new RegistryError('BUNDLE_MANIFEST', what, { where })
  if (!isRecord(value)) throw wrong('the manifest is not a JSON object')
  if (value.schema !== BUNDLE_SCHEMA) throw wrong(`schema ${String(value.schema)} is not known`)
  const { name, as_of, files } = value
  if (typeof name !== 'string' || name === '') throw wrong('the manifest has no name')
  if (typeof as_of !== 'string') throw wrong('the manifest has no as_of')
  if (!Array.isArray(files) || files.length === 0) throw wrong('the manifest lists no files')
  for (const file of files) {
    if (!isFile(file)) throw wrong(`not a file of a bundle: ${JSON.stringify(file)}`)
  }
  return { name, as_of, files }
}

function isFile(value: unknown): value is BundleFile {
  return (
    isRecord(value) &&
    typeof value.path === 'string' &&
    staysInside(value.path) &&
    Number.isSafeInteger(value.size) &&
    isDigest(value.sha256)
  )
}

/** A manifest may not name files outside its folder, nor itself. */
function staysInside(path: string): boolean {
  const parts = path.split('/')
  const plain = parts.every((part) => part !== '' && part !== '.' && part !== '..')
  return plain && !path.includes('\\') && !path.includes('\0') && path !== MANIFEST
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
