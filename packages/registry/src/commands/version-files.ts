// What the bundles of versions hold: the differences of two, and a copy of one.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord } from '@weir/base'
import { jsonIfWhole } from '@weir/base/files'
import { BUNDLES, bundlePath, openBundle } from '../bundle.ts'
import { RegistryError } from '../error.ts'
import type { Version } from '../fold.ts'
import { copyChecked, writing } from '../stored.ts'

/** Something that is not the same of two versions; null where one has it not. */
export interface Change {
  readonly what: string
  readonly from: string | number | boolean | null
  readonly to: string | number | boolean | null
}

type Facts = ReadonlyMap<string, Change['from']>

/** What differs between two versions, in the order of a version's facts. Throws BUNDLE_*. */
export async function diffOf(store: string, a: Version, b: Version): Promise<Change[]> {
  const [from, to] = [await factsOf(store, a), await factsOf(store, b)]
  const keys = [...new Set([...from.keys(), ...to.keys()])]
  const changes = keys.map((what) => ({
    what,
    from: from.get(what) ?? null,
    to: to.get(what) ?? null,
  }))
  return changes.filter((change) => change.from !== change.to)
}

/**
 * Copies a version's bundle into a new folder, and checks the copy. Throws EXPORT_EXISTS, BUNDLE_*, STORE_UNWRITABLE.
 */
export async function exportBundle(store: string, version: Version, dir: string): Promise<void> {
  if (existsSync(dir)) {
    throw new RegistryError('EXPORT_EXISTS', `${dir} is there already`, {
      where: dir,
      hint: 'name a folder that does not exist yet',
    })
  }
  const bundle = await openBundle(bundlePath(store, version.digest), version.digest)
  await writing(BUNDLES, dir, () => copyChecked(BUNDLES, bundle, dir))
}

/** What is known of a version, by name: as registered, its figures, how it was trained, each of its features. */
async function factsOf(store: string, version: Version): Promise<Facts> {
  const { dir } = await openBundle(bundlePath(store, version.digest), version.digest)
  const json = async (file: string) =>
    jsonIfWhole(await readFile(join(dir, file), 'utf8').catch(() => ''))
  const model = await json('model.json')
  const facts = new Map<string, Change['from']>([
    ['as of', version.as_of],
    ['digest', version.digest.slice(0, 12)],
    ...flat(version.metrics ?? {}, ''),
    ...flat(await json('split.json'), 'split '),
    ...flat(await json('training.json'), 'training '),
  ])
  const features = isRecord(model) && Array.isArray(model.features) ? model.features : []
  for (const feature of features.filter(isRecord)) {
    const { name, view, ...spec } = feature
    facts.set(`feature ${String(name)}`, `${String(view)}: ${JSON.stringify(spec)}`)
  }
  return facts
}

function flat(value: unknown, prefix: string): [string, Change['from']][] {
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([key, fact]): [string, Change['from']][] => {
    const plain = ['string', 'number', 'boolean'].includes(typeof fact)
    return plain ? [[`${prefix}${key}`, fact as Change['from']]] : []
  })
}
