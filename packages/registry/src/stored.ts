// Folders that the registry keeps by content: copied aside, checked, and moved into place whole.
import { constants } from 'node:fs'
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Digest, errnoOf } from '@weir/base'
import { asideName, isLeftAside, syncFolder } from '@weir/base/files'
import { RegistryError } from './error.ts'

const ASIDE = '.incoming'
const MANIFEST_FILE = 'manifest.json'

/** A folder whose files were all checked; `digest` is the SHA-256 of its manifest.json. */
export interface Held {
  readonly dir: string
  readonly digest: Digest
  /** What the manifest lists. */
  readonly files: readonly { readonly path: string }[]
}

/** A kind of such folders. */
export interface Kind<T extends Held> {
  /** What messages call one: `bundle`. */
  readonly what: string
  /** Where a registry's folder keeps the one of a digest. */
  place(store: string, digest: Digest): string
  /** Opens one and checks every file. Throws a RegistryError. */
  open(dir: string, expected?: Digest): Promise<T>
}

/** One on its way into a registry's folder. `aside`: where its copy waits; null where a sound one was there already. */
export type Staged<T extends Held> = T & { readonly aside: string | null }

/**
 * Copies a folder into a registry's beside its place, and checks the copy, which takes as long as it is large: so
 * nobody holds the mutex meanwhile. Not copied where a sound one is in place.
 * Throws what the kind's `open` throws, and STORE_UNWRITABLE.
 */
export async function stage<T extends Held>(
  kind: Kind<T>,
  store: string,
  dir: string,
): Promise<Staged<T>> {
  const source = await kind.open(dir)
  const place = kind.place(store, source.digest)
  if (await isSound(kind, place, source.digest)) return { ...source, dir: place, aside: null }
  return writing(kind, place, async () => {
    await clearAside(dirname(place))
    const aside = asideName(join(dirname(place), ASIDE))
    await copyChecked(kind, source, aside)
    return { ...source, dir: place, aside }
  })
}

/** Moves a staged one into its place. The caller holds the registry's mutex. Throws STORE_UNWRITABLE. */
export async function place<T extends Held>(
  kind: Kind<T>,
  { dir, digest, aside }: Staged<T>,
): Promise<void> {
  if (aside === null || (await isSound(kind, dir, digest))) return
  await writing(kind, dir, async () => {
    // A damaged one of the same content gives way to the sound one.
    await rm(dir, { recursive: true, force: true })
    await rename(aside, dir)
    syncFolder(dirname(dir))
  })
}

/** Removes the copy of a staged one that was not moved into place. */
export async function discard({ aside }: Staged<Held>): Promise<void> {
  if (aside !== null) await rm(aside, { recursive: true, force: true })
}

/** True where a sound one with this digest is in a folder. */
export async function isSound<T extends Held>(
  kind: Kind<T>,
  dir: string,
  digest: Digest,
): Promise<boolean> {
  return kind.open(dir, digest).then(
    () => true,
    () => false,
  )
}

/** Copies the files of a checked folder into a new one and checks the copy; nothing is left where that fails. */
export async function copyChecked<T extends Held>(
  kind: Kind<T>,
  source: T,
  target: string,
): Promise<void> {
  try {
    for (const { path } of [...source.files, { path: MANIFEST_FILE }]) {
      await copyDurably(join(source.dir, path), join(target, path))
    }
    await kind.open(target, source.digest)
  } catch (error) {
    await rm(target, { recursive: true, force: true })
    throw error
  }
}

/** Runs what writes; what the system refuses is STORE_UNWRITABLE. */
export async function writing<T>(
  { what }: Pick<Kind<Held>, 'what'>,
  where: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RegistryError) throw error
    const cause = errnoOf(error) ?? String(error)
    throw new RegistryError('STORE_UNWRITABLE', `cannot store the ${what}: ${cause}`, { where })
  }
}

/** Removes what crashed copies left. Those of processes that go on stay. */
async function clearAside(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) {
    const aside = join(folder, name)
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
